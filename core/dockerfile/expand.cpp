// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/expand.h"

#include "core/dockerfile/shell_lexer.h"

namespace darsena::dockerfile {

namespace {

LexOptions lexOptions(const ExpandOptions& options)
{
    return {.escape = options.escape,
        .skipQuotes = options.keepQuotes,
        .keepEscapes = options.keepEscapes,
        .keepUnset = options.keepUnset};
}

} // namespace

VariableLookup lookupIn(const std::map<std::string, std::string, std::less<>>& variables)
{
    return [&variables](std::string_view name) -> std::optional<std::string> {
        const auto found = variables.find(name);
        if (found == variables.end())
            return std::nullopt;
        return found->second;
    };
}

Result<Expansion> expandWord(std::string_view word, const VariableLookup& variables, const ExpandOptions& options)
{
    LexResult result = TRY(lexShell(word, variables, lexOptions(options)));
    return Expansion {.text = std::move(result.text), .uses = std::move(result.uses)};
}

Result<std::vector<std::string>> expandWords(
    std::string_view words, const VariableLookup& variables, const ExpandOptions& options)
{
    LexResult result = TRY(lexShell(words, variables, lexOptions(options)));
    std::vector<std::string> texts;
    texts.reserve(result.words.size());
    for (LexedWord& word : result.words)
        texts.push_back(std::move(word.text));
    return texts;
}

} // namespace darsena::dockerfile
