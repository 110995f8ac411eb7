// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/format/shell_bodies.h"

#include "core/dockerfile/format/line_joiner.h"
#include "core/dockerfile/format/shell_layout.h"
#include "core/dockerfile/lint.h"
#include "core/dockerfile/shell/scripts.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::format_detail {

namespace {

using shell::EmbeddedScript;
using shell::ParsedScript;

/// What a script runs, apart from its layout: enough to tell that a formatter did no more than format.
std::string outline(const shell::Script& script)
{
    std::string result;
    for (std::size_t i = 0; i < script.items.size(); ++i) {
        const shell::ListItem& item = script.items[i];
        result += item.pipeline.negated ? "! " : "";
        for (const shell::Command& command : item.pipeline.commands) {
            result += fmt::format("({} {}", int(command.kind), command.name);
            for (const shell::Assignment& assignment : command.assignments)
                result += fmt::format(" {}={}", assignment.name, assignment.value ? assignment.value->value() : "");
            for (const shell::ShellWord& word : command.words) {
                // Back quotes may come back as $(…).
                const bool substitutes = std::any_of(word.parts.begin(), word.parts.end(), [](const shell::WordPart& part) { return part.script != nullptr; });
                result += " " + (substitutes ? std::string("$()") : goQuoted(word.value()));
                for (const shell::WordPart& part : word.parts)
                    result += part.script ? outline(*part.script) : std::string();
            }
            for (const shell::Redirection& redirection : command.redirections)
                result += fmt::format(" {}{} {}", redirection.fd, redirection.op, redirection.target.value());
            for (const shell::Script& body : command.bodies)
                result += "{" + outline(body) + "}";
            result += ")";
        }
        const bool joins = item.separator == shell::Separator::And || item.separator == shell::Separator::Or
            || item.separator == shell::Separator::Background;
        result += joins ? fmt::format("{}", int(item.separator)) : ";";
    }
    return result;
}

bool hasComments(const ParsedScript& parsed)
{
    return std::any_of(parsed.tokens.begin(), parsed.tokens.end(),
        [](const shell::ShellToken& token) { return token.kind == shell::ShellTokenKind::Comment; });
}

std::string_view dialectName(shell::Dialect dialect)
{
    return dialect == shell::Dialect::Bash ? "bash" : dialect == shell::Dialect::Ksh ? "ksh" : "posix";
}

class BodyFormatter {
public:
    BodyFormatter(const Dockerfile& file, const FormatOptions& options)
        : m_file(file)
        , m_options(options)
    { }

    std::vector<TextEdit> edits() const
    {
        std::vector<TextEdit> result;
        const std::vector<EmbeddedScript> scripts = shell::scriptsOf(m_file);
        for (const EmbeddedScript& script : scripts) {
            const Statement& statement = m_file.document.statements[script.statement];
            // The shell's own here-documents, and the files of ONBUILD, are another matter.
            if (script.instruction != "RUN" || script.interpreter.kind != shell::Interpreter::Kind::Shell
                || !script.parsed.errors.empty() || script.parsed.script.items.empty() || !statement.trigger.empty())
                continue;
            std::optional<TextEdit> edit;
            if (script.heredoc && statement.heredocs.size() == 1)
                edit = heredoc(statement.heredocs.front(), script);
            else if (!script.heredoc && statement.heredocs.empty() && statement.arguments.size() == 1)
                edit = continuedLine(statement, script);
            if (edit && m_file.document.source.slice(edit->range) != edit->replacement)
                result.push_back(std::move(*edit));
        }
        return result;
    }

private:
    /// The script as the formatter has it, if it runs the same.
    std::optional<std::string> formatted(const std::string& code, const EmbeddedScript& script) const
    {
        const auto result = m_options.shell(code, dialectName(script.interpreter.dialect));
        if (!result)
            return std::nullopt;
        const ParsedScript parsed = shell::parseScript(*result, script.interpreter.dialect);
        if (!parsed.errors.empty() || outline(parsed.script) != outline(script.parsed.script))
            return std::nullopt;
        return result;
    }

    std::optional<TextEdit> heredoc(const Heredoc& heredoc, const EmbeddedScript& script) const
    {
        if (heredoc.endRange.empty() || script.text.text().find('\r') != std::string::npos)
            return std::nullopt;
        auto code = formatted(script.text.text(), script);
        if (!code)
            return std::nullopt;
        if (!code->ends_with('\n'))
            *code += '\n';
        return TextEdit {.range = heredoc.contentRange, .replacement = std::move(*code)};
    }

