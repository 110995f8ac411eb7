// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/ignore_lexer.h"

#include <Qsci/qsciscintilla.h>

#include <string_view>

namespace darsena::gui {
namespace {

enum IgnoreStyle { Path, IgnoreComment, Exception, Wildcard };

} // namespace

QString IgnoreLexer::description(int style) const
{
    // Names by which paintLexer() chooses a colour.
    switch (style) {
    case Path:
        return QStringLiteral("default");
    case IgnoreComment:
        return QStringLiteral("comment");
    case Exception:
        return QStringLiteral("keyword");
    case Wildcard:
        return QStringLiteral("variable");
    default:
        return {};
    }
}

void IgnoreLexer::styleText(int start, int end)
{
    QsciScintilla* view = editor();
    if (!view || end <= start)
        return;
    const auto* bytes = reinterpret_cast<const char*>(
        view->SendScintilla(QsciScintilla::SCI_GETRANGEPOINTER, ulong(start), long(end - start)));
    const std::string_view text(bytes, std::size_t(end - start));
    startStyling(start); // a line's start: Scintilla asks for whole lines
    bool lineStart = true;
    bool comment = false;
    for (const char c : text) {
        if (c == '\n') {
            setStyling(1, Path);
            lineStart = true;
            comment = false;
            continue;
        }
        comment = comment || (lineStart && c == '#');
        if (comment)
            setStyling(1, IgnoreComment);
        else if (lineStart && c == '!')
            setStyling(1, Exception);
        else
            setStyling(1, c == '*' || c == '?' || c == '[' || c == ']' || c == '\\' ? Wildcard : Path);
        lineStart = false;
    }
}

} // namespace darsena::gui
