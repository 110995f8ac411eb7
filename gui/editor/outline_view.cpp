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
constexpr std::size_t MaxShownInstructions = 20'000; // a tree of widgets' items; more is no outline any more

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
    retranslate();
}

void OutlineView::add(QTreeWidgetItem* parent, const dockerfile::OutlineItem& item, const dockerfile::SourceText& source)
{
    auto* row = parent ? new QTreeWidgetItem(parent) : new QTreeWidgetItem(this);
    const QString name = toQString(item.name).simplified();
    row->setText(0, name);
    row->setToolTip(0, item.detail.empty() ? name : QStringLiteral("%1 · %2").arg(name, toQString(item.detail)));
    row->setData(0, FirstLineRole, source.lineOf(item.range.begin));
    row->setData(0, LastLineRole, source.lineOf(item.range.end));
    if (item.kind == dockerfile::OutlineItem::Kind::Stage) {
        QFont font = this->font();
        font.setWeight(QFont::DemiBold);
        row->setFont(0, font);
    } else {
        row->setFont(0, m_theme.monospace(12));
    }
    for (const dockerfile::OutlineItem& child : item.children)
        add(row, child, source);
}

void OutlineView::setOutline(std::vector<dockerfile::OutlineItem> items, const dockerfile::SourceText& source)
{
    const QSignalBlocker quiet(this);
    clear();
    std::size_t count = 0;
    for (const dockerfile::OutlineItem& item : items) {
        count += 1 + item.children.size();
        if (count > MaxShownInstructions)
            break;
        add(nullptr, item, source);
    }
    for (int i = 0; i < topLevelItemCount(); ++i)
        topLevelItem(i)->setExpanded(!m_folded.contains(topLevelItem(i)->text(0)));
}

void OutlineView::selectLine(int line)
{
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
