// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/shell/script.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace darsena::dockerfile::shell {

/// Reads a script from front to back, once. Internal to shell/: parseScript() is the way in. By file: lists, pipelines
/// and simple commands in script_reader.cpp, if … case in compound.cpp, words in words.cpp, what begins with '$' in
/// expansions.cpp, redirections and here-documents in redirections.cpp.
class ScriptReader {
public:
    ScriptReader(std::string_view text, Dialect dialect);
    ParsedScript run() &&;

private:
    /// What ends the list that is being read, or one around it.
    enum Stop : unsigned {
        Then = 1,
        Elif = 2,
        Else = 4,
        Fi = 8,
        Do = 16,
        Done = 32,
        Esac = 64,
        CloseBrace = 128,
        CloseParen = 256,
        CaseEnd = 512
    };
    /// Counts a level of nesting; past the bound it says so and goes to the end of what is read.
    class Level {
    public:
        explicit Level(ScriptReader& reader);
        ~Level() { --m_reader.m_depth; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;
        bool tooDeep() const { return m_tooDeep; }

    private:
        ScriptReader& m_reader;
        bool m_tooDeep;
    };

    // Characters
    bool atEnd() const { return m_pos >= m_end; }
    char at(std::uint32_t pos) const { return pos < m_end ? m_text[pos] : '\0'; }
    char here() const { return at(m_pos); }
    bool looksAt(std::string_view text) const { return m_text.substr(m_pos, m_end - m_pos).starts_with(text); }
    bool endsWord(std::uint32_t pos) const;
    bool atLineBreak() const { return !atEnd() && (here() == '\n' || (here() == '\r' && at(m_pos + 1) == '\n')); }
    std::string slice(std::uint32_t begin, std::uint32_t end) const
    {
        return std::string(m_text.substr(begin, end - begin));
    }
    void emit(ShellTokenKind kind, std::uint32_t begin, std::uint32_t end);
    void fail(Range range, std::string_view code, std::string message, bool fatal = true);

    // script_reader.cpp
    void skipBlanks();
    void skipComment();
    void skipLineBreaks(); ///< blanks, comments and line breaks
    void takeLineBreak();
    std::string_view keywordHere() const;
    bool takeKeyword(std::string_view keyword);
    bool takeOperator(std::string_view op);
    unsigned stopHere() const;
    bool atStop() const { return m_stops != 0 && !(m_strayParens > 0 && here() == ')') && (stopHere() & m_stops) != 0; }
    bool canBeginCommand() const;
    Script readList();
    Script readListWithin(unsigned stops);
    bool skipUnexpected();
    Separator readSeparator(Range& range);
    Pipeline readPipeline();
    Command readCommand();

    // simple_command.cpp
    void readSimple(Command& command);
    bool readParenthesis(Command& command);
    bool readAssignment(Command& command);
    void readArray(Assignment& assignment);
    void retag(std::size_t firstToken, const ShellWord& word, bool isProgram);

    // compound.cpp
    bool readCompound(Command& command);
    void readIf(Command& command);
    void readLoop(Command& command, std::string_view keyword);
    void readFor(Command& command, std::string_view keyword);
    void readDoGroup(Command& command, Range opener);
    void readCase(Command& command);
    void readCaseItems(Command& command);
    void readPatterns(Command& command);
    void readFunction(Command& command);
    void readFunctionBody(Command& command);
    void readGroup(Command& command);
    void readSubshell(Command& command);
    void readTest(Command& command);
    ShellWord readRegularExpression();
    void readArithmeticCommand(Command& command);

    // words.cpp
    bool readWord(ShellWord& word);
    bool readWordPart(std::vector<WordPart>& parts, std::uint32_t wordBegin);
    void readSingleQuoted(std::vector<WordPart>& parts, std::uint32_t begin);
    void readDoubleQuoted(std::vector<WordPart>& parts, std::uint32_t begin);
    void addLiteral(std::vector<WordPart>& parts, std::uint32_t begin, std::string text);
    bool readGlob(std::vector<WordPart>& parts);
    bool readExtendedGlob(std::vector<WordPart>& parts);
    bool readBrace(std::vector<WordPart>& parts);
    std::uint32_t braceEnd(std::uint32_t begin);
    /// A run of text and expansions in double quotes' ways, up to `terminator` ('\0': the end).
    std::uint32_t readQuotedRun(
        std::vector<WordPart>& parts, char terminator, ShellTokenKind kind, std::uint32_t runBegin);

    // expansions.cpp
    bool beginsExpansion(std::uint32_t pos) const;
    void readExpansion(std::vector<WordPart>& parts, bool quoted);
    void readVariable(WordPart& part);
    void readParameter(WordPart& part);
    std::uint32_t readModifier(WordPart& part, std::uint32_t& runBegin);
    void readCommandSubstitution(WordPart& part);
    void readBackticks(WordPart& part);
    bool isArithmetic(std::uint32_t begin);
    void readArithmetic(WordPart& part, std::string_view closing);
    Script readInnerScript();

    // redirections.cpp
    bool readRedirection(Command& command);
    std::uint32_t redirectionOperator() const;
    void readHeredoc(Redirection& redirection);
    std::string readDelimiter(ShellWord& word, bool& quoted);
    void readHeredocBody(Redirection& redirection, const std::string& delimiter, bool quoted);

    std::string_view m_text;
    Dialect m_dialect;
    std::uint32_t m_pos = 0;
    std::uint32_t m_end;
    unsigned m_stops = 0;
    unsigned m_depth = 0;
    bool m_wasTooDeep = false;
    std::uint32_t m_strayParens = 0;
    std::size_t m_lookahead; ///< bytes that may still be looked at ahead of time, so that no text takes quadratic time
    std::uint32_t m_noBracket = 0; ///< no ']' ends a bracket expression that begins before this place
    std::uint32_t m_noBrace = 0; ///< nor '}' a brace expansion
    std::uint32_t m_noArithmetic = 0; ///< nor "))" an arithmetic expansion
    /// Where the line ends whose here-documents were read already, and where reading goes on behind them.
    std::uint32_t m_heredocLineEnd = UINT32_MAX;
    std::uint32_t m_heredocResume = 0;
    bool m_unordered = false; ///< tokens of here-documents came before others
    ParsedScript m_result;
};

} // namespace darsena::dockerfile::shell
