// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/instructions.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::assist_detail {

// Where a caret stands, in text that may be unfinished or broken. Internal to core/dockerfile/assist.

struct Place {
    enum class Kind {
        Keyword, ///< in an instruction's name, or where one may begin: then `word` is empty
        Flag,
        Argument,
        Comment,
        HeredocBody,
        HeredocEnd,
        Nowhere, ///< behind the escape that continues a line
    };
    Kind kind = Kind::Keyword;
    std::uint32_t caret = 0; ///< in the file, clamped to it
    /// The instruction that the caret is in; nullptr where there is none (a new one may begin, or a comment).
    const Statement* statement = nullptr;
    std::size_t statementIndex = 0; ///< of `statement`; without one, how many begin before the caret
    std::optional<std::size_t> stage; ///< the stage; nullopt before the first FROM and in it
    const Heredoc* heredoc = nullptr; ///< HeredocBody, HeredocEnd

    // Of a Keyword, Flag or Argument, as offsets in the instruction's logical line. In ONBUILD they mean the
    // instruction in it.
    std::string name; ///< lower-case, up to the caret where the caret is in it
    bool trigger = false; ///< of ONBUILD
    std::uint32_t at = 0; ///< the caret
    Span word; ///< the flag or argument that the caret is in; empty at the caret if there is none
    std::vector<Span> flags; ///< all, the one of the caret too
    std::uint32_t rest = 0; ///< where the arguments begin
    std::vector<Span> words; ///< the arguments; JSON strings without their quotes; one word in the shell form
    std::size_t index = 0; ///< which argument `word` is, or would be
    bool flagsPossible = false; ///< a flag may be begun here
    bool json = false; ///< the arguments begin with '['
    bool inJsonString = false; ///< and the caret is within quotes
    bool shell = false; ///< `words` is code for the shell, all of it one word

    std::string_view line() const { return statement == nullptr ? std::string_view() : statement->line.text(); }
    std::string_view text(Span span) const { return line().substr(span.begin, span.end - span.begin); }
    /// What stands before the caret in its word.
    std::string_view typed() const { return text({word.begin, at}); }
    /// [begin, end) of the logical line as a range of the file that holds the caret; nullopt if it runs over a line
    /// break.
    std::optional<Range> range(std::uint32_t begin, std::uint32_t end, const SourceText& source) const;
    /// The same, whatever lies between: a word may run over a continuation.
    Range wholeRange(Span span) const;
};

Place placeAt(const Dockerfile& file, std::uint32_t offset);

/// The words of a span, split at blanks outside of quotes; quotes that are left open reach to the end.
std::vector<Span> wordsIn(std::string_view line, Span span, char escape);

/// The stage that an instruction belongs to, FROM included; nullopt before the first FROM.
std::optional<std::size_t> stageOf(const Dockerfile& file, std::size_t statement);

/// Whether instructions are written in lower case, by what most of them are; `except` is not counted.
bool writesLowerCase(const Dockerfile& file, const Statement* except = nullptr);

} // namespace darsena::dockerfile::assist_detail
