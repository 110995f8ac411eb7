// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/base/retranslator.h"

#include <QEvent>
#include <QWidget>

namespace darsena::gui {

Retranslator::Retranslator(QWidget* owner)
    : QObject(owner)
{
    owner->installEventFilter(this);
}

void Retranslator::operator()(std::function<void()> text)
{
    text();
    m_texts.push_back(std::move(text));
}

bool Retranslator::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::LanguageChange) {
        for (const auto& text : m_texts)
            text();
    }
    return QObject::eventFilter(watched, event);
}

} // namespace darsena::gui
