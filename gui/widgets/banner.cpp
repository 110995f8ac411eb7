// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/banner.h"

#include "gui/widgets/looks.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace darsena::gui {

Banner::Banner(const Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_icon(new QLabel(this))
    , m_what(makeLabel({}, "strong", this))
    , m_why(makeLabel({}, "", this))
    , m_button(makeButton({}, {}, "", this))
    , m_close(makeButton({}, theme.icon(QStringLiteral("close")), "link", this))
{
    m_close->setAccessibleName(tr("Dismiss"));
    for (QLabel* label : { m_what, m_why }) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_what);
    texts->addWidget(m_why);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::M, space::S, space::S, space::S);
    row->setSpacing(space::M);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_button, 0, Qt::AlignVCenter);
    row->addWidget(m_close, 0, Qt::AlignTop);
    connect(m_close, &QPushButton::clicked, this, &Banner::dismiss);
    connect(m_button, &QPushButton::clicked, this, [this] {
        const auto action = m_action;
        dismiss();
        if (action)
            action();
    });
    m_button->hide(); // until say() gives it a text
    hide();
}

void Banner::showProblem(const QString& what, const QString& why, const QString& button, std::function<void()> action)
{
    say("problem", QStringLiteral("error"), what, why, button, std::move(action));
}

void Banner::showNotice(const QString& what, const QString& why, const QString& button, std::function<void()> action)
{
    say("notice", QStringLiteral("information"), what, why, button, std::move(action));
}

void Banner::say(const char* look, const QString& icon, const QString& what, const QString& why, const QString& button, std::function<void()> action)
{
    setLook(this, look);
    const auto ink = icon == u"error" ? Theme::Ink::Failed : Theme::Ink::Wait;
    m_icon->setPixmap(m_theme.icon(icon, ink).pixmap(QSize(metric::Icon, metric::Icon), devicePixelRatioF()));
    m_what->setText(what);
    m_why->setText(why);
    m_why->setVisible(!why.isEmpty());
    m_button->setText(button);
    m_button->setVisible(!button.isEmpty());
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss"));
    m_action = std::move(action);
    setAccessibleName(text());
    show();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

QString Banner::text() const
{
    return isHidden() ? QString() : m_what->text() + u' ' + m_why->text();
}

void Banner::dismiss()
{
    m_action = {};
    hide();
}

} // namespace darsena::gui
