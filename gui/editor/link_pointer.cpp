// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/link_pointer.h"

#include "gui/editor/assist_links.h"
#include "gui/editor/dockerfile_editor.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>

namespace darsena::gui {
namespace {

using Sci = QsciScintillaBase;
constexpr long HandCursor = 8; // Scintilla has no name for it in its interface

} // namespace

LinkPointer::LinkPointer(DockerfileEditor* editor)
    : QObject(editor)
    , m_editor(editor)
    , m_asking(this)
{
    editor->installEventFilter(this);
    editor->viewport()->installEventFilter(this);
    editor->viewport()->setMouseTracking(true);
    connect(editor, &QsciScintilla::textChanged, this, &LinkPointer::clear);
}

std::optional<std::uint32_t> LinkPointer::positionAt(const QPoint& at) const
{
    const long position = m_editor->SendScintilla(Sci::SCI_POSITIONFROMPOINTCLOSE, ulong(at.x()), long(at.y()));
    return position < 0 ? std::nullopt : std::optional(std::uint32_t(position));
}

void LinkPointer::clear()
{
    m_asking.cancel();
    if (!std::exchange(m_shown, std::nullopt))
        return;
    m_editor->setLink({});
    m_editor->SendScintilla(Sci::SCI_SETCURSOR, ulong(0), long(Sci::SC_CURSORNORMAL));
}

void LinkPointer::pointAt(const QPoint& at)
{
    const auto position = positionAt(at);
    if (position && m_shown && m_shown->begin <= *position && *position < m_shown->end)
        return;
    clear();
    if (!position)
        return;
    m_asking.start(
        [text = m_editor->bytes(), position = *position, world = m_world()] {
            return linkAt(dockerfile::readDockerfile(text), position, world.surroundings());
        },
        [this, revision = m_editor->revision()](const std::optional<LinkTarget>& target) {
            if (!target || target->range.empty() || revision != m_editor->revision())
                return;
            m_shown = target->range;
            m_editor->setLink(target->range);
            m_editor->SendScintilla(Sci::SCI_SETCURSOR, ulong(HandCursor));
        });
}

bool LinkPointer::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseMove: {
        const auto* move = static_cast<QMouseEvent*>(event);
        if (move->modifiers() == Qt::ControlModifier && move->buttons() == Qt::NoButton)
            pointAt(move->pos());
        else
            clear();
        break;
    }
    case QEvent::MouseButtonPress: {
        const auto* press = static_cast<QMouseEvent*>(event);
        m_pressed.reset();
        if (press->button() == Qt::LeftButton && press->modifiers() == Qt::ControlModifier)
            m_pressed = press->pos();
        break;
    }
    case QEvent::MouseButtonRelease: {
        const QPoint at = static_cast<QMouseEvent*>(event)->pos();
        const auto pressed = std::exchange(m_pressed, std::nullopt);
        if (!pressed || (at - *pressed).manhattanLength() >= QApplication::startDragDistance())
            break;
        clear();
        if (const auto position = positionAt(*pressed)) {
            // Once the editor has heard of it too: it would add a caret to those there are.
            QMetaObject::invokeMethod(
                this,
                [this, position = *position] {
                    m_editor->SendScintilla(Sci::SCI_SETEMPTYSELECTION, ulong(position));
                    Q_EMIT clicked(position);
                },
                Qt::QueuedConnection);
        }
        break;
    }
    case QEvent::KeyPress:
    case QEvent::KeyRelease:
        if (static_cast<QKeyEvent*>(event)->key() == Qt::Key_Control && event->type() == QEvent::KeyPress)
            pointAt(m_editor->viewport()->mapFromGlobal(QCursor::pos()));
        else
            clear();
        break;
    case QEvent::Leave:
    case QEvent::FocusOut:
        clear();
        break;
    default:
        break;
    }
    return QObject::eventFilter(watched, event);
}

} // namespace darsena::gui
