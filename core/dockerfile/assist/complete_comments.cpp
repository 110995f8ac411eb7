// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/images.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

class CommentCompleter {
public:
    explicit CommentCompleter(CompletionList& list)
        : m_list(list)
        , m_text(list.file().document.source.text())
        , m_caret(list.place().caret)
    { }

    void run()
    {
        std::uint32_t begin = m_caret;
        while (begin > 0 && m_text[begin - 1] != '\n')
            --begin;
        m_lineBegin = begin;
        const auto hash = static_cast<std::uint32_t>(m_text.find('#', begin));
        m_hash = hash;
        m_bodyBegin = hash + 1;
        while (m_bodyBegin < m_caret && (m_text[m_bodyBegin] == ' ' || m_text[m_bodyBegin] == '\t'))
            ++m_bodyBegin;
        if (m_caret <= m_hash)
            return;
        const std::string_view body = m_text.substr(m_bodyBegin, m_caret - m_bodyBegin);
        const std::size_t equals = body.find('=');
        if (equals == std::string_view::npos) {
            offerKeys();
            return;
        }
        const std::string key = lower(trim(body.substr(0, equals)));
        m_valueBegin = m_bodyBegin + static_cast<std::uint32_t>(equals) + 1;
        while (m_valueBegin < m_caret && m_text[m_valueBegin] == ' ')
            ++m_valueBegin;
        offerValues(key);
    }

private:
    bool directivesMayStand() const;
    void offerKeys();
    void offerValues(const std::string& key);
    void offerCheck();
    void offerRules(std::uint32_t begin, bool buildKit);
    void aim(std::uint32_t begin, std::string_view stops = " \t\r\n")
    {
        std::uint32_t end = m_caret;
        while (end < m_text.size() && m_text[end] != '\n' && m_text[end] != '\r'
            && stops.find(m_text[end]) == std::string_view::npos)
            ++end;
        m_list.aimAt({begin, end});
    }

    CompletionList& m_list;
    std::string_view m_text;
    std::uint32_t m_caret;
    std::uint32_t m_lineBegin = 0;
    std::uint32_t m_hash = 0;
    std::uint32_t m_bodyBegin = 0;
    std::uint32_t m_valueBegin = 0;
};

/// Above this line there are directives only.
bool CommentCompleter::directivesMayStand() const
{
    const Document& document = m_list.file().document;
    std::uint32_t above = static_cast<std::uint32_t>(std::count(m_text.begin(), m_text.begin() + m_lineBegin, '\n'));
    if (m_text.starts_with("#!") && above > 0)
        --above;
    for (const Directive& directive : document.directives) {
        if (directive.range.begin < m_lineBegin && above > 0)
            --above;
    }
    return above == 0;
}

void CommentCompleter::offerKeys()
{
    const std::string& language = m_list.language();
    const Document& document = m_list.file().document;
    // What is offered holds the '#', so that "#" alone gives "# check=".
    aim(m_bodyBegin, "");
    if (m_bodyBegin == m_hash + 1)
        m_list.aimAt({m_bodyBegin, m_caret});
    const std::string lead = m_bodyBegin == m_hash + 1 ? " " : "";
    const auto add = [&](std::string_view text, std::string_view summary, char rank) {
        m_list.add({.kind = CompletionKind::Keyword,
            .label = std::string(text),
            .text = lead + std::string(text),
            .detail = translated(summary, language),
            .documentation = std::string(instructionPage(text.substr(0, text.find('=')), language)),
            .rank = rank,
            .again = true});
    };
    const auto isGiven = [&](std::string_view name) {
        const Directive* directive = document.directive(name);
        return directive != nullptr && !(directive->range.begin <= m_caret && m_caret <= directive->range.end);
    };
    if (directivesMayStand()) {
        if (!isGiven("syntax"))
            add("syntax=", "Which version of the language the file is written in", '2');
        if (!isGiven("escape"))
            add("escape=", "Another character that continues lines", '3');
        if (!isGiven("check"))
            add("check=", "Which checks are skipped", '2');
    } else {
        add("check=skip=", "Checks that are skipped for the instruction below", '3');
    }
    add("hadolint ignore=", "Rules that are silent for the instruction below", '4');
    add("hadolint global ignore=", "Rules that are silent in the whole file", '5');
    add("hadolint stage ignore=", "Rules that are silent from here to the end of the stage", '5');
    add("hadolint shell=", "The shell that commands are written for", '5');
}

