// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/challenge.h"

#include <algorithm>

namespace darsena::registry {

namespace {

constexpr std::size_t maxChallenges = 16;
constexpr std::size_t maxParameters = 16;

bool isTokenCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

class Cursor {
public:
    explicit Cursor(std::string_view text)
        : m_rest(text)
    {
    }
    bool atEnd() const { return m_rest.empty(); }
    void skip(std::string_view characters)
    {
        m_rest.remove_prefix(std::min(m_rest.find_first_not_of(characters), m_rest.size()));
    }
    bool take(char c)
    {
        if (!m_rest.starts_with(c))
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    /// A token in lower case; "" when there is none.
    std::string token()
    {
        std::string token;
        while (!m_rest.empty() && isTokenCharacter(m_rest.front())) {
            const char c = m_rest.front();
            token += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            m_rest.remove_prefix(1);
        }
        return token;
    }
    std::string value()
    {
        std::string value;
        if (!take('"')) {
            while (!m_rest.empty() && isTokenCharacter(m_rest.front())) {
                value += m_rest.front();
                m_rest.remove_prefix(1);
            }
            return value;
        }
        while (!m_rest.empty() && !take('"')) {
            if (take('\\') && m_rest.empty())
                break;
            value += m_rest.front();
            m_rest.remove_prefix(1);
        }
        return value;
    }

private:
    std::string_view m_rest;
};

} // namespace

std::vector<Challenge> parseChallenges(std::string_view header)
{
    std::vector<Challenge> challenges;
    Cursor cursor(header);
    while (challenges.size() <= maxChallenges) {
        cursor.skip(" \t,");
        const std::string word = cursor.token();
        if (word.empty())
            break;
        cursor.skip(" \t");
        // "name=" continues the last challenge; a word alone begins another.
        if (!cursor.take('=')) {
            challenges.push_back({ word, {} });
            continue;
        }
        cursor.skip(" \t");
        if (challenges.empty() || challenges.back().parameters.size() >= maxParameters)
            break;
        challenges.back().parameters.emplace(word, cursor.value());
    }
    if (challenges.size() > maxChallenges)
        challenges.resize(maxChallenges);
    return challenges;
}

} // namespace darsena::registry
