// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/source.h"

#include <optional>
#include <string>
#include <vector>

namespace darsena::dockerfile {

/// What the bytes of a token are.
enum class TokenKind : std::uint8_t {
    ByteOrderMark,
    Blank, ///< spaces and tabs between other tokens, and whole blank lines
    LineBreak, ///< "\n" or "\r\n"
    Continuation, ///< the escape character at the end of a line, with the blanks behind it
    Directive, ///< "# escape=`" and its like at the top
    Comment, ///< without its line break; also between the lines of a continued instruction
    Keyword, ///< the instruction's name; ONBUILD has two
    Flag, ///< "--from=build"; the "--" that ends flags too
    Argument, ///< a piece of an argument; one argument that runs over a continuation gives several
    Punctuation, ///< brackets and commas of the JSON form
    HeredocBody, ///< one line of a heredoc, without its line break
    HeredocEnd, ///< the line that ends a heredoc
};

/// Tokens tile the text: each begins where the one before ends, the first at 0, the last ends with the text.
struct Token {
    TokenKind kind;
    Range range;

    bool operator==(const Token&) const = default;
};

/// A comment line at the top that configures the parser.
struct Directive {
    std::string name; ///< lower-case: "escape", "syntax" or "check"
    std::string value; ///< to the end of the line, blanks trimmed
    Range range; ///< from '#' to the end of the value
    Range valueRange;
};

struct Comment {
    std::string text; ///< without '#' and the blanks around
    Range range; ///< from '#' to the end of the line
};

/// A flag or an argument: its value as BuildKit's parser gives it (JSON strings decoded, everything else as written,
/// quotes included, continuations joined) and where it stands.
struct Word {
    std::string text;
    Range range;
    /// Where it begins in Statement::line. Not for JSON strings: those have their decoded text only.
    std::uint32_t logicalOffset = 0;
};

/// A continued instruction as one line: the escape characters, line breaks, comments and blank lines inside are out.
/// Knows where each of its bytes came from.
class LogicalLine {
public:
    /// Appends text that stands at `source`.
    void append(std::string_view text, std::uint32_t source);
    const std::string& text() const { return m_text; }
    /// The place in the file of the byte at `offset`; for the end of the line, the place behind its last byte.
    std::uint32_t source(std::uint32_t offset) const;
    /// The opposite: the offset of the first byte that stands at a place of the file or behind it.
    std::uint32_t offsetOf(std::uint32_t source) const;
    /// The place of [begin, end): from the first byte to behind the last, whatever lies between.
    Range source(std::uint32_t begin, std::uint32_t end) const;
    /// The pieces of [begin, end) that are contiguous in the file.
    std::vector<Range> pieces(std::uint32_t begin, std::uint32_t end) const;

private:
    struct Piece {
        std::uint32_t logical;
        std::uint32_t source;
    };
    std::size_t pieceAt(std::uint32_t offset) const;
    std::string m_text;
    std::vector<Piece> m_pieces;
};

/// A here-document of RUN, COPY, ADD, or of ONBUILD of these.
struct Heredoc {
    std::string name; ///< the word that ends it, quotes removed
    std::string content; ///< as written; see text() for what the instruction gets
    bool expand = true; ///< no quote in the word: variables in the content are expanded
    bool chomp = false; ///< "<<-": leading tabs are stripped
    std::uint32_t fileDescriptor = 0; ///< "3<<EOF"
    Range wordRange {}; ///< the "<<EOF" in the instruction's line
    Range contentRange {}; ///< all its lines, each with its line break
    Range endRange {}; ///< the line that ends it; empty when it is missing (then there is a Problem too)

    /// The content, leading tabs of every line removed for "<<-".
    std::string text() const;
};

/// One instruction as the parser sees it, of any name: BuildKit's "node".
struct Statement {
    std::string name; ///< lower-case
    Word keyword; ///< as written
    std::vector<Word> flags;
    /// As BuildKit's dump lists them. ENV and LABEL give three words a pair: name, value, and "=" or "" (the old
    /// `ENV name value` form). Shell forms of RUN, CMD, ENTRYPOINT and HEALTHCHECK give one word.
    std::vector<Word> arguments;
    bool jsonForm = false; ///< the arguments were a JSON array of strings
    std::vector<Heredoc> heredocs;
    std::vector<Statement> trigger; ///< of ONBUILD: the instruction in it, if there is one

    std::vector<Comment> commentsAbove; ///< directly above, a run of comment lines that ends at the instruction
    std::vector<Range> emptyLines; ///< blank lines inside the continuation, each without its line break
    LogicalLine line;
    Range range; ///< from the keyword to the end of its last line, heredocs included, without the line break
    std::uint32_t firstLine = 0;
    std::uint32_t lastLine = 0; ///< heredocs included
    bool valid = true; ///< false: a Problem concerns its syntax and the arguments may be incomplete
};

/// A Dockerfile as the parser sees it. Every text gives one: what the builder would refuse is in `problems`, and the
/// rest of the file is read on. Values only; no reference into anything else.
struct Document {
    SourceText source;
    char escape = '\\';
    std::vector<Token> tokens;
    std::vector<Directive> directives;
    std::vector<Comment> comments; ///< all of them, in order
    std::vector<Statement> statements;
    std::vector<Problem> problems; ///< in order of place

    const Directive* directive(std::string_view name) const;
    /// The statement that has this line (1-based) in its range, comments above it not included; nullptr = none.
    const Statement* statementAtLine(std::uint32_t line) const;
};

} // namespace darsena::dockerfile
