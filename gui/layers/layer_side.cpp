// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layer_side.h"

#include "gui/widgets/looks.h"

#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace darsena::gui {

LayerSide::LayerSide(QWidget* parent)
    : QWidget(parent)
    , m_bar(new QTabBar)
    , m_stack(new QStackedWidget)
{
    setLook(this, "surface");
    auto* tabs = new QWidget;
    setLook(tabs, "bar");
    tabs->setFixedHeight(metric::TabBar + 2);
    auto* row = new QHBoxLayout(tabs);
    row->setContentsMargins(space::XS, 0, 0, 0);
    m_bar->setObjectName(QStringLiteral("side"));
    m_bar->setDrawBase(false);
    m_bar->setExpanding(false);
    m_bar->setUsesScrollButtons(true);
    row->addWidget(m_bar, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tabs);
    column->addWidget(m_stack, 1);
    connect(m_bar, &QTabBar::currentChanged, m_stack, &QStackedWidget::setCurrentIndex);
}

void LayerSide::addTab(QWidget* widget, int at)
{
    m_stack->insertWidget(at, widget);
    m_bar->insertTab(at, QString());
    m_stack->setCurrentIndex(m_bar->currentIndex());
}

void LayerSide::setTitle(QWidget* widget, const QString& title)
{
    m_bar->setTabText(m_stack->indexOf(widget), title);
}

void LayerSide::showTab(QWidget* widget)
{
    m_bar->setCurrentIndex(m_stack->indexOf(widget));
}

int LayerSide::barWidth() const
{
    m_bar->ensurePolished();
    return m_bar->sizeHint().width() + space::XS + 2;
}

QWidget* LayerSide::current() const
{
    return m_stack->currentWidget();
}

} // namespace darsena::gui
