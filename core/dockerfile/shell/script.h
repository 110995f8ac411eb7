// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::shell {

// The tree of a shell script, as far as checks, colours and refactorings need it: POSIX sh and what bash adds
// (IEEE 1003.1-2017, chapter 2; bash's manual). All ranges are byte offsets in the script's own text.

enum class Dialect { Posix, Dash, Bash, Ksh };

struct Script;

/// A piece of a word.
struct WordPart {
    enum class Kind {
        Literal, ///< plain text, escapes as written
        SingleQuoted, ///< '…', $'…'
        Variable, ///< $x ${x…} $1 $@ $?
        CommandSubstitution, ///< $(…) `…`
        Arithmetic, ///< $((…)) $[…]
        ProcessSubstitution, ///< <(…) >(…)
        Glob, ///< * ? […]
        Tilde, ///< ~ ~user at the front
        Brace, ///< {a,b} {1..3}
    };
    Kind kind = Kind::Literal;
    Range range; ///< with its own delimiters, without double quotes around it
    bool quoted = false; ///< stands in double quotes (or is single-quoted)
    std::string text; ///< Literal, SingleQuoted: the value, quotes and escapes resolved; Variable: the name
    std::string
        modifier; ///< Variable: what follows the name in ${x…}: ":-word", "#", "##*/" (a leading '#' or '!': "#" / "!")
    std::shared_ptr<const Script> script; ///< CommandSubstitution, ProcessSubstitution: the inside
    /// What is expanded inside: Variable: in its modifier; Arithmetic: also the bare names; Brace: all its pieces.
    std::vector<WordPart> parts;
};

struct ShellWord {
    Range range;
    std::vector<WordPart> parts;

    /// The word's value when it holds only literals, quoted or not; nullopt if anything is expanded.
    std::optional<std::string> literal() const;
    /// literal(), or what is written where parts are expanded ("$x" as "$x"): for matching flags and names.
    std::string value() const;
    bool isQuoted() const; ///< all of it is in quotes
};

struct Redirection {
    Range range;
    int fd = -1; ///< -1: the operator's own
    std::string op; ///< ">" ">>" "<" "<<" "<<-" "<<<" ">&" "&>" …
    ShellWord target;
    Range body {}; ///< of a here-document within the script
    std::vector<WordPart> content; ///< what is expanded in a here-document whose word has no quotes
};

struct Assignment {
    Range range;
    std::string name;
    bool append = false;
    std::optional<ShellWord> value; ///< nullopt: an array, or nothing behind '='
    bool array = false; ///< name=(…)
    std::vector<ShellWord> elements; ///< of an array
};

struct Command;

/// Commands joined by '|' ("|&" too).
struct Pipeline {
    Range range;
    bool negated = false;
    std::vector<Command> commands;
};

enum class Separator { End, Sequence /* ; or newline */, Background /* & */, And /* && */, Or /* || */ };

/// A pipeline and what stands behind it.
struct ListItem {
    Pipeline pipeline;
    Separator separator = Separator::End;
    Range separatorRange {};
};

struct Script {
    Range range;
    std::vector<ListItem> items;
};

struct Command {
    enum class Kind {
        Simple,
        Group,
        Subshell,
        If,
        While,
        Until,
        For, ///< "select" too
        Case,
        Function,
        Test, ///< [[ … ]]
        Arithmetic, ///< (( … )): one word that holds one part
    };
    Kind kind = Kind::Simple;
    Range range;
    // Simple (declare, export, local and readonly are simple; "[" too)
    std::vector<Assignment> assignments;
    std::vector<ShellWord>
        words; ///< name and arguments; For: the words after "in"; Case: the subject; Test: the words inside
    // All
    std::vector<Redirection> redirections;
    // Compound: conditions and bodies in the order written (If: condition, then, …, else; While: condition, body)
    std::vector<Script> bodies;
    std::vector<std::vector<ShellWord>> patterns; ///< Case: per body
    std::string name; ///< Function: its name; For: its variable

    /// The command's name if it is plain text: "apt-get". Empty otherwise.
    std::string program() const;
};

enum class ShellTokenKind {
    Command,
    Keyword,
    Operator,
    Option,
    Text,
    String,
    Variable,
    Comment,
    Number,
    Builtin,
    HeredocBody
};
struct ShellToken {
    ShellTokenKind kind;
    Range range;
};

struct ParseError {
    Range range;
    std::string code; ///< ShellCheck's: "SC1073"; empty = of no code
    std::string message;
    bool fatal = true; ///< the shell refuses the script; false: it only looks odd
};

struct ParsedScript {
    Script script;
    std::vector<ShellToken> tokens; ///< in order, blanks left out
    std::vector<ParseError> errors; ///< what could be read is in the tree all the same
};

/// Reads any text; never fails, never recurses deeper than a fixed bound (then an error says so). Linear. Pure.
ParsedScript parseScript(std::string_view text, Dialect dialect = Dialect::Posix);

/// Calls `visit(command, pipeline)` for every command of a script, those in substitutions, bodies and functions too,
/// outer before inner, in order of place.
template <typename Visitor> void visitCommands(const Script& script, const Visitor& visit);

} // namespace darsena::dockerfile::shell

#include "core/dockerfile/shell/visit.h"
