// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/looks.h"

#include "gui/settings/settings.h"

#include <QAction>
#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTableView>
#include <QTimer>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

namespace darsena::gui {

void setLook(QWidget* widget, const char* look)
{
    const QString value = QString::fromLatin1(look);
    if (widget->property("look").toString() == value)
        return;
    widget->setProperty("look", value);
    widget->setAttribute(Qt::WA_StyledBackground);
    if (widget->testAttribute(Qt::WA_WState_Polished)) {
        widget->style()->unpolish(widget);
        widget->style()->polish(widget);
    }
}

QLabel* makeLabel(const QString& text, const char* look, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setText(text);
    if (*look != '\0')
        setLook(label, look);
    return label;
}

QPushButton* makeButton(const QString& text, const QIcon& icon, const char* look, QWidget* parent)
{
    auto* button = new QPushButton(icon, text, parent);
    button->setIconSize(QSize(metric::Icon, metric::Icon));
    button->setCursor(Qt::PointingHandCursor);
    button->setAutoDefault(false);
    if (*look != '\0')
        setLook(button, look);
    return button;
}

QToolButton* makeIconButton(QAction* action, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setIconSize(QSize(metric::Icon, metric::Icon));
    button->setDefaultAction(action);
    button->setAutoRaise(true);
    const auto describe = [button, action] {
        const QString text = action->text().remove(QLatin1Char('&'));
        const QString shortcut = action->shortcut().toString(QKeySequence::NativeText);
        button->setToolTip(shortcut.isEmpty() ? text : QStringLiteral("%1  (%2)").arg(text, shortcut));
        button->setAccessibleName(text);
    };
    describe();
    QObject::connect(action, &QAction::changed, button, describe);
    return button;
}

QFrame* makeRule(Qt::Orientation orientation, QWidget* parent)
{
    auto* rule = new QFrame(parent);
    setLook(rule, "rule");
    if (orientation == Qt::Horizontal)
        rule->setFixedHeight(1);
    else
        rule->setFixedWidth(1);
    return rule;
}

QBoxLayout* makeToolRow(QWidget* row)
{
    setLook(row, "bar");
    row->setFixedHeight(metric::TopBar + 2);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(space::L, space::S, space::L, space::S);
    layout->setSpacing(space::S);
    return layout;
}

namespace {

void setUpView(QAbstractItemView* view, const QString& accessibleName)
{
    view->setFrameShape(QFrame::NoFrame);
    view->setSelectionBehavior(QAbstractItemView::SelectRows);
    view->setEditTriggers(QAbstractItemView::NoEditTriggers);
    view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    view->setAccessibleName(accessibleName);
    view->setMouseTracking(true);
}

} // namespace

void setUpTable(QTableView* view, const QString& accessibleName)
{
    setUpView(view, accessibleName);
    view->setShowGrid(false);
    view->setSortingEnabled(true);
    view->setWordWrap(false);
    view->setTabKeyNavigation(false);
    view->verticalHeader()->hide();
    view->verticalHeader()->setDefaultSectionSize(metric::Row + 4);
    view->horizontalHeader()->setHighlightSections(false);
    view->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    view->horizontalHeader()->setSectionsMovable(true);
    view->horizontalHeader()->setStretchLastSection(true);
}

void setUpTree(QTreeView* view, const QString& accessibleName)
{
    setUpView(view, accessibleName);
    view->setUniformRowHeights(true);
    view->setAllColumnsShowFocus(true);
    view->header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

void widenToTitles(QHeaderView* header)
{
    for (int section = 0; section < header->count(); ++section) {
        if (!header->isSectionHidden(section) && header->sectionResizeMode(section) == QHeaderView::Interactive)
            header->resizeSection(section, std::max(header->sectionSize(section), header->sectionSizeHint(section)));
    }
}

void rememberHeader(QHeaderView* header, Settings& settings, const QString& name)
{
    const QByteArray state = settings.layout(name);
    if (!state.isEmpty())
        header->restoreState(state);
    // Columns change with every pixel of a drag; the state is kept once it rests.
    auto* rest = new QTimer(header);
    rest->setSingleShot(true);
    rest->setInterval(400);
    QObject::connect(rest, &QTimer::timeout, header,
        [header, &settings, name] { settings.setLayout(name, header->saveState()); });
    const auto kick = [rest] { rest->start(); };
    QObject::connect(header, &QHeaderView::sectionResized, rest, kick);
    QObject::connect(header, &QHeaderView::sectionMoved, rest, kick);
    QObject::connect(header, &QHeaderView::sortIndicatorChanged, rest, kick);
}

} // namespace darsena::gui
