// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/shellcheck.h"

#include "core/base/json.h"
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/lint/shellcheck/facts.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile::shell {

namespace {

/// Those of hadolint's README, SC2039, SC1066 and SC1068 under the numbers that they have now as well; what a shell
/// refuses is of level "error" and below 2000. Sorted.
constexpr std::array wantedCodes {1000, 1001, 1007, 1010, 1018, 1035, 1045, 1065, 1066, 1068, 1077, 1078, 1079, 1081,
    1083, 1086, 1087, 1091, 1095, 1097, 1098, 1099, 2002, 2015, 2026, 2028, 2035, 2039, 2046, 2086, 2140, 2154, 2155,
    2164, 2281, 2283};

bool isWanted(std::int64_t code, std::string_view level)
{
    return std::binary_search(wantedCodes.begin(), wantedCodes.end(), code) || (code < 2000 && level == "error")
        || (code >= 3000 && code < 4000);
}

/// What may be names of variables in a text, sorted.
std::set<std::string_view> namesIn(std::string_view text)
{
    const auto isName
        = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9'); };
    std::set<std::string_view> names;
    for (auto at = text.begin(); at != text.end();) {
        const auto begin = std::find_if(at, text.end(), isName);
        at = std::find_if_not(begin, text.end(), isName);
        if (begin != at && !(*begin >= '0' && *begin <= '9'))
            names.emplace(begin, at);
    }
    return names;
}

std::string_view firstLine(std::string_view text)
{
    return text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
}

/// The lines of directives at a script's top: they are meant for all of it, but would stand behind lines of ours.
std::string directivesAtTop(std::string_view text)
{
    std::string directives;
    for (; text.starts_with('#'); text.remove_prefix(firstLine(text).size())) {
        if (firstLine(text).find("shellcheck ") != std::string_view::npos)
            directives += firstLine(text);
    }
    return directives;
}

std::string_view dialectName(Dialect dialect)
{
    switch (dialect) {
    case Dialect::Posix:
        break;
    case Dialect::Dash:
        return "dash";
    case Dialect::Bash:
        return "bash";
    case Dialect::Ksh:
        return "ksh";
    }
    return "sh";
}

Severity severityOf(std::string_view level)
{
    return level == "error" ? Severity::Error : level == "warning" ? Severity::Warning : Severity::Info;
}

/// A member's number as a line or column.
Result<std::uint32_t> countOf(const json::Object& object, std::string_view key)
{
    const std::int64_t number = TRY(json::integer(object, key, 1));
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, 1, 1 << 30));
}

Result<Range> rangeOf(const json::Object& object, const SourceText& text)
{
    const Position begin {.line = TRY(countOf(object, "line")), .column = TRY(countOf(object, "column"))};
    const Position end {.line = TRY(countOf(object, "endLine")), .column = TRY(countOf(object, "endColumn"))};
    Range range {text.offset(begin), text.offset(end)};
    range.end = std::max(range.begin, range.end);
    return range;
}

} // namespace

void ShellCheckJob::add(const Dockerfile& file, const LintOptions& options)
{
    const lint_detail::LintContext context(file, options);
    const lint_detail::ShellEnvironment environment(file, options);
    m_files.push_back(file.document.source);
    for (const EmbeddedScript& script : context.scripts()) {
        if (!lint_detail::isShellChecked(context, script))
            continue;
        Origin origin {.file = m_files.size() - 1, .text = {}, .bodyBegin = 0, .skipped = 0, .script = script.text};
        const std::string_view body = script.text.text();
        // The script's own "#!" line may name a shell that shellcheck does not know, or call it in ways of its own.
        if (body.starts_with("#!"))
            origin.skipped = static_cast<std::uint32_t>(firstLine(body).size());
        std::string text = fmt::format(
            "#!/bin/{}{}\n", dialectName(script.interpreter.dialect), script.interpreter.errexit ? " -e" : "");
        text += directivesAtTop(body.substr(origin.skipped));
        // A value of one word, so that using it without quotes is no finding; as hadolint has it.
        for (const std::string_view name : namesIn(body)) {
            if (environment.at(script).contains(name))
                text += fmt::format("export {}=1\n", name);
        }
        origin.bodyBegin = static_cast<std::uint32_t>(text.size());
        text += body.substr(origin.skipped);
        if (!text.ends_with('\n'))
            text += '\n';
        m_scripts.push_back(text);
        origin.text = SourceText(std::move(text));
        m_origins.push_back(std::move(origin));
    }
}

