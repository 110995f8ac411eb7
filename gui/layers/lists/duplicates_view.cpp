// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/lists/duplicates_view.h"

#include "gui/base/text.h"
#include "gui/widgets/empty_state.h"
#include "gui/widgets/looks.h"

#include <QHeaderView>
#include <QLabel>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

namespace darsena::gui {

namespace {

/// Rows as high as those of the tree of files.
class RowDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        return { QStyledItemDelegate::sizeHint(option, index).width(), 26 };
    }
};

} // namespace

DuplicatesView::DuplicatesView(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_summary(makeLabel({}, "muted"))
    , m_tree(new QTreeView)
    , m_empty(new EmptyState(theme, QStringLiteral("copy")))
    , m_pages(new QStackedWidget)
    , m_texts(this)
{
    setObjectName(QStringLiteral("layers.duplicates"));
    setLook(this, "surface");
    setUpTree(m_tree, {});
    m_tree->setItemDelegate(new RowDelegate(m_tree));
    m_tree->setFont(theme.font(type::Base - 1));
    m_tree->setModel(&m_model);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(DuplicatesModel::Path, QHeaderView::Stretch);
    m_tree->header()->resizeSection(DuplicatesModel::Copies, 64);
    m_tree->header()->resizeSection(DuplicatesModel::Each, 76);
    m_tree->header()->resizeSection(DuplicatesModel::Spare, 116);
    m_summary->setWordWrap(true);
    m_summary->setContentsMargins(space::M, space::S, space::M, space::S);

    auto* body = new QWidget;
    auto* column = new QVBoxLayout(body);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_summary);
    column->addWidget(m_tree, 1);
    m_pages->addWidget(m_empty);
    m_pages->addWidget(body);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_pages);

    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& index) {
        if (index.isValid())
            Q_EMIT chosen(index.data(DuplicatesModel::NodeRole).value<layers::Stack::NodeId>());
    });
    m_texts([this] {
        m_tree->setAccessibleName(tr("Files that are there more than once"));
        m_model.retranslate();
        widenToTitles(m_tree->header());
        describe();
    });
}

void DuplicatesView::setData(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view)
{
    if (stack && stack == m_stack && view == m_view)
        return;
    m_stack = stack;
    m_view = view;
    m_known = false;
    if (!stack || !view) {
        m_job.cancel();
        m_model.setGroups({}, {}, {});
        return describe();
    }
    m_job.start([stack, view](std::stop_token stop) { return layers::duplicates(*stack, *view, stop); },
        [this, stack, view](std::vector<layers::DuplicateGroup> groups) {
            m_known = true;
            m_model.setGroups(stack, view, std::move(groups));
            describe();
        });
    describe();
}

void DuplicatesView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    // What one copy has is the first thing that can be done without.
    m_tree->setColumnHidden(DuplicatesModel::Each, width() < 420);
}

void DuplicatesView::describe()
{
    const int groups = m_model.rowCount();
    m_pages->setCurrentIndex(groups > 0 ? 1 : 0);
    if (groups > 0)
        m_summary->setText(tr("%Ln file(s) are stored at more than one place. Links instead of copies would spare %1.", nullptr, groups).arg(formatBytes(static_cast<qint64>(m_model.spare()))));
    else if (m_known)
        m_empty->setTexts(tr("No file is there twice"), tr("Every file of this image has a content of its own. Hard links do not count: they share their bytes."));
    else
        m_empty->setTexts(tr("Looking for copies…"), tr("Files with the same content at several places are listed here once the layers are read."));
}

} // namespace darsena::gui
