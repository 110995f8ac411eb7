// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/json_array.h"

#include "core/dockerfile/text.h"

#include <optional>

namespace darsena::dockerfile {

namespace {

/// Go's decoder stops at 10 000; no Dockerfile comes near this one.
constexpr int maxDepth = 200;

class JsonReader {
public:
    explicit JsonReader(std::string_view text)
        : m_text(text)
    { }

    JsonArray readAll()
    {
        JsonArray result;
        skipBlanks();
        if (!take('['))
            return result;
        bool onlyStrings = true;
        skipBlanks();
        if (!take(']')) {
            do {
                skipBlanks();
                const std::size_t begin = m_at;
                std::string text;
                const bool isString = peek() == '"';
                if (!(isString ? readString(text) : skipValue(1)))
                    return result;
                if (isString) {
                    result.items.push_back({.text = std::move(text), .begin = begin, .end = m_at});
                } else if (onlyStrings) {
                    onlyStrings = false;
                    result.faultBegin = begin;
                    result.faultEnd = m_at;
                }
                skipBlanks();
            } while (take(','));
            if (!take(']'))
                return result;
        }
        skipBlanks();
        if (m_at == m_text.size())
            result.kind = onlyStrings ? JsonArray::Kind::Strings : JsonArray::Kind::NotStrings;
        return result;
    }

private:
    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool take(char c)
    {
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    void skipBlanks()
    {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
            ++m_at;
    }
    bool skipWord(std::string_view word)
    {
        if (m_text.substr(m_at, word.size()) != word)
            return false;
        m_at += word.size();
        return true;
    }
    bool skipDigits()
    {
        const std::size_t begin = m_at;
        while (peek() >= '0' && peek() <= '9')
            ++m_at;
        return m_at > begin;
    }

    bool readString(std::string& text);
    std::optional<char32_t> readHex();
    bool skipValue(int depth);
    bool skipNumber();
    bool skipMembers(char close, int depth);

    std::string_view m_text;
    std::size_t m_at = 0;
};

std::optional<char32_t> JsonReader::readHex()
{
    char32_t value = 0;
    for (int i = 0; i < 4; ++i, ++m_at) {
        const char c = peek();
        char32_t digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<char32_t>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<char32_t>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<char32_t>(c - 'A' + 10);
        else
            return std::nullopt;
        value = value * 16 + digit;
    }
    return value;
}

bool JsonReader::readString(std::string& text)
{
    ++m_at;
    while (m_at < m_text.size()) {
        const char c = m_text[m_at];
        if (c == '"') {
            ++m_at;
            return true;
        }
        if (static_cast<unsigned char>(c) < ' ')
            return false;
        if (c != '\\') {
            const std::string_view rest = m_text.substr(m_at);
            const std::size_t length = characterLength(rest);
            text += toUtf8(characterAt(rest));
            m_at += length;
            continue;
        }
        ++m_at;
        const char escaped = peek();
        ++m_at;
        switch (escaped) {
        case '"':
        case '\\':
        case '/':
            text += escaped;
            break;
        case 'b':
            text += '\b';
            break;
        case 'f':
            text += '\f';
            break;
        case 'n':
            text += '\n';
            break;
        case 'r':
            text += '\r';
            break;
        case 't':
            text += '\t';
            break;
        case 'u': {
            auto character = readHex();
            if (!character)
                return false;
            if (*character >= 0xD800 && *character < 0xE000) {
                // A pair of surrogates is one character; half a pair is none.
                const std::size_t behind = m_at;
                const bool high = *character < 0xDC00;
                std::optional<char32_t> low;
                if (high && skipWord("\\u"))
                    low = readHex();
                if (low && *low >= 0xDC00 && *low < 0xE000) {
                    character = 0x10000 + ((*character - 0xD800) << 10) + (*low - 0xDC00);
                } else {
                    m_at = behind;
                    character = U'\uFFFD';
                }
            }
            text += toUtf8(*character);
            break;
        }
        default:
            return false;
        }
    }
    return false;
}

bool JsonReader::skipNumber()
{
    take('-');
    if (!take('0') && !skipDigits())
        return false;
    if (take('.') && !skipDigits())
        return false;
    if (take('e') || take('E')) {
        if (!take('+'))
            take('-');
        return skipDigits();
    }
    return true;
}

/// The members of an object or array; the opening bracket is read already.
bool JsonReader::skipMembers(char close, int depth)
{
    skipBlanks();
    if (take(close))
        return true;
    do {
        skipBlanks();
        if (close == '}') {
            std::string key;
            if (peek() != '"' || !readString(key))
                return false;
            skipBlanks();
            if (!take(':'))
                return false;
            skipBlanks();
        }
        if (!skipValue(depth))
            return false;
        skipBlanks();
    } while (take(','));
    return take(close);
}

bool JsonReader::skipValue(int depth)
{
    if (depth > maxDepth)
        return false;
    switch (peek()) {
    case '"': {
        std::string text;
        return readString(text);
    }
    case '[':
        ++m_at;
        return skipMembers(']', depth + 1);
    case '{':
        ++m_at;
        return skipMembers('}', depth + 1);
    case 't':
        return skipWord("true");
    case 'f':
        return skipWord("false");
    case 'n':
        return skipWord("null");
    default:
        return skipNumber();
    }
}

} // namespace

JsonArray readJsonArray(std::string_view text)
{
    return JsonReader(text).readAll();
}

} // namespace darsena::dockerfile