void CommentCompleter::offerValues(const std::string& key)
{
    const std::string& language = m_list.language();
    if (key == "check") {
        offerCheck();
    } else if (key == "escape" && directivesMayStand()) {
        aim(m_valueBegin);
        m_list.add({.label = "`", .detail = translated("For Windows paths", language)});
        m_list.add({.label = "\\", .detail = translated("The default", language)});
    } else if (key == "syntax" && directivesMayStand()) {
        aim(m_valueBegin);
        m_list.add({.kind = CompletionKind::Image,
            .label = "docker/dockerfile:1",
            .detail = translated("The newest stable syntax", language),
            .rank = '1'});
        m_list.add({.kind = CompletionKind::Image,
            .label = "docker/dockerfile:1-labs",
            .detail = translated("With what is still being tried out", language),
            .rank = '2'});
        for (const KnownImage& image : m_list.world().images) {
            if (image.reference.find("dockerfile") != std::string::npos)
                m_list.add({.kind = CompletionKind::Image,
                    .label = image.reference,
                    .detail = imageDetail(image),
                    .rank = '3'});
        }
    } else if (key == "hadolint ignore" || key == "hadolint global ignore" || key == "hadolint stage ignore") {
        offerRules(m_valueBegin, false);
    } else if (key == "hadolint shell") {
        aim(m_valueBegin);
        for (const std::string_view shell : {"bash", "sh", "dash", "ksh", "ash", "pwsh", "powershell"})
            m_list.add({.label = std::string(shell)});
    }
}

void CommentCompleter::offerCheck()
{
    std::uint32_t part = m_valueBegin;
    for (std::uint32_t at = m_valueBegin; at < m_caret; ++at) {
        if (m_text[at] == ';')
            part = at + 1;
    }
    while (part < m_caret && m_text[part] == ' ')
        ++part;
    const std::string_view typed = m_text.substr(part, m_caret - part);
    const std::size_t equals = typed.find('=');
    const bool whole = directivesMayStand();
    if (equals == std::string_view::npos) {
        aim(part, " ;");
        const auto add = [&](std::string_view text, std::string_view summary) {
            m_list.add({.kind = CompletionKind::Keyword,
                .label = std::string(text),
                .detail = translated(summary, m_list.language()),
                .again = true});
        };
        add("skip=", "Checks that are skipped");
        if (whole) {
            add("error=", "Whether a finding makes the build fail");
            add("experimental=", "Checks that are still being tried out");
        }
        return;
    }
    const std::string_view key = trim(typed.substr(0, equals));
    const auto valueBegin = part + static_cast<std::uint32_t>(equals) + 1;
    if (key == "error") {
        aim(valueBegin, " ;");
        m_list.add({.label = "true"});
        m_list.add({.label = "false"});
    } else if (key == "skip" || key == "experimental") {
        offerRules(valueBegin, true);
    }
}

void CommentCompleter::offerRules(std::uint32_t begin, bool buildKit)
{
    std::set<std::string, std::less<>> given;
    std::uint32_t item = begin;
    for (std::uint32_t at = begin; at <= m_text.size(); ++at) {
        const bool ends = at == m_text.size() || m_text[at] == ',' || m_text[at] == '\n' || m_text[at] == ';';
        if (!ends)
            continue;
        const bool here = item <= m_caret && m_caret <= at;
        if (!here)
            given.emplace(trim(m_text.substr(item, at - item)));
        if (at == m_text.size() || m_text[at] != ',')
            break;
        if (at < m_caret)
            begin = at + 1;
        item = at + 1;
    }
    while (begin < m_caret && m_text[begin] == ' ')
        ++begin;
    aim(begin, " ,;");
    if (buildKit && given.empty())
        m_list.add({.kind = CompletionKind::Keyword,
            .label = "all",
            .detail = translated("All checks", m_list.language()),
            .rank = '2'});
    for (const RuleInfo& rule : lintRules()) {
        const bool fits = buildKit ? rule.family == RuleFamily::BuildKit : rule.family != RuleFamily::BuildKit;
        if (!fits || rule.name == buildErrorRule || given.contains(rule.name))
            continue;
        const std::string_view title = ruleTitle(rule.name, m_list.language());
        m_list.add({.kind = CompletionKind::Rule,
            .label = std::string(rule.name),
            .detail = title.empty() ? translated(rule.description, m_list.language()) : std::string(title),
            .documentation = std::string(rulePage(rule.name, m_list.language())),
            .rank = rule.family == RuleFamily::Hadolint ? '4' : '5'});
    }
}

} // namespace

void offerComment(CompletionList& list)
{
    CommentCompleter(list).run();
}

} // namespace darsena::dockerfile::assist_detail
