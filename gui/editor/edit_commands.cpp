// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/edit_commands.h"

#include "gui/editor/code_editor.h"

#include <algorithm>
#include <set>

namespace darsena::gui {
namespace {

using Sci = QsciScintillaBase;

/// The lines that have a caret or a part of a selection; a selection that ends at a line's start leaves that line out.
std::set<long> touchedLines(const CodeEditor& editor)
{
    std::set<long> lines;
    const long selections = editor.SendScintilla(Sci::SCI_GETSELECTIONS);
    for (long i = 0; i < selections; ++i) {
        const long begin = editor.SendScintilla(Sci::SCI_GETSELECTIONNSTART, ulong(i));
        const long end = editor.SendScintilla(Sci::SCI_GETSELECTIONNEND, ulong(i));
        const long first = editor.SendScintilla(Sci::SCI_LINEFROMPOSITION, ulong(begin));
        long last = editor.SendScintilla(Sci::SCI_LINEFROMPOSITION, ulong(end));
        if (last > first && editor.SendScintilla(Sci::SCI_POSITIONFROMLINE, ulong(last)) == end)
            --last;
        for (long line = first; line <= last; ++line)
            lines.insert(line);
    }
    return lines;
}

void searchWholeDocument(CodeEditor& editor)
{
    const bool selected = editor.SendScintilla(Sci::SCI_GETSELECTIONEMPTY) == 0;
    // From a bare caret it is the word that counts, else exactly what is selected.
    editor.SendScintilla(Sci::SCI_SETSEARCHFLAGS, ulong(Sci::SCFIND_MATCHCASE | (selected ? 0 : Sci::SCFIND_WHOLEWORD)));
    editor.SendScintilla(Sci::SCI_TARGETWHOLEDOCUMENT);
}

} // namespace

void toggleComment(CodeEditor& editor)
{
    const std::string prefix = editor.commentPrefix().toStdString();
    if (prefix.empty() || editor.isReadOnly())
        return;
    struct Line {
        std::size_t begin, text, end; ///< text: where it begins behind the indent
        bool comment;
    };
    std::vector<Line> lines;
    std::size_t indent = std::size_t(-1);
    for (const long number : touchedLines(editor)) {
        const auto begin = std::size_t(editor.SendScintilla(Sci::SCI_POSITIONFROMLINE, ulong(number)));
        const auto end = std::size_t(editor.SendScintilla(Sci::SCI_GETLINEENDPOSITION, ulong(number)));
        const std::string text = editor.bytesOf(begin, end);
        const std::size_t blanks = text.find_first_not_of(" \t");
        if (blanks == std::string::npos)
            continue;
        indent = std::min(indent, blanks);
        lines.push_back({ begin, begin + blanks, end, text.compare(blanks, prefix.size(), prefix) == 0 });
    }
    const bool remove = !lines.empty() && std::all_of(lines.begin(), lines.end(), [](const Line& line) { return line.comment; });
    std::vector<TextChange> changes;
    for (const Line& line : lines) {
        if (remove) {
            std::size_t end = line.text + prefix.size();
            if (editor.bytesOf(end, end + 1) == " ")
                ++end;
            changes.push_back({ line.text, end, {} });
        } else {
            changes.push_back({ line.begin + indent, line.begin + indent, prefix + ' ' });
        }
    }
    editor.applyChanges(changes);
}

void moveLines(CodeEditor& editor, bool down)
{
    editor.SendScintilla(down ? Sci::SCI_MOVESELECTEDLINESDOWN : Sci::SCI_MOVESELECTEDLINESUP);
    editor.SendScintilla(Sci::SCI_SCROLLCARET);
}

void duplicate(CodeEditor& editor)
{
    editor.SendScintilla(Sci::SCI_SELECTIONDUPLICATE);
}

void selectNextOccurrence(CodeEditor& editor)
{
    searchWholeDocument(editor);
    editor.SendScintilla(Sci::SCI_MULTIPLESELECTADDNEXT);
    editor.SendScintilla(Sci::SCI_SCROLLCARET);
}

void selectAllOccurrences(CodeEditor& editor)
{
    if (editor.SendScintilla(Sci::SCI_GETSELECTIONEMPTY) != 0) {
        searchWholeDocument(editor); // the first takes the word under the caret
        editor.SendScintilla(Sci::SCI_MULTIPLESELECTADDNEXT);
        editor.SendScintilla(Sci::SCI_SETSEARCHFLAGS, ulong(Sci::SCFIND_MATCHCASE | Sci::SCFIND_WHOLEWORD));
    } else {
        searchWholeDocument(editor);
    }
    editor.SendScintilla(Sci::SCI_TARGETWHOLEDOCUMENT);
    editor.SendScintilla(Sci::SCI_MULTIPLESELECTADDEACH);
}

} // namespace darsena::gui
