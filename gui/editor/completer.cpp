// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/completer.h"

#include "gui/base/text.h"
#include "gui/editor/completion_popup.h"
#include "gui/editor/dockerfile_editor.h"

#include <QKeyEvent>

namespace darsena::gui {
namespace {

using Sci = QsciScintillaBase;

/// After these the question is a new one; after other punctuation nobody wants a list.
bool asks(int character)
{
    const auto letter = char32_t(character);
    return QChar::isLetterOrNumber(letter) || QStringLiteral(" $={/,-:.#%_\"'").contains(QChar(letter));
}

/// Blanks open a list only for what stands there by itself: a list of flags after every blank would be in the way.
bool worthShowingUnasked(const dockerfile::Completion& entry)
{
    using enum dockerfile::CompletionKind;
    return entry.kind != Flag && entry.kind != Instruction && entry.kind != Snippet && entry.kind != Variable;
}

} // namespace

Completer::Completer(const Theme& theme, DockerfileEditor* editor)
    : QObject(editor)
    , m_editor(editor)
    , m_popup(new CompletionPopup(theme, editor))
    , m_requests(this)
{
    connect(m_popup, &CompletionPopup::chosen, this, &Completer::accept);
    connect(editor, &Sci::SCN_CHARADDED, this, &Completer::typed);
    connect(editor, &Sci::SCN_MODIFIED, this,
        [this](int position, int type, const char*, int length, int, int, int, int, int, int) {
            modified(position, type, length);
        });
    connect(editor, &QsciScintilla::cursorPositionChanged, this, [this] {
        const auto caret = std::uint32_t(m_editor->SendScintilla(Sci::SCI_GETCURRENTPOS));
        if (m_snippet.active() && !m_accepting && !m_snippet.contains(caret))
            m_snippet.end();
        // Moved away by something else than typing: what is shown is about another place.
        if (isOpen() && !m_accepting && !m_popup->entries().empty()
            && caret < m_popup->entries().front().replace.begin)
            close();
    });
}

bool Completer::isOpen() const
{
    return m_popup->isVisible();
}

void Completer::close()
{
    m_requests.cancel();
    m_popup->hide();
}

void Completer::typed(int character)
{
    if (m_accepting)
        return;
    if (character == '\n' || character == '\r' || !asks(character)) {
        close();
        return;
    }
    request(false);
}

void Completer::modified(int position, int type, int length)
{
    if (m_accepting)
        return;
    if (m_snippet.active()) {
        if (type & Sci::SC_MOD_INSERTTEXT)
            m_snippet.inserted(std::uint32_t(position), std::uint32_t(length));
        else if (type & Sci::SC_MOD_DELETETEXT)
            m_snippet.removed(std::uint32_t(position), std::uint32_t(length));
    }
    // A letter taken back with an open list narrows nothing: ask again.
    if (isOpen() && (type & Sci::SC_MOD_DELETETEXT))
        QMetaObject::invokeMethod(this, [this] { request(false); }, Qt::QueuedConnection);
}

void Completer::request(bool asked)
{
    const auto caret = std::uint32_t(m_editor->SendScintilla(Sci::SCI_GETCURRENTPOS));
    m_requests.start(
        [text = m_editor->bytes(), caret, world = m_world()] {
            return dockerfile::complete(dockerfile::readDockerfile(text), caret, world.surroundings());
        },
        [this, asked, revision = m_editor->revision()](std::vector<dockerfile::Completion> entries) {
            if (revision == m_editor->revision())
                show(std::move(entries), asked);
        });
}

void Completer::show(std::vector<dockerfile::Completion> entries, bool asked)
{
    const auto caret = std::uint32_t(m_editor->SendScintilla(Sci::SCI_GETCURRENTPOS));
    if (entries.empty() || !m_editor->hasFocus()) {
        m_popup->hide();
        return;
    }
    m_caret = caret;
    const std::uint32_t begin = std::min(entries.front().replace.begin, caret);
    const std::string typed = m_editor->bytes().substr(begin, caret - begin);
    if (!asked && typed.empty()) {
        std::erase_if(entries, [](const dockerfile::Completion& entry) { return !worthShowingUnasked(entry); });
        // All that could follow is too much to be offered unasked, but for what was just begun: "--from=", "$".
        if (entries.empty() || (entries.size() > 400 && !isOpen())) {
            m_popup->hide();
            return;
        }
    }
    // What is written already needs no list.
    if (!asked && entries.size() == 1 && entries.front().text == typed) {
        m_popup->hide();
        return;
    }
    const int x = int(m_editor->SendScintilla(Sci::SCI_POINTXFROMPOSITION, 0UL, long(begin)));
    const int y = int(m_editor->SendScintilla(Sci::SCI_POINTYFROMPOSITION, 0UL, long(begin)));
    const int height = int(m_editor->SendScintilla(Sci::SCI_TEXTHEIGHT, 0UL));
    m_popup->showEntries(
        std::move(entries), toQString(typed), QRect(m_editor->viewport()->mapToGlobal(QPoint(x, y)), QSize(1, height)));
}

void Completer::accept(int row)
{
    if (row < 0 || std::size_t(row) >= m_popup->entries().size())
        return;
    const dockerfile::Completion entry = m_popup->entries()[std::size_t(row)];
    m_popup->hide();
    Snippet snippet;
    if (entry.snippet)
        snippet = Snippet::parse(entry.text);
    else
        snippet.text = entry.text;
    const auto caret = std::uint32_t(m_editor->SendScintilla(Sci::SCI_GETCURRENTPOS));
    // Letters that came in after the list was made belong to what is replaced.
    const std::uint32_t end = std::max(entry.replace.end + caret - std::min(caret, m_caret), caret);
    m_accepting = true;
    m_editor->applyEdits({ { .range = { entry.replace.begin, end }, .replacement = snippet.text } });
    const auto after = entry.replace.begin + std::uint32_t(snippet.text.size());
    m_editor->SendScintilla(Sci::SCI_GOTOPOS, ulong(after));
    if (entry.snippet) {
        m_snippet.start(snippet, entry.replace.begin);
        const SnippetStop stop = m_snippet.current();
        m_editor->SendScintilla(Sci::SCI_SETSEL, ulong(stop.begin), long(stop.end));
        if (stop.number == 0)
            m_snippet.end();
    }
    m_accepting = false;
    if (entry.again)
        request(true);
}

void Completer::visitStop(bool forward)
{
    m_accepting = true;
    const SnippetStop stop = m_snippet.next(forward);
    m_editor->SendScintilla(Sci::SCI_SETSEL, ulong(stop.begin), long(stop.end));
    m_accepting = false;
}

bool Completer::keyPressed(QKeyEvent* event)
{
    if (isOpen()) {
        switch (event->key()) {
        case Qt::Key_Escape:
            close();
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (event->modifiers() != Qt::NoModifier)
                break;
            accept(m_popup->currentRow());
            return true;
        case Qt::Key_Left:
        case Qt::Key_Right:
        case Qt::Key_Home:
        case Qt::Key_End:
            close();
            return false;
        default:
            if (event->modifiers() == Qt::NoModifier && m_popup->move(event->key()))
                return true;
        }
    }
    if (m_snippet.active()) {
        if (event->key() == Qt::Key_Tab && event->modifiers() == Qt::NoModifier) {
            visitStop(true);
            return true;
        }
        if (event->key() == Qt::Key_Backtab) {
            visitStop(false);
            return true;
        }
        if (event->key() == Qt::Key_Escape) {
            m_snippet.end();
            return true;
        }
    }
    return false;
}

} // namespace darsena::gui
