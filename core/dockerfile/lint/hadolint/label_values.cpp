// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/hadolint/label_values.h"

#include "core/dockerfile/pages/texts.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <map>

namespace darsena::dockerfile::lint_detail {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isHexDigit(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool consistsOf(std::string_view text, std::string_view others)
{
    return std::all_of(text.begin(), text.end(),
        [&](char c) { return isDigit(c) || isLetter(c) || others.find(c) != std::string_view::npos; });
}

/// Whether a condition holds for each part between dots; there is at least one.
template <typename Condition> bool allParts(std::string_view text, const Condition& condition)
{
    for (;;) {
        const std::size_t dot = text.find('.');
        if (!condition(text.substr(0, dot)))
            return false;
        if (dot == std::string_view::npos)
            return true;
        text.remove_prefix(dot + 1);
    }
}

/// Reads a text of fixed form from the front.
class FormReader {
public:
    explicit FormReader(std::string_view text)
        : m_text(text)
    { }

    bool atEnd() const { return m_text.empty(); }

    bool take(std::string_view anyOf)
    {
        if (m_text.empty() || anyOf.find(m_text.front()) == std::string_view::npos)
            return false;
        m_text.remove_prefix(1);
        return true;
    }

    /// A number of this many digits from `least` to `most`; -1 if something else stands there.
    int number(std::size_t digits, int least, int most)
    {
        const std::string_view text = m_text.substr(0, digits);
        if (text.size() != digits || !std::all_of(text.begin(), text.end(), isDigit))
            return -1;
        int value = 0;
        for (const char c : text)
            value = value * 10 + (c - '0');
        m_text.remove_prefix(digits);
        return value >= least && value <= most ? value : -1;
    }

    bool someDigits()
    {
        const std::size_t end = std::min(m_text.find_first_not_of("0123456789"), m_text.size());
        m_text.remove_prefix(end);
        return end > 0;
    }

private:
    std::string_view m_text;
};

int daysIn(int year, int month)
{
    constexpr std::array days {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && isLeap ? 29 : days.at(static_cast<std::size_t>(month - 1));
}

/// By lower-case identifier.
const std::map<std::string, std::string_view, std::less<>>& spdxLicenses()
{
    static const auto licenses = [] {
        std::map<std::string, std::string_view, std::less<>> result;
        for (const pages_detail::EmbeddedText& text : pages_detail::embeddedTexts()) {
            if (text.path != "spdx_licenses.txt")
                continue;
            for (std::string_view rest = text.text; !rest.empty();) {
                const std::string_view line = rest.substr(0, rest.find('\n'));
                rest.remove_prefix(std::min(line.size() + 1, rest.size()));
                if (!line.empty() && !line.starts_with('#'))
                    result.emplace(lower(line), line);
            }
        }
        return result;
    }();
    return licenses;
}

} // namespace

bool isUri(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || !isLetter(text.front())
        || !consistsOf(text.substr(0, colon), "+-."))
        return false;
    const std::string_view rest = text.substr(colon + 1);
    if (!consistsOf(rest, "-._~:/?#[]@!$&'()*+,;=%") || std::count(rest.begin(), rest.end(), '#') > 1)
        return false;
    for (std::size_t at = rest.find('%'); at != std::string_view::npos; at = rest.find('%', at + 1)) {
        if (at + 2 >= rest.size() || !isHexDigit(rest[at + 1]) || !isHexDigit(rest[at + 2]))
            return false;
    }
    return true;
}

bool isRfc3339(std::string_view text)
{
    FormReader reader(text);
    const int year = reader.number(4, 0, 9999);
    if (year < 0 || !reader.take("-"))
        return false;
    const int month = reader.number(2, 1, 12);
    if (month < 0 || !reader.take("-") || reader.number(2, 1, daysIn(year, month)) < 0 || !reader.take("Tt "))
        return false;
    // A minute may have a 61st second.
    if (reader.number(2, 0, 23) < 0 || !reader.take(":") || reader.number(2, 0, 59) < 0 || !reader.take(":")
        || reader.number(2, 0, 60) < 0)
        return false;
    if (reader.take(".") && !reader.someDigits())
        return false;
    if (reader.take("Zz"))
        return reader.atEnd();
    return reader.take("+-") && reader.number(2, 0, 23) >= 0 && reader.take(":") && reader.number(2, 0, 59) >= 0
        && reader.atEnd();
}

bool isSemanticVersion(std::string_view text)
{
    const std::size_t plus = text.find('+');
    const auto isIdentifier = [](std::string_view part) { return !part.empty() && consistsOf(part, "-"); };
    if (plus != std::string_view::npos && !allParts(text.substr(plus + 1), isIdentifier))
        return false;
    text = text.substr(0, plus);
    const std::size_t dash = text.find('-');
    if (dash != std::string_view::npos && !allParts(text.substr(dash + 1), isIdentifier))
        return false;
    std::size_t numbers = 0;
    const bool areNumbers = allParts(text.substr(0, dash), [&](std::string_view part) {
        ++numbers;
        return !part.empty() && std::all_of(part.begin(), part.end(), isDigit) && (part == "0" || part.front() != '0');
    });
    return areNumbers && numbers == 3;
}

bool isGitHash(std::string_view text)
{
    return (text.size() == 7 || text.size() == 40)
        && std::all_of(text.begin(), text.end(), [](char c) { return isDigit(c) || (c >= 'a' && c <= 'f'); });
}

bool isEmailAddress(std::string_view text)
{
    const std::size_t at = text.rfind('@');
    if (at == std::string_view::npos)
        return false;
    const std::string_view local = text.substr(0, at);
    const std::string_view domain = text.substr(at + 1);
    const bool isQuoted = local.size() >= 2 && local.starts_with('"') && local.ends_with('"');
    const bool isLocal = isQuoted ? local.substr(1, local.size() - 2).find('"') == std::string_view::npos
                                  : allParts(local, [](std::string_view part) {
                                        return !part.empty() && consistsOf(part, "!#$%&'*+-/=?^_`{|}~");
                                    });
    if (domain.starts_with('[') && domain.ends_with(']'))
        return isLocal && domain.size() > 2;
    return isLocal && allParts(domain, [](std::string_view part) {
        return !part.empty() && consistsOf(part, "-") && !part.starts_with('-') && !part.ends_with('-');
    });
}

bool isSpdxLicense(std::string_view text)
{
    return spdxLicenseLike(text) == text && !text.empty();
}

std::string_view spdxLicenseLike(std::string_view text)
{
    const auto found = spdxLicenses().find(lower(text));
    return found == spdxLicenses().end() ? std::string_view() : found->second;
}

} // namespace darsena::dockerfile::lint_detail
