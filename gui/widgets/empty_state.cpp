// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/empty_state.h"

#include "gui/widgets/looks.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace darsena::gui {

EmptyState::EmptyState(const Theme& theme, const QString& iconName, QWidget* parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(makeLabel({}, "title", this))
    , m_sentence(makeLabel({}, "muted", this))
    , m_command(makeLabel({}, "key", this))
    , m_button(makeButton({}, {}, "primary", this))
    , m_second(makeButton({}, {}, "", this))
{
    const auto drawIcon = [this, &theme, iconName] {
        m_icon->setPixmap(theme.icon(iconName, Theme::Ink::Muted).pixmap(QSize(44, 44), devicePixelRatioF()));
    };
    drawIcon();
    connect(&theme, &Theme::changed, this, drawIcon);

    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    // Not wider than is good to read, and as narrow as the pane that it stands in.
    m_sentence->setMinimumWidth(180);
    m_sentence->setMaximumWidth(460);
    m_command->setFont(theme.monospace(type::Base));
    m_command->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_command->hide();
    m_button->hide();
    m_second->hide();
    connect(m_button, &QPushButton::clicked, this, &EmptyState::triggered);
    connect(m_second, &QPushButton::clicked, this, &EmptyState::secondTriggered);

    auto* column = new QVBoxLayout(this);
    column->setSpacing(space::M);
    column->addStretch(2);
    column->addWidget(m_icon, 0, Qt::AlignHCenter);
    column->addWidget(m_title, 0, Qt::AlignHCenter);
    // In a row of its own: a wrapped label that is itself aligned gets the height of one line.
    auto* row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(m_sentence, 1000);
    row->addStretch(1);
    column->addLayout(row);
    column->addWidget(m_command, 0, Qt::AlignHCenter);
    column->addSpacing(space::XS);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(space::S);
    buttons->addStretch(1);
    buttons->addWidget(m_button);
    buttons->addWidget(m_second);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addStretch(3);
}

void EmptyState::setTexts(const QString& title, const QString& sentence)
{
    m_title->setText(title);
    m_sentence->setText(sentence);
    m_sentence->setVisible(!sentence.isEmpty());
    setAccessibleName(title);
    setAccessibleDescription(sentence);
}

void EmptyState::setSecondButton(const QString& text)
{
    m_second->setText(text);
    m_second->setVisible(!text.isEmpty());
}

void EmptyState::setButton(const QString& text)
{
    m_button->setText(text);
    m_button->setVisible(!text.isEmpty());
}

void EmptyState::setCommand(const QString& command)
{
    m_command->setText(command);
    m_command->setVisible(!command.isEmpty());
}

} // namespace darsena::gui
