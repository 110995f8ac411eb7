// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/command_line.h"

#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QRegularExpression>
#include <QToolButton>

namespace darsena::gui {

CommandLine::CommandLine(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_label(new ElidedLabel(Qt::ElideRight, this))
    , m_copy(new QAction(theme.icon(QStringLiteral("copy"), Theme::Ink::Muted), {}, this))
    , m_button(makeIconButton(m_copy, this))
    , m_texts(this)
{
    m_label->setFont(theme.monospace(type::Small));
    setLook(m_label, "muted");
    m_label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::XS);
    row->addWidget(m_label, 1);
    row->addWidget(m_button);
    m_texts([this] { m_copy->setText(tr("Copy the command")); });
    connect(&theme, &Theme::changed, m_label, [this, &theme] { m_label->setFont(theme.monospace(type::Small)); });
    connect(m_copy, &QAction::triggered, this, [this] {
        copy();
        Q_EMIT copied();
    });
}

void CommandLine::setCommand(const QString& command)
{
    m_command = command;
    m_label->setText(command);
    m_label->setAccessibleName(command);
    m_button->setVisible(!command.isEmpty());
}

void CommandLine::copy() const
{
    QApplication::clipboard()->setText(m_command);
}

QString CommandLine::join(const QStringList& words)
{
    static const QRegularExpression plain(QStringLiteral("^[A-Za-z0-9_@%+=:,./-]+$"));
    QStringList quoted;
    for (const QString& word : words) {
        if (plain.match(word).hasMatch())
            quoted << word;
        else
            quoted << u'\'' + QString(word).replace(u'\'', QStringLiteral("'\\''")) + u'\'';
    }
    return quoted.join(u' ');
}

} // namespace darsena::gui
