// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/script_reader.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::shell {

/// Reads a command that is more than words; false if none begins here.
bool ScriptReader::readCompound(Command& command)
{
    if (here() == '(') {
        if (at(m_pos + 1) == '(' && isArithmetic(m_pos + 2))
            readArithmeticCommand(command);
        else
            readSubshell(command);
        return true;
    }
    const std::string_view keyword = keywordHere();
    if (keyword.empty())
        return false;
    if (keyword == "if")
        readIf(command);
    else if (keyword == "while" || keyword == "until")
        readLoop(command, keyword);
    else if (keyword == "for" || keyword == "select")
        readFor(command, keyword);
    else if (keyword == "case")
        readCase(command);
    else if (keyword == "function")
        readFunction(command);
    else if (keyword == "{")
        readGroup(command);
    else if (keyword == "[[")
        readTest(command);
    else
        return false;
    return true;
}

void ScriptReader::readIf(Command& command)
{
    command.kind = Command::Kind::If;
    const Range opener {m_pos, m_pos + 2};
    takeKeyword("if");
    const unsigned saved = std::exchange(m_stops, m_stops | Then | Elif | Else | Fi);
    Range condition = opener;
    do {
        command.bodies.push_back(readList());
        const bool hasThen = takeKeyword("then");
        if (!hasThen)
            fail(condition, "SC1049", "This 'if' has no 'then'");
        command.bodies.push_back(readList());
        if (hasThen && command.bodies.back().items.empty())
            fail({m_pos, m_pos + 1}, "SC1048", "There is nothing behind 'then': write at least 'true'");
        condition = {m_pos, m_pos + 4};
        // A stray "then" has nothing to belong to, but must not end everything.
        if (keywordHere() == "then" && takeKeyword("then")) {
            fail(condition, "SC1089", "Nothing is open that this 'then' could close");
            command.bodies.push_back(readList());
            condition = {m_pos, m_pos + 4};
        }
    } while (takeKeyword("elif"));
    if (takeKeyword("else")) {
        command.bodies.push_back(readList());
        if (command.bodies.back().items.empty())
            fail({m_pos, m_pos + 1}, "SC1048", "There is nothing behind 'else': write at least 'true'");
    }
    m_stops = saved;
    if (!takeKeyword("fi"))
        fail(opener, "SC1046", "This 'if' is not closed with 'fi'");
}

void ScriptReader::readLoop(Command& command, std::string_view keyword)
{
    command.kind = keyword == "while" ? Command::Kind::While : Command::Kind::Until;
    const Range opener {m_pos, m_pos + 5};
    takeKeyword(keyword);
    const unsigned saved = std::exchange(m_stops, m_stops | Do | Done);
    command.bodies.push_back(readList());
    readDoGroup(command, opener);
    m_stops = saved;
}

/// "do … done", the list of commands between.
void ScriptReader::readDoGroup(Command& command, Range opener)
{
    const Range place {m_pos, m_pos + 2};
    const bool hasDo = takeKeyword("do");
    if (!hasDo)
        fail(opener, "SC1058", "This loop has no 'do'");
    if (hasDo) {
        skipBlanks();
        if (here() == ';' && stopHere() == 0) {
            fail({m_pos, m_pos + 1}, "SC1072", "No ';' may follow 'do'");
            takeOperator(";");
        }
    }
    command.bodies.push_back(readListWithin(Done));
    if (hasDo && command.bodies.back().items.empty())
        fail(place, "SC1072", "There is nothing between 'do' and 'done': write at least 'true'");
    if (!takeKeyword("done"))
        fail(hasDo ? place : opener, "SC1061", "This 'do' is not closed with 'done'");
}

