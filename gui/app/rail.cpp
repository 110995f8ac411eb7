// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/rail.h"

#include "gui/widgets/looks.h"

#include <QKeyEvent>
#include <QToolButton>
#include <QVBoxLayout>

namespace darsena::gui {

Rail::Rail(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_top(new QVBoxLayout)
    , m_bottom(new QVBoxLayout)
{
    setLook(this, "railbar");
    setMinimumWidth(metric::RailWidth);
    setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Expanding);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(5, space::S + 2, 6, space::S);
    column->setSpacing(0);
    m_top->setSpacing(space::XS);
    column->addLayout(m_top);
    column->addStretch(1);
    column->addLayout(m_bottom);
}

void Rail::addPage(PageId id, const QString& iconName)
{
    auto* button = new QToolButton(this);
    setLook(button, "rail");
    button->setObjectName(QStringLiteral("rail.") + pageKey(id));
    button->setToolButtonStyle(Qt::ToolButtonTextUnderIcon);
    button->setIcon(m_theme.icon(iconName, Theme::Ink::Muted));
    button->setIconSize(QSize(metric::RailIcon, metric::RailIcon));
    button->setCheckable(true);
    button->setAutoExclusive(true);
    button->setSizePolicy(QSizePolicy::MinimumExpanding, QSizePolicy::Fixed);
    button->setFixedHeight(50);
    button->setFont(m_theme.font(type::Rail));
    connect(button, &QToolButton::clicked, this, [this, id] { Q_EMIT pageChosen(id); });
    (id == PageId::Settings ? m_bottom : m_top)->addWidget(button);
    m_buttons.insert(int(id), button);
    m_order.append(id);
}

void Rail::setText(PageId id, const QString& text, const QString& tip)
{
    if (auto* button = m_buttons.value(int(id))) {
        button->setText(text);
        button->setToolTip(tip);
        button->setAccessibleName(text);
    }
}

void Rail::setCurrent(PageId id)
{
    if (auto* button = m_buttons.value(int(id)))
        button->setChecked(true);
}

void Rail::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Up) {
        focusNextPrevChild(event->key() == Qt::Key_Down);
        return;
    }
    QWidget::keyPressEvent(event);
}

} // namespace darsena::gui
