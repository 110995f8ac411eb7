// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/pages/pages.h"

#include "core/dockerfile/pages/texts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

using pages_detail::embeddedTexts;
using pages_detail::EmbeddedText;

std::string_view folderOf(std::string_view language)
{
    return language == "es" || language.starts_with("es_") || language.starts_with("es-") ? "es" : "en";
}

std::string_view textOf(const std::string& path)
{
    const auto texts = embeddedTexts();
    const auto found = std::lower_bound(texts.begin(), texts.end(), std::string_view(path),
        [](const EmbeddedText& text, std::string_view wanted) { return text.path < wanted; });
    return found != texts.end() && found->path == path ? found->text : std::string_view();
}

/// A page in a language, in English where there is none, without the block of sentences at its top.
std::string_view page(std::string_view folder, std::string_view name, std::string_view language)
{
    std::string_view text = textOf(fmt::format("{}/{}/{}.md", folderOf(language), folder, name));
    if (text.empty())
        text = textOf(fmt::format("en/{}/{}.md", folder, name));
    if (text.starts_with("---\n")) {
        const std::size_t end = text.find("\n---\n", 3);
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 5);
    }
    text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
    return text;
}

/// "Stage name '{}' should be lowercase": the fixed pieces around what varies.
struct Pattern {
    std::vector<std::string_view> pieces; ///< one more than there are places
    std::string_view translation;
};

std::vector<std::string_view> piecesOf(std::string_view pattern)
{
    std::vector<std::string_view> pieces;
    for (std::size_t at = pattern.find("{}"); at != std::string_view::npos; at = pattern.find("{}")) {
        pieces.push_back(pattern.substr(0, at));
        pattern.remove_prefix(at + 2);
    }
    pieces.push_back(pattern);
    return pieces;
}

/// What stands in the places of a pattern, each as short as can be; nullopt if the sentence is another one.
std::optional<std::vector<std::string_view>> match(const Pattern& pattern, std::string_view sentence)
{
    const auto& pieces = pattern.pieces;
    if (!sentence.starts_with(pieces.front()))
        return std::nullopt;
    sentence.remove_prefix(pieces.front().size());
    std::vector<std::string_view> places;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        const bool last = i + 1 == pieces.size();
        if (last && !sentence.ends_with(pieces[i]))
            return std::nullopt;
        const std::size_t at = last ? sentence.size() - pieces[i].size() : sentence.find(pieces[i]);
        if (at == std::string_view::npos)
            return std::nullopt;
        places.push_back(sentence.substr(0, at));
        sentence.remove_prefix(at + pieces[i].size());
    }
    return sentence.empty() ? std::optional(places) : std::nullopt;
}

/// "{}" takes the places in turn, "{0}" … "{9}" by number.
std::string fill(std::string_view translation, const std::vector<std::string_view>& places)
{
    std::string result;
    std::size_t next = 0;
    for (std::size_t i = 0; i < translation.size(); ++i) {
        if (translation.substr(i, 2) == "{}") {
            result += next < places.size() ? places[next++] : std::string_view();
            ++i;
        } else if (translation[i] == '{' && translation.substr(i + 2, 1) == "}") {
            const auto number = static_cast<std::size_t>(translation[i + 1] - '0');
            result += number < places.size() ? places[number] : std::string_view();
            i += 2;
        } else {
            result += translation[i];
        }
    }
    return result;
}

/// The sentences of one language: lines "English => translation" at the top of the rules' pages, between lines "---",
/// and in sentences.txt.
class Sentences {
public:
    explicit Sentences(std::string_view folder)
    {
        for (const EmbeddedText& text : embeddedTexts()) {
            if (!text.path.starts_with(folder))
                continue;
            if (text.path.ends_with("/sentences.txt"))
                addLines(text.text);
            else if (text.text.starts_with("---\n"))
                addLines(text.text.substr(4, std::min(text.text.find("\n---\n", 3), text.text.size()) - 4));
        }
        // The more of a sentence is fixed, the better it is known.
        std::stable_sort(m_patterns.begin(), m_patterns.end(),
            [](const Pattern& a, const Pattern& b) { return fixedLength(a) > fixedLength(b); });
    }

    std::string translate(std::string_view sentence) const
    {
        if (const auto found = m_whole.find(sentence); found != m_whole.end())
            return std::string(found->second);
        for (const Pattern& pattern : m_patterns) {
            if (const auto places = match(pattern, sentence))
                return fill(pattern.translation, *places);
        }
        return std::string(sentence);
    }

private:
    static std::size_t fixedLength(const Pattern& pattern)
    {
        std::size_t length = 0;
        for (const std::string_view piece : pattern.pieces)
            length += piece.size();
        return length;
    }

    void addLines(std::string_view lines)
    {
        while (!lines.empty()) {
            const std::string_view line = lines.substr(0, lines.find('\n'));
            lines.remove_prefix(std::min(line.size() + 1, lines.size()));
            const std::size_t arrow = line.find(" => ");
            if (arrow == std::string_view::npos || line.starts_with('#'))
                continue;
            const std::string_view english = line.substr(0, arrow);
            const std::string_view translation = line.substr(arrow + 4);
            if (english.find("{}") == std::string_view::npos)
                m_whole.emplace(english, translation);
            else
                m_patterns.push_back({.pieces = piecesOf(english), .translation = translation});
        }
    }

    std::map<std::string_view, std::string_view> m_whole;
    std::vector<Pattern> m_patterns;
};

} // namespace

std::string_view rulePage(std::string_view rule, std::string_view language)
{
    return page("rules", rule, language);
}

std::string_view ruleTitle(std::string_view rule, std::string_view language)
{
    std::string_view text = rulePage(rule, language);
    if (!text.starts_with("# "))
        return {};
    text.remove_prefix(2);
    return text.substr(0, text.find('\n'));
}

std::string_view instructionPage(std::string_view name, std::string_view language)
{
    return page("instructions", name, language);
}

std::string translated(std::string_view sentence, std::string_view language)
{
    if (folderOf(language) != "es")
        return std::string(sentence);
    static const Sentences spanish("es/");
    return spanish.translate(sentence);
}

Finding translated(Finding finding, std::string_view language)
{
    finding.message = translated(finding.message, language);
    if (finding.fix)
        finding.fix->description = translated(finding.fix->description, language);
    return finding;
}

} // namespace darsena::dockerfile