void ScriptReader::readFor(Command& command, std::string_view keyword)
{
    command.kind = Command::Kind::For;
    const Range opener {m_pos, m_pos + static_cast<std::uint32_t>(keyword.size())};
    takeKeyword(keyword);
    skipBlanks();
    if (here() == '(' && at(m_pos + 1) == '(') {
        readArithmeticCommand(command);
        command.kind = Command::Kind::For;
    } else {
        const std::uint32_t begin = m_pos;
        while (!endsWord(m_pos) && here() != '#')
            ++m_pos;
        command.name = slice(begin, m_pos);
        emit(ShellTokenKind::Variable, begin, m_pos);
        if (begin < m_pos && m_text[begin] == '$')
            fail({begin, m_pos}, "SC1086", "A loop's variable is named without '$'", false);
        skipLineBreaks();
        if (takeKeyword("in")) {
            for (;;) {
                skipBlanks();
                const std::size_t firstToken = m_result.tokens.size();
                ShellWord word;
                if (here() == '#' || !readWord(word))
                    break;
                retag(firstToken, word, false);
                command.words.push_back(std::move(word));
            }
        }
    }
    skipBlanks();
    if (here() == ';' && stopHere() == 0)
        takeOperator(";");
    skipLineBreaks();
    const unsigned saved = std::exchange(m_stops, m_stops | Do | Done);
    if (keywordHere() == "{") {
        Command group;
        readGroup(group);
        for (Script& body : group.bodies)
            command.bodies.push_back(std::move(body));
    } else {
        readDoGroup(command, opener);
    }
    m_stops = saved;
}

void ScriptReader::readCase(Command& command)
{
    command.kind = Command::Kind::Case;
    const Range opener {m_pos, m_pos + 4};
    takeKeyword("case");
    skipBlanks();
    ShellWord subject;
    if (readWord(subject))
        command.words.push_back(std::move(subject));
    skipLineBreaks();
    if (!takeKeyword("in"))
        fail(opener, "SC1072", "This 'case' has no 'in'");
    const unsigned saved = std::exchange(m_stops, m_stops | Esac | CaseEnd);
    readCaseItems(command);
    m_stops = saved;
    if (!takeKeyword("esac"))
        fail(opener, "SC1073", "This 'case' is not closed with 'esac'");
}

void ScriptReader::readCaseItems(Command& command)
{
    for (;;) {
        skipLineBreaks();
        if (atEnd() || keywordHere() == "esac")
            return;
        const std::uint32_t begin = m_pos;
        takeOperator("(");
        readPatterns(command);
        if (!takeOperator(")")) {
            fail({m_pos, m_pos + 1}, "SC1073", "A pattern of 'case' ends with ')'");
            // What closes something around this 'case' is not for it to eat.
            if (atStop() && stopHere() != CaseEnd)
                return;
        }
        command.bodies.push_back(readList());
        if (!takeOperator(";;&") && !takeOperator(";;") && !takeOperator(";&") && keywordHere() != "esac")
            return;
        if (m_pos == begin)
            return;
    }
}

void ScriptReader::readPatterns(Command& command)
{
    std::vector<ShellWord>& patterns = command.patterns.emplace_back();
    do {
        skipLineBreaks();
        ShellWord word;
        if (readWord(word))
            patterns.push_back(std::move(word));
        skipBlanks();
    } while (takeOperator("|"));
}

void ScriptReader::readFunction(Command& command)
{
    takeKeyword("function");
    skipBlanks();
    const std::uint32_t begin = m_pos;
    while (!endsWord(m_pos))
        ++m_pos;
    command.kind = Command::Kind::Function;
    command.name = slice(begin, m_pos);
    emit(ShellTokenKind::Command, begin, m_pos);
    skipBlanks();
    if (takeOperator("(")) {
        skipBlanks();
        if (!takeOperator(")"))
            fail({m_pos, m_pos + 1}, "SC1065", "A function takes no parameters in its parentheses: write '()'");
    }
    readFunctionBody(command);
}

void ScriptReader::readFunctionBody(Command& command)
{
    skipLineBreaks();
    const std::string_view keyword = keywordHere();
    const bool isCompound
        = here() == '(' || (!keyword.empty() && keyword != "!" && keyword != "time" && stopHere() == 0);
    if (atEnd() || !isCompound) {
        fail({m_pos, m_pos + 1}, "SC1064", "The body of a function begins with '{'");
        command.range.end = m_pos;
        return;
    }
    Script& body = command.bodies.emplace_back();
    body.range = {m_pos, m_pos};
    ListItem item;
    item.pipeline.range.begin = m_pos;
    item.pipeline.commands.push_back(readCommand());
    item.pipeline.range.end = m_pos;
    item.separatorRange = {m_pos, m_pos};
    command.bodies.back().items.push_back(std::move(item));
    command.bodies.back().range.end = m_pos;
    command.range.end = m_pos;
}

