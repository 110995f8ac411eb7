// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/dockerfile_lexer.h"

#include "core/dockerfile/parser.h"
#include "gui/editor/file_io.h"
#include "gui/theme/theme.h"

#include <Qsci/qsciscintilla.h>

namespace darsena::gui {
namespace {

/// Read behind what is to be shown, so that its last instruction is whole as a rule.
constexpr std::size_t Slack = 8 * 1024;

} // namespace

DockerfileLexer::DockerfileLexer(const Theme& theme, QObject* parent)
    : QsciLexerCustom(parent)
    , m_theme(theme)
{
    refresh();
}

QString DockerfileLexer::description(int style) const
{
    // Names for preference dialogs, which the studio has not; an empty one ends the list of styles.
    return style >= 0 && style < styleCount ? QStringLiteral("style %1").arg(style) : QString();
}

QColor DockerfileLexer::defaultColor(int style) const
{
    const Tokens& tokens = m_theme.tokens();
    switch (Style(style)) {
    case Style::Comment:
        return tokens.comment;
    case Style::Directive:
    case Style::Keyword:
        return tokens.keyword;
    case Style::Flag:
    case Style::Heredoc:
        return tokens.flag;
    case Style::Variable:
        return tokens.variable;
    case Style::String:
        return tokens.string;
    case Style::Unknown:
        return tokens.failedText;
    case Style::Command:
        return tokens.accentText;
    case Style::Text:
        break;
    }
    return tokens.text;
}

QColor DockerfileLexer::defaultPaper(int) const
{
    return m_theme.tokens().dark ? mixed(m_theme.tokens().page, m_theme.tokens().surface, 0.4)
                                 : m_theme.tokens().surface;
}

QFont DockerfileLexer::defaultFont(int style) const
{
    QFont font = m_theme.monospacePoints(type::Base);
    if (Style(style) == Style::Keyword)
        font.setWeight(QFont::Bold);
    return font;
}

void DockerfileLexer::refresh()
{
    setDefaultColor(m_theme.tokens().text);
    setDefaultPaper(defaultPaper(0));
    setDefaultFont(m_theme.monospacePoints(type::Base));
    for (int style = 0; style < styleCount; ++style) {
        setColor(defaultColor(style), style);
        setPaper(defaultPaper(style), style);
        setFont(defaultFont(style), style);
    }
}

void DockerfileLexer::textModified(std::size_t position)
{
    m_starts.erase(std::lower_bound(m_starts.begin(), m_starts.end(), position), m_starts.end());
}

void DockerfileLexer::styleText(int start, int end)
{
    QsciScintilla* view = editor();
    if (!view || end <= start)
        return;
    const auto size = std::size_t(view->SendScintilla(QsciScintilla::SCI_GETLENGTH));
    if (size > std::size_t(largeTextBytes)) {
        startStyling(start);
        setStyling(end - start, int(Style::Text));
        return;
    }
    // Not the instruction with the change but the one before it: a comment or a blank line may have joined the two.
    auto known = std::upper_bound(m_starts.begin(), m_starts.end(), std::size_t(start));
    for (int back = 0; back < 2 && known != m_starts.begin(); ++back)
        --known;
    const std::size_t from = known == m_starts.end() || known == m_starts.begin() ? 0 : *known;
    const auto wanted = std::size_t(end);
    for (std::size_t slack = Slack;; slack *= 4) {
        const std::size_t until = std::min(size, wanted + slack);
        const auto* bytes = reinterpret_cast<const char*>(
            view->SendScintilla(QsciScintilla::SCI_GETRANGEPOINTER, ulong(from), long(until - from)));
        // In the middle of a file its directives are not there to be read.
        std::string text = from > 0 && m_escape != '\\' ? "# escape=`\n" : "";
        const std::size_t added = text.size();
        text.append(bytes, until - from);
        const dockerfile::Document document = dockerfile::parse(std::move(text));
        const auto placeOf = [&](std::uint32_t offset) { return from + offset - added; };
        const auto& statements = document.statements;
        // The last instruction may go on behind what was read; when it begins in what is to be shown, that matters.
        if (until < size && (statements.empty() || placeOf(statements.back().range.begin) < wanted))
            continue;
        if (from == 0)
            m_escape = document.escape;
        m_starts.erase(std::lower_bound(m_starts.begin(), m_starts.end(), from), m_starts.end());
        for (std::size_t i = 0; i < statements.size(); ++i) {
            if (until == size || i + 1 < statements.size())
                m_starts.push_back(placeOf(statements[i].range.begin));
        }
        startStyling(int(from));
        std::size_t at = from;
        for (const StyleRun& run : highlight(document)) {
            if (run.end <= added)
                continue;
            const std::size_t stop = std::min(placeOf(run.end), wanted);
            if (stop > at)
                setStyling(int(stop - at), int(run.style));
            at = std::max(at, stop);
            if (at >= wanted)
                break;
        }
        if (at < wanted)
            setStyling(int(wanted - at), int(Style::Text));
        return;
    }
}

} // namespace darsena::gui
