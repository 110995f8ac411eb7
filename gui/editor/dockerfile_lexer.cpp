// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/dockerfile_lexer.h"

#include "core/dockerfile/parser.h"
#include "gui/theme/theme.h"

#include <Qsci/qsciscintilla.h>

namespace darsena::gui {
namespace {

/// Above this a key would take longer than a frame: such a file stays uncoloured.
constexpr std::size_t MaxStyledBytes = 1024 * 1024;

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

void DockerfileLexer::styleText(int start, int end)
{
    QsciScintilla* view = editor();
    if (!view)
        return;
    if (!m_valid) {
        m_valid = true;
        m_runs.clear();
        const auto size = std::size_t(view->SendScintilla(QsciScintilla::SCI_GETLENGTH));
        if (size <= MaxStyledBytes) {
            const auto* bytes
                = static_cast<const char*>(view->SendScintillaPtrResult(QsciScintilla::SCI_GETCHARACTERPOINTER));
            m_runs = highlight(dockerfile::parse(std::string(bytes, size)));
        }
    }
    auto run = std::upper_bound(m_runs.begin(), m_runs.end(), std::uint32_t(start),
        [](std::uint32_t offset, const StyleRun& candidate) { return offset < candidate.end; });
    startStyling(start);
    int at = start;
    for (; run != m_runs.end() && at < end; ++run) {
        const int until = std::min(int(run->end), end);
        setStyling(until - at, int(run->style));
        at = until;
    }
    if (at < end)
        setStyling(end - at, int(Style::Text));
}

} // namespace darsena::gui