void ScriptReader::readGroup(Command& command)
{
    command.kind = Command::Kind::Group;
    const Range opener {m_pos, m_pos + 1};
    takeKeyword("{");
    command.bodies.push_back(readListWithin(CloseBrace));
    if (command.bodies.back().items.empty())
        fail(opener, "SC1072", "There is nothing between the braces: write at least 'true'");
    if (!takeKeyword("}"))
        fail(opener, "SC1056", "This '{' is not closed: '}' needs a ';' or a line break before it");
}

void ScriptReader::readSubshell(Command& command)
{
    command.kind = Command::Kind::Subshell;
    const Range opener {m_pos, m_pos + 1};
    takeOperator("(");
    command.bodies.push_back(readListWithin(CloseParen));
    if (command.bodies.back().items.empty())
        fail(opener, "SC1072", "There is nothing between the parentheses");
    if (!takeOperator(")"))
        fail(opener, "SC1073", "This '(' is not closed with ')'");
}

void ScriptReader::readTest(Command& command)
{
    command.kind = Command::Kind::Test;
    const Range opener {m_pos, m_pos + 2};
    takeKeyword("[[");
    for (;;) {
        skipLineBreaks();
        if (takeKeyword("]]"))
            return;
        if (atEnd() || here() == ';') {
            fail(opener, "SC1073", "This '[[' is not closed with ']]'");
            return;
        }
        const std::uint32_t begin = m_pos;
        bool isOperator = false;
        for (const std::string_view op : {"&&", "||", "<", ">", "(", ")"}) {
            if (!isOperator && takeOperator(op))
                isOperator = true;
        }
        ShellWord word;
        if (isOperator)
            word = {.range = {begin, m_pos}, .parts = {}};
        else if (!readWord(word)) {
            fail({m_pos, m_pos + 1}, "SC1072", fmt::format("'{}' cannot stand in '[['", here()));
            ++m_pos;
            continue;
        }
        if (isOperator)
            word.parts.push_back({.kind = WordPart::Kind::Literal,
                .range = word.range,
                .quoted = false,
                .text = slice(begin, m_pos),
                .modifier = {},
                .script = {},
                .parts = {}});
        const bool regular = !isOperator && word.literal() == "=~";
        command.words.push_back(std::move(word));
        skipBlanks();
        if (regular && !atEnd())
            command.words.push_back(readRegularExpression());
    }
}

/// Behind "=~" parentheses and bars belong to the word.
ShellWord ScriptReader::readRegularExpression()
{
    ShellWord word;
    word.range = {m_pos, m_pos};
    std::uint32_t depth = 0;
    while (!atEnd() && !atLineBreak() && (depth > 0 || (here() != ' ' && here() != '\t'))) {
        const std::uint32_t begin = m_pos;
        if (here() == '(' || here() == ')') {
            depth = here() == '(' ? depth + 1 : depth - std::min(depth, 1U);
        } else if (!endsWord(m_pos)) {
            readWordPart(word.parts, begin);
            continue;
        }
        ++m_pos;
        emit(ShellTokenKind::Operator, begin, m_pos);
        word.parts.push_back({.kind = WordPart::Kind::Literal,
            .range = {begin, m_pos},
            .quoted = false,
            .text = slice(begin, m_pos),
            .modifier = {},
            .script = {},
            .parts = {}});
    }
    word.range.end = m_pos;
    return word;
}

void ScriptReader::readArithmeticCommand(Command& command)
{
    command.kind = Command::Kind::Arithmetic;
    const std::uint32_t begin = m_pos;
    takeOperator("((");
    WordPart part {.kind = WordPart::Kind::Arithmetic,
        .range = {begin, begin},
        .quoted = false,
        .text = {},
        .modifier = {},
        .script = {},
        .parts = {}};
    readArithmetic(part, "))");
    part.range.end = m_pos;
    command.words.push_back({.range = part.range, .parts = {std::move(part)}});
}

} // namespace darsena::dockerfile::shell
