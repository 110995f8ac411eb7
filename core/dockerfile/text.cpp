// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/text.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

unsigned char byteAt(std::string_view text, std::size_t index)
{
    return static_cast<unsigned char>(text[index]);
}

char asciiLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char asciiUpper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool isSpace(char32_t character)
{
    switch (character) {
    case ' ':
    case '\t':
    case '\n':
    case '\v':
    case '\f':
    case '\r':
    case 0x85:
    case 0xA0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202F:
    case 0x205F:
    case 0x3000:
        return true;
    default:
        return character >= 0x2000 && character <= 0x200A;
    }
}

/// Characters outside ASCII that Go's strconv.Quote escapes because they show nothing.
bool isInvisible(char32_t character)
{
    return isSpace(character) || (character >= 0x80 && character < 0xA0) || character == 0xAD
        || (character >= 0x200B && character <= 0x200F) || (character >= 0x202A && character <= 0x202E)
        || (character >= 0x2060 && character <= 0x206F) || character == 0xFEFF
        || (character >= 0xE000 && character <= 0xF8FF);
}

std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
        }
    }
    return row[b.size()];
}

} // namespace

std::size_t characterLength(std::string_view text)
{
    const unsigned char first = byteAt(text, 0);
    if (first < 0x80)
        return 1; // nearly all there is
    std::size_t length = 1;
    if (first >= 0xF0 && first <= 0xF4)
        length = 4;
    else if (first >= 0xE0 && first < 0xF0)
        length = 3;
    else if (first >= 0xC2 && first < 0xE0)
        length = 2;
    if (length > text.size())
        return 1;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byteAt(text, i) & 0xC0) != 0x80)
            return 1;
    }
    return length;
}

char32_t characterAt(std::string_view text)
{
    const std::size_t length = characterLength(text);
    const char32_t first = byteAt(text, 0);
    if (length == 1)
        return first < 0x80 ? first : U'\uFFFD';
    char32_t character = first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
        character = (character << 6) | (byteAt(text, i) & 0x3FU);
    return character;
}

std::string toUtf8(char32_t character)
{
    const auto byte = [](char32_t value) { return static_cast<char>(static_cast<unsigned char>(value)); };
    if (character < 0x80)
        return {byte(character)};
    if (character < 0x800)
        return {byte(0xC0 | (character >> 6)), byte(0x80 | (character & 0x3F))};
    if (character < 0x10000)
        return {
            byte(0xE0 | (character >> 12)), byte(0x80 | ((character >> 6) & 0x3F)), byte(0x80 | (character & 0x3F))};
    return {byte(0xF0 | (character >> 18)), byte(0x80 | ((character >> 12) & 0x3F)),
        byte(0x80 | ((character >> 6) & 0x3F)), byte(0x80 | (character & 0x3F))};
}

std::size_t spaceLength(std::string_view text)
{
    if (text.empty())
        return 0;
    if (const unsigned char first = byteAt(text, 0); first < 0x80)
        return first == ' ' || (first >= '\t' && first <= '\r') ? 1 : 0;
    return isSpace(characterAt(text)) ? characterLength(text) : 0;
}

std::string_view trimLeft(std::string_view text)
{
    while (const std::size_t length = spaceLength(text))
        text.remove_prefix(length);
    return text;
}

std::string_view trim(std::string_view text)
{
    text = trimLeft(text);
    // White space characters have at most three bytes, so look back at each length.
    for (bool found = true; found;) {
        found = false;
        for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
            if (spaceLength(text.substr(text.size() - length)) == length) {
                text.remove_suffix(length);
                found = true;
                break;
            }
        }
    }
    return text;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), asciiLower);
    return result;
}

std::string upper(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), asciiUpper);
    return result;
}

bool equalsIgnoringCase(std::string_view a, std::string_view b)
{
    return std::equal(
        a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return asciiLower(x) == asciiLower(y); });
}

std::string goQuoted(std::string_view text)
{
    std::string result = "\"";
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        const char first = text.front();
        const char32_t character = characterAt(text);
        if (length == 1 && byteAt(text, 0) >= 0x80)
            result += fmt::format("\\x{:02x}", byteAt(text, 0));
        else if (first == '"' || first == '\\')
            (result += '\\') += first;
        else if (first >= '\a' && first <= '\r')
            (result += '\\') += "abtnvfr"[first - '\a'];
        else if (character < ' ' || character == 0x7F)
            result += fmt::format("\\x{:02x}", static_cast<unsigned>(character));
        else if (character != ' ' && isInvisible(character))
            result += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
        else
            result += text.substr(0, length);
        text.remove_prefix(length);
    }
    return result + '"';
}

std::string_view closest(std::string_view word, std::span<const std::string_view> candidates)
{
    // Long words cannot be typing errors of names, and the distance takes quadratic time.
    if (word.size() > 100)
        return {};
    const std::string wanted = lower(word);
    std::string_view best;
    std::size_t bestDistance = std::min<std::size_t>(3, word.size());
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > word.size() + 2 || word.size() > candidate.size() + 2)
            continue;
        const std::size_t distance = editDistance(wanted, lower(candidate));
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

std::string cleanPath(std::string_view workdir, std::string_view path)
{
    std::string result;
    const auto add = [&](std::string_view text) {
        while (!text.empty()) {
            const std::string_view part = text.substr(0, text.find('/'));
            text.remove_prefix(std::min(part.size() + 1, text.size()));
            if (part == "..")
                result.resize(std::min(result.rfind('/'), result.size()));
            else if (!part.empty() && part != ".")
                (result += '/') += part;
        }
    };
    if (!path.starts_with('/'))
        add(workdir);
    add(path);
    return result.empty() ? "/" : result;
}

std::string_view lastPathPart(std::string_view path)
{
    path = path.substr(0, path.find_first_of("?#"));
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return path.substr(path.rfind('/') + 1);
}

} // namespace darsena::dockerfile
