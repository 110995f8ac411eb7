// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/dump.h"

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/text.h"

namespace darsena::dockerfile {

namespace {

std::string sexpOf(const Statement& statement)
{
    std::string text = statement.name;
    if (!statement.flags.empty()) {
        text += " [";
        for (const Word& flag : statement.flags)
            text += (text.back() == '[' ? "" : " ") + goQuoted(flag.text);
        text += "]";
    }
    if (!isInstructionName(statement.name))
        return text + " \"\"";
    for (const Statement& trigger : statement.trigger)
        text += " (" + sexpOf(trigger) + ")";
    for (const Word& argument : statement.arguments)
        text += " " + goQuoted(argument.text);
    return text;
}

std::string_view kindName(TokenKind kind)
{
    switch (kind) {
    case TokenKind::ByteOrderMark:
        return "byteOrderMark";
    case TokenKind::Blank:
        return "blank";
    case TokenKind::LineBreak:
        return "lineBreak";
    case TokenKind::Continuation:
        return "continuation";
    case TokenKind::Directive:
        return "directive";
    case TokenKind::Comment:
        return "comment";
    case TokenKind::Keyword:
        return "keyword";
    case TokenKind::Flag:
        return "flag";
    case TokenKind::Argument:
        return "argument";
    case TokenKind::Punctuation:
        return "punctuation";
    case TokenKind::HeredocBody:
        return "heredocBody";
    case TokenKind::HeredocEnd:
        return "heredocEnd";
    }
    return "unknown";
}

/// JSON wants UTF-8; a byte that belongs to no character becomes U+FFFD.
std::string validUtf8(std::string_view text)
{
    std::string result;
    while (!text.empty()) {
        result += toUtf8(characterAt(text));
        text.remove_prefix(characterLength(text));
    }
    return result;
}

class JsonDumper {
public:
    explicit JsonDumper(const Document& document)
        : m_document(document)
    { }

    json::Object dump() const
    {
        json::Object result;
        result["escape"] = std::string(1, m_document.escape);
        json::Array& directives = result["directives"].emplace_array();
        for (const Directive& directive : m_document.directives)
            directives.push_back(json::Object {
                {"name", directive.name}, {"value", validUtf8(directive.value)}, {"range", range(directive.range)}});
        json::Array& instructions = result["instructions"].emplace_array();
        for (const Statement& statement : m_document.statements)
            instructions.push_back(instruction(statement));
        json::Array& comments = result["comments"].emplace_array();
        for (const Comment& comment : m_document.comments)
            comments.push_back(json::Object {{"text", validUtf8(comment.text)}, {"range", range(comment.range)}});
        json::Array& tokens = result["tokens"].emplace_array();
        for (const Token& token : m_document.tokens)
            tokens.push_back(json::Object {{"kind", kindName(token.kind)},
                {"text", validUtf8(m_document.source.slice(token.range))}, {"range", range(token.range)}});
        json::Array& problems = result["problems"].emplace_array();
        for (const Problem& problem : m_document.problems)
            problems.push_back(json::Object {{"message", validUtf8(problem.message)}, {"range", range(problem.range)}});
        return result;
    }

private:
    json::Object range(Range range) const
    {
        const Position begin = m_document.source.position(range.begin);
        const Position end = m_document.source.position(range.end);
        return {{"begin", range.begin}, {"end", range.end}, {"line", begin.line}, {"column", begin.column},
            {"endLine", end.line}, {"endColumn", end.column}};
    }
    json::Object word(const Word& word) const { return {{"text", validUtf8(word.text)}, {"range", range(word.range)}}; }
    json::Array words(const std::vector<Word>& list) const
    {
        json::Array result;
        for (const Word& entry : list)
            result.push_back(word(entry));
        return result;
    }
    json::Object instruction(const Statement& statement) const
    {
        json::Object result {{"name", statement.name}, {"keyword", word(statement.keyword)},
            {"flags", words(statement.flags)}, {"arguments", words(statement.arguments)}, {"json", statement.jsonForm},
            {"range", range(statement.range)}};
        json::Array& heredocs = result["heredocs"].emplace_array();
        for (const Heredoc& heredoc : statement.heredocs)
            heredocs.push_back(json::Object {{"name", validUtf8(heredoc.name)}, {"content", validUtf8(heredoc.content)},
                {"expand", heredoc.expand}, {"chomp", heredoc.chomp}, {"fileDescriptor", heredoc.fileDescriptor},
                {"range", range(heredoc.wordRange)}, {"contentRange", range(heredoc.contentRange)},
                {"endRange", range(heredoc.endRange)}});
        if (!statement.trigger.empty())
            result["trigger"] = instruction(statement.trigger.front());
        return result;
    }

    const Document& m_document;
};

} // namespace

std::string dumpSexp(const Document& document)
{
    std::string text;
    for (const Statement& statement : document.statements) {
        if (!text.empty())
            text += '\n';
        text += "(" + sexpOf(statement) + ")";
    }
    return text;
}

json::Object dumpJson(const Document& document)
{
    return JsonDumper(document).dump();
}

} // namespace darsena::dockerfile
