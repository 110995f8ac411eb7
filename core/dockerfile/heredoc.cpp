// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/heredoc.h"

#include "core/dockerfile/shell_lexer.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <limits>

namespace darsena::dockerfile {

namespace {

std::ptrdiff_t quoteCount(std::string_view text)
{
    return std::count_if(text.begin(), text.end(), [](char c) { return c == '\'' || c == '"'; });
}

} // namespace

Result<std::optional<Heredoc>> heredocFromWord(std::string_view word)
{
    // ^(\d*)<<(-?)\s*([^<]*)$
    std::size_t at = 0;
    std::uint64_t descriptor = 0;
    while (at < word.size() && word[at] >= '0' && word[at] <= '9')
        descriptor = std::min<std::uint64_t>(
            descriptor * 10 + static_cast<std::uint64_t>(word[at++] - '0'), std::numeric_limits<std::uint32_t>::max());
    if (word.substr(at, 2) != "<<")
        return std::optional<Heredoc>();
    at += 2;
    Heredoc heredoc;
    heredoc.fileDescriptor = static_cast<std::uint32_t>(descriptor);
    if (word.substr(at, 1) == "-") {
        heredoc.chomp = true;
        ++at;
    }
    const std::string_view name = trimLeft(word.substr(at));
    if (name.empty() || name.find('<') != std::string_view::npos)
        return std::optional<Heredoc>();

    const LexResult plain = TRY(lexShell(name, {}, {.keepUnset = true}));
    if (plain.words.size() != 1)
        return std::optional<Heredoc>();
    // Lexed once with and once without its quotes: if quotes vanish, some part was quoted, and nothing is expanded.
    const LexResult withQuotes = TRY(lexShell(name, {}, {.keepQuotes = true, .keepUnset = true}));
    if (withQuotes.words.size() != 1)
        return std::optional<Heredoc>();
    heredoc.name = plain.words.front().text;
    heredoc.expand = quoteCount(heredoc.name) == quoteCount(withQuotes.words.front().text);
    return std::optional<Heredoc>(std::move(heredoc));
}

Result<std::vector<Heredoc>> heredocsInLine(const LogicalLine& line)
{
    std::vector<Heredoc> heredocs;
    if (line.text().find("<<") == std::string::npos)
        return heredocs;
    const auto lexed = lexShell(line.text(), {}, {.keepQuotes = true, .keepEscapes = true, .keepUnset = true});
    // A line that is no valid shell text opens none; what is wrong with it is the shell's to say.
    if (!lexed)
        return heredocs;
    for (const LexedWord& word : lexed->words) {
        std::optional<Heredoc> heredoc = TRY(heredocFromWord(word.text));
        if (!heredoc)
            continue;
        heredoc->wordRange = line.source(word.range.begin, word.range.end);
        heredocs.push_back(std::move(*heredoc));
    }
    return heredocs;
}

} // namespace darsena::dockerfile
