// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/outline_view.h"

#include "gui/base/text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QHeaderView>
#include <QSignalBlocker>

namespace darsena::gui {
namespace {

constexpr int FirstLineRole = Qt::UserRole, LastLineRole = Qt::UserRole + 1;
constexpr std::size_t MaxRows = 4000; // more is no outline any more
constexpr int StillMilliseconds = 250;

} // namespace

OutlineView::OutlineView(const Theme& theme, QWidget* parent)
    : QTreeWidget(parent)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("editor.outline"));
    setUpTree(this, {});
    setColumnCount(1);
    header()->hide();
    setUniformRowHeights(true);
    setExpandsOnDoubleClick(false);
    const auto choose = [this](QTreeWidgetItem* item) { Q_EMIT lineChosen(item->data(0, FirstLineRole).toInt()); };
    connect(this, &QTreeWidget::itemClicked, this, choose);
    connect(this, &QTreeWidget::itemActivated, this, choose);
    connect(this, &QTreeWidget::itemCollapsed, this, [this](QTreeWidgetItem* item) { m_folded.insert(item->text(0)); });
    connect(this, &QTreeWidget::itemExpanded, this, [this](QTreeWidgetItem* item) { m_folded.remove(item->text(0)); });
    m_still.setSingleShot(true);
    m_still.setInterval(StillMilliseconds);
    connect(&m_still, &QTimer::timeout, this, &OutlineView::fill);
    retranslate();
}

void OutlineView::addRows(
    const std::vector<dockerfile::OutlineItem>& items, const dockerfile::SourceText& source, int depth)
{
    for (const dockerfile::OutlineItem& item : items) {
        if (m_next.size() == MaxRows)
            return;
        Row row;
        row.name = toQString(item.name).simplified();
        row.detail = toQString(item.detail);
        row.stage = item.kind == dockerfile::OutlineItem::Kind::Stage;
        row.depth = depth;
        row.firstLine = int(source.lineOf(item.range.begin));
        row.lastLine = int(source.lineOf(item.range.end));
        m_next.push_back(std::move(row));
        addRows(item.children, source, depth + 1);
    }
}

void OutlineView::setOutline(std::vector<dockerfile::OutlineItem> items, const dockerfile::SourceText& source)
{
    m_next.clear();
    addRows(items, source, 0);
    if (m_rows.empty())
        fill();
    else
        m_still.start();
}

void OutlineView::fill()
{
    if (m_next == m_rows)
        return;
    m_rows = m_next;
    const QSignalBlocker quiet(this);
    clear();
    QFont stageFont = font();
    stageFont.setWeight(QFont::DemiBold);
    const QFont code = m_theme.monospace(12);
    std::vector<QTreeWidgetItem*> parents;
    QList<QTreeWidgetItem*> top;
    for (const Row& row : m_rows) {
        parents.resize(std::size_t(row.depth));
        auto* item = new QTreeWidgetItem;
        item->setText(0, row.name);
        item->setToolTip(0, row.detail.isEmpty() ? row.name : QStringLiteral("%1 · %2").arg(row.name, row.detail));
        item->setData(0, FirstLineRole, row.firstLine);
        item->setData(0, LastLineRole, row.lastLine);
        item->setFont(0, row.stage ? stageFont : code);
        if (parents.empty())
            top.append(item);
        else
            parents.back()->addChild(item);
        parents.push_back(item);
    }
    addTopLevelItems(top);
    for (QTreeWidgetItem* item : top)
        item->setExpanded(!m_folded.contains(item->text(0)));
    selectLine(m_line);
}

void OutlineView::selectLine(int line)
{
    m_line = line;
    const QSignalBlocker quiet(this);
    const auto holds = [&](const QTreeWidgetItem* item) {
        return item->data(0, FirstLineRole).toInt() <= line && line <= item->data(0, LastLineRole).toInt();
    };
    for (int i = 0; i < topLevelItemCount(); ++i) {
        QTreeWidgetItem* stage = topLevelItem(i);
        if (!holds(stage))
            continue;
        QTreeWidgetItem* found = stage;
        for (int j = 0; stage->isExpanded() && j < stage->childCount(); ++j) {
            if (holds(stage->child(j)))
                found = stage->child(j);
        }
        setCurrentItem(found);
        scrollToItem(found);
        return;
    }
    setCurrentItem(nullptr);
}

void OutlineView::retranslate()
{
    setAccessibleName(tr("Outline"));
}

void OutlineView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        retranslate();
    QTreeWidget::changeEvent(event);
}

} // namespace darsena::gui
