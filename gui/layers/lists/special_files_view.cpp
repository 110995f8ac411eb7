// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/lists/special_files_view.h"

#include "gui/base/text.h"
#include "gui/models/layer_text.h"

#include <QHeaderView>
#include <QLineEdit>
#include <QTableView>

namespace darsena::gui {

SpecialFilesView::SpecialFilesView(const Theme& theme, QWidget* parent)
    : TableList(theme, QStringLiteral("warning"), 4, parent)
    , m_texts(this)
{
    setObjectName(QStringLiteral("layers.special"));
    model().setRightAligned({ 3 });
    table()->horizontalHeader()->resizeSection(1, 150);
    table()->horizontalHeader()->resizeSection(2, 96);
    table()->horizontalHeader()->resizeSection(3, 60);
    setSpareColumns({ 3, 2 });
    connect(this, &TableList::chosen, this, [this](const QVariant& node) { Q_EMIT nodeChosen(node.value<layers::Stack::NodeId>()); });
    m_texts([this] {
        model().setHeaders({ tr("Path"), tr("Why"), tr("Mode"), tr("Layer") });
        table()->setAccessibleName(tr("Files with special rights"));
        filter()->setPlaceholderText(tr("Filter"));
        filter()->setAccessibleName(tr("Filter the files with special rights"));
        describe();
    });
}

void SpecialFilesView::setData(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view)
{
    if (stack && stack == m_stack && view == m_view)
        return;
    m_stack = std::move(stack);
    m_view = std::move(view);
    m_files.reset();
    describe();
    if (!m_stack || !m_view)
        return m_job.cancel();
    m_job.start([stack = m_stack, view = m_view] { return layers::specialFiles(*stack, *view); }, [this](std::vector<layers::SpecialFile> files) {
        m_files = std::move(files);
        describe();
    });
}

void SpecialFilesView::describe()
{
    if (!m_files)
        return showMessage(tr("Looking for files with special rights…"), tr("Programs that run as their owner, and files that everybody may write, are listed here once the layers are read."));
    if (m_files->empty())
        return showMessage(tr("No file has special rights"), tr("Nothing here runs with another user's rights (setuid, setgid), and nothing may be written by everybody."));
    std::vector<RowsModel::Row> rows;
    int setIds = 0;
    for (const layers::SpecialFile& file : *m_files) {
        const std::uint32_t version = m_view->cell(file.node).version;
        const layers::IndexEntry& entry = m_stack->entry(version);
        QStringList why;
        if (file.setUid)
            why += tr("runs as user %1").arg(entry.uid);
        if (file.setGid)
            why += tr("runs as group %1").arg(entry.gid);
        if (file.worldWritable)
            why += tr("everybody may write");
        setIds += file.setUid || file.setGid ? 1 : 0;
        const QString path = u'/' + toQString(m_stack->node(file.node).path);
        const std::uint32_t layer = m_stack->allVersions()[version].layer;
        rows.push_back({ { path, why.join(QStringLiteral(", ")), layertext::mode(entry), QString::number(layer) }, { QVariant(), QVariant(), QVariant(), layer },
            QVariant::fromValue(file.node), path });
    }
    const int writable = static_cast<int>(m_files->size()) - setIds;
    showRows(std::move(rows), tr("%Ln program(s) run with another user's rights.", nullptr, setIds) + u' ' + tr("%Ln other path(s) may be written by everybody.", nullptr, writable));
}

} // namespace darsena::gui