std::string ShellCheckJob::fileName(std::size_t script)
{
    return fmt::format("{}.sh", script);
}

std::vector<std::string> ShellCheckJob::arguments() const
{
    // SC1090 asks for a comment that a RUN cannot hold, SC2187 tells that ash is taken for dash.
    std::vector<std::string> arguments {"--norc", "--format=json1", "--severity=style", "--exclude=SC1090,SC2187"};
    for (std::size_t i = 0; i < m_scripts.size(); ++i)
        arguments.push_back(fileName(i));
    return arguments;
}

/// The place in the Dockerfile of a range of what shellcheck was given, lines of ours not in it.
Range ShellCheckJob::place(const Origin& origin, Range range) const
{
    const auto size = static_cast<std::uint32_t>(origin.script.text().size());
    const auto offset = [&](std::uint32_t at) { return std::min(at - origin.bodyBegin + origin.skipped, size); };
    const std::uint32_t begin = offset(range.begin);
    if (!range.empty() || begin == 0)
        return origin.script.source(begin, offset(range.end));
    // Behind the byte before, not before the one behind: a continued line may lie between.
    const std::uint32_t behind = origin.script.source(begin - 1) + 1;
    const bool first = begin < size && origin.script.text()[begin - 1] == '\n';
    const std::uint32_t at = first ? origin.script.source(begin) : behind;
    return {at, at};
}

Result<std::vector<std::vector<Finding>>> ShellCheckJob::findings(std::string_view output) const
{
    std::vector<std::vector<Finding>> result(m_files.size());
    const json::Value document = TRY(json::parse(output));
    if (!document.is_object())
        return Error(ErrorCode::Invalid, "shellcheck's output is no object");
    const json::Array* const comments = TRY(json::array(document.as_object(), "comments"));
    if (comments == nullptr)
        return Error(ErrorCode::Invalid, "shellcheck's output has no comments");
    for (const json::Value& value : *comments) {
        if (!value.is_object())
            return Error(ErrorCode::Invalid, "a comment of shellcheck is no object");
        const json::Object& comment = value.as_object();
        const std::string name = TRY(json::text(comment, "file"));
        const std::size_t base = name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1;
        std::size_t index = m_origins.size();
        std::from_chars(name.data() + base, name.data() + name.size(), index);
        const std::int64_t code = TRY(json::integer(comment, "code"));
        const std::string level = TRY(json::text(comment, "level"));
        if (index >= m_origins.size() || !isWanted(code, level))
            continue;
        const Origin& origin = m_origins[index];
        const Range range = TRY(rangeOf(comment, origin.text));
        // Of our own lines nobody wants to hear.
        if (range.begin < origin.bodyBegin)
            continue;
        const SourceText& file = m_files[origin.file];
        Finding finding;
        finding.rule = fmt::format("SC{}", code);
        finding.severity = severityOf(level);
        finding.range = place(origin, range);
        // Some have no end; a squiggle needs a character.
        if (finding.range.empty() && finding.range.begin < file.size())
            finding.range.begin
                = std::min(origin.script.source(range.begin - origin.bodyBegin + origin.skipped), finding.range.begin);
        finding.begin = file.position(finding.range.begin);
        finding.end = file.position(finding.range.end);
        finding.message = TRY(json::text(comment, "message"));
        finding.url = fmt::format("https://www.shellcheck.net/wiki/{}", finding.rule);
        if (const json::Object* const fix = TRY(json::object(comment, "fix"))) {
            const json::Array* const replacements = TRY(json::array(*fix, "replacements"));
            Fix mended {.description = "Do as ShellCheck suggests", .edits = {}, .sameMeaning = false};
            bool isSound = replacements != nullptr;
            for (const json::Value& entry : isSound ? *replacements : json::Array()) {
                if (!entry.is_object())
                    return Error(ErrorCode::Invalid, "a replacement of shellcheck is no object");
                const Range edited = TRY(rangeOf(entry.as_object(), origin.text));
                if (edited.begin < origin.bodyBegin) {
                    isSound = false;
                    break;
                }
                const Range target = place(origin, edited);
                // What runs over a continued line would lose its '\'.
                isSound = isSound && target.end - target.begin == edited.end - edited.begin;
                mended.edits.push_back(
                    {.range = target, .replacement = TRY(json::text(entry.as_object(), "replacement"))});
            }
            if (isSound && !mended.edits.empty())
                finding.fix = std::move(mended);
        }
        result[origin.file].push_back(std::move(finding));
    }
    return result;
}

} // namespace darsena::dockerfile::shell