    std::optional<TextEdit> continuedLine(const Statement& statement, const EmbeddedScript& script) const
    {
        const Word& word = statement.arguments.front();
        const SourceText& source = m_file.document.source;
        const auto comment = std::find_if(m_file.document.comments.begin(), m_file.document.comments.end(),
            [&](const Comment& each) { return each.range.begin >= word.range.begin; });
        const bool commented = comment != m_file.document.comments.end() && comment->range.begin < word.range.end;
        if (m_file.document.escape != '\\' || commented || hasComments(script.parsed))
            return std::nullopt;
        // The formatter gets the lines as they stand: a continuation is one to the shell, too, but not in single quotes.
        const std::string_view written = source.slice(word.range);
        const bool quoted = written.find('\'') != std::string_view::npos;
        std::string code;
        for (const Range& piece : script.text.pieces(0, static_cast<std::uint32_t>(script.text.text().size()))) {
            if (!code.empty() && !quoted)
                code += "\\\n";
            code += source.slice(piece);
        }
        const auto result = formatted(code, script);
        if (!result)
            return std::nullopt;
        const ParsedScript parsed = shell::parseScript(*result, script.interpreter.dialect);
        const std::string indent(m_options.indent, ' ');
        const std::string_view whole = source.text();
        const std::string_view lineBreak = whole.substr(0, whole.find('\n') + 1).ends_with("\r\n") ? "\r\n" : "\n";
        LineJoiner joiner(*result, fmt::format("\\{}{}", lineBreak, indent));
        std::string text;
        const auto& items = parsed.script.items;
        for (std::size_t i = 0; i < items.size(); ++i) {
            const auto joined = joiner.join(items[i]);
            if (!joined)
                return std::nullopt;
            text += *joined;
            if (i + 1 == items.size())
                break;
            // The lines between two commands as the formatter laid them out.
            const std::uint32_t end = items[i].pipeline.range.end;
            std::string_view between = std::string_view(*result).substr(end, items[i + 1].pipeline.range.begin - end);
            if (items[i].separator == shell::Separator::Sequence)
                text += "; " + fmt::format("\\{}{}", lineBreak, indent);
            else
                text += joinedSeparator(between, fmt::format("\\{}{}", lineBreak, indent));
        }
        // One line stays one.
        if (written.find('\n') == std::string_view::npos && text.find('\n') != std::string::npos)
            return std::nullopt;
        return TextEdit {.range = word.range, .replacement = std::move(text)};
    }

    /// "&& \" and the next line, or "\" and a line that begins with "&&".
    static std::string joinedSeparator(std::string_view between, const std::string& lineBreak)
    {
        std::string result;
        std::size_t at = 0;
        while (at < between.size()) {
            if (between[at] == '\\' && between.substr(at + 1, 1) == "\n") {
                ++at;
                continue;
            }
            if (between[at] == '\n') {
                if (!result.ends_with(' '))
                    result += ' ';
                result += lineBreak;
                // The formatter indents what goes on; here everything of the top level has one indent.
                at = std::min(between.find_first_not_of(" \t\n", at), between.size());
                continue;
            }
            result += between[at++];
        }
        return result;
    }

    const Dockerfile& m_file;
    const FormatOptions& m_options;
};

bool runsTheSame(const Dockerfile& before, const Dockerfile& after)
{
    const auto left = shell::scriptsOf(before);
    const auto right = shell::scriptsOf(after);
    const auto& statements = before.document.statements;
    return after.problems.size() <= before.problems.size() && statements.size() == after.document.statements.size()
        && std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const EmbeddedScript& a, const EmbeddedScript& b) {
               return a.statement == b.statement && a.heredoc == b.heredoc && outline(a.parsed.script) == outline(b.parsed.script);
           });
}

} // namespace

std::string formatShellBodies(std::string text, const FormatOptions& options)
{
    const Dockerfile file = readDockerfile(text);
    std::string result = applyFix(text, Fix {.description = {}, .edits = BodyFormatter(file, options).edits()});
    return runsTheSame(file, readDockerfile(result)) ? result : text;
}

} // namespace darsena::dockerfile::format_detail
