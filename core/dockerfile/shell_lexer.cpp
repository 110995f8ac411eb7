// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell_lexer.h"

#include "core/dockerfile/shell_pattern.h"
#include "core/dockerfile/text.h"

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

/// ${a:-${b:-${c…}}}: BuildKit has no bound, but its stack grows and ours does not.
constexpr int maxDepth = 200;

/// Not inlined: with the literals known, GCC 12 warns of copies beyond Result's string that cannot happen.
[[gnu::noinline]] Error invalid(std::string_view message)
{
    return {ErrorCode::Invalid, std::string(message)};
}

/// Puts words together while the lexer goes: blanks that are not quoted end a word.
class WordCollector {
public:
    /// Text that may hold blanks which split: the value of a variable, or a plain character.
    void add(std::string_view text, std::uint32_t begin, std::uint32_t end)
    {
        while (!text.empty()) {
            const std::size_t length = characterLength(text);
            if (spaceLength(text) == 0)
                addWhole(text.substr(0, length), begin, end);
            else if (!m_word.text.empty())
                finishWord();
            text.remove_prefix(length);
        }
    }

    /// Text that belongs to the word whatever it holds: quoted or escaped.
    void addWhole(std::string_view text, std::uint32_t begin, std::uint32_t end)
    {
        if (!m_inWord)
            m_word.range.begin = begin;
        m_word.range.end = end;
        m_word.text += text;
        m_inWord = true;
    }

    std::vector<LexedWord> take()
    {
        if (!m_word.text.empty())
            finishWord();
        return std::move(m_words);
    }

private:
    void finishWord()
    {
        m_words.push_back(std::exchange(m_word, {}));
        m_inWord = false;
    }

    std::vector<LexedWord> m_words;
    LexedWord m_word;
    bool m_inWord = false;
};

class ShellLexer {
public:
    ShellLexer(std::string_view input, const VariableLookup& variables, const LexOptions& options)
        : m_input(input)
        , m_variables(variables)
        , m_options(options)
        , m_keepEscapes(options.keepEscapes)
    { }

    Result<LexResult> run()
    {
        LexResult result = TRY(readUntil(nothing, m_options.keepEscapes));
        result.uses = std::move(m_uses);
        return result;
    }

private:
    static constexpr char nothing = '\0';

    bool atEnd() const { return m_at >= m_input.size(); }
    char peek() const { return atEnd() ? nothing : m_input[m_at]; }
    std::uint32_t here() const { return static_cast<std::uint32_t>(m_at); }
    std::string_view nextCharacter()
    {
        const std::size_t length = characterLength(m_input.substr(m_at));
        m_at += length;
        return m_input.substr(m_at - length, length);
    }

    Result<LexResult> readUntil(char stop, bool keepEscapes);
    Result<std::string> readSingleQuoted();
    Result<std::string> readDoubleQuoted();
    std::string readPossibleHeredoc();
    Result<std::string> readDollar();
    Result<std::string> readBraced(std::uint32_t begin);
    Result<std::string> readOperator(std::string_view name, char first, std::uint32_t begin);
    Result<std::string> readReplacement(std::string_view name, std::uint32_t begin);
    std::string readName();
    std::optional<std::string> find(std::string_view name, std::uint32_t begin, bool guarded);

    std::string_view m_input;
    std::size_t m_at = 0;
    const VariableLookup& m_variables;
    const LexOptions& m_options;
    bool m_keepEscapes;
    int m_depth = 0;
    std::vector<VariableUse> m_uses;
};

Result<LexResult> ShellLexer::readUntil(char stop, bool keepEscapes)
{
    if (m_depth >= maxDepth)
        return invalid(fmt::format("variables are nested more than {} deep", maxDepth));
    ++m_depth;
    const bool outerKeepEscapes = std::exchange(m_keepEscapes, keepEscapes);
    LexResult result;
    WordCollector words;
    while (!atEnd()) {
        const std::uint32_t begin = here();
        const char c = peek();
        if (stop != nothing && c == stop) {
            ++m_at;
            --m_depth;
            m_keepEscapes = outerKeepEscapes;
            result.words = words.take();
            return result;
        }
        if (c == '$') {
            const std::string value = TRY(readDollar());
            result.text += value;
            words.add(value, begin, here());
        } else if (c == '<') {
            const std::string text = readPossibleHeredoc();
            result.text += text;
            words.addWhole(text, begin, here());
        } else if ((c == '\'' || c == '"') && !m_options.skipQuotes) {
            const auto text = c == '"' ? readDoubleQuoted() : readSingleQuoted();
            if (!text)
                return text.error();
            result.text += *text;
            words.addWhole(*text, begin, here());
        } else if (c == m_options.escape) {
            ++m_at;
            if (m_keepEscapes) {
                words.addWhole({&c, 1}, begin, here());
                result.text += c;
            }
            // An escape at the very end escapes nothing and vanishes.
            if (atEnd())
                break;
            const std::string_view character = nextCharacter();
            words.addWhole(character, begin, here());
            result.text += character;
        } else {
            const std::string_view character = nextCharacter();
            words.add(character, begin, here());
            result.text += character;
        }
    }
    if (stop != nothing)
        return invalid(fmt::format("unexpected end of statement while looking for matching {}", stop));
    --m_depth;
    m_keepEscapes = outerKeepEscapes;
    result.words = words.take();
    return result;
}

Result<std::string> ShellLexer::readSingleQuoted()
{
    const std::size_t end = m_input.find('\'', m_at + 1);
    if (end == std::string_view::npos)
        return invalid("unexpected end of statement while looking for matching single-quote");
    const std::string_view whole = m_input.substr(m_at, end + 1 - m_at);
    m_at = end + 1;
    return std::string(m_options.keepQuotes ? whole : whole.substr(1, whole.size() - 2));
}

Result<std::string> ShellLexer::readDoubleQuoted()
{
    std::string result;
    if (m_options.keepQuotes)
        result += '"';
    ++m_at;
    while (!atEnd()) {
        const char c = peek();
        if (c == '"') {
            ++m_at;
            if (m_options.keepQuotes)
                result += '"';
            return result;
        }
        if (c == '$') {
            result += TRY(readDollar());
            continue;
        }
        ++m_at;
        if (c != m_options.escape) {
            result += c;
            continue;
        }
        if (m_keepEscapes)
            result += c;
        if (atEnd())
            break;
        // The escape escapes only these; before anything else it is an ordinary character.
        const char next = peek();
        if (next == '"' || next == '$' || next == m_options.escape) {
            result += next;
            ++m_at;
        } else {
            result += c;
        }
    }
    return invalid("unexpected end of statement while looking for matching double-quote");
}

/// "<<" keeps the blanks behind it in its word, so that "<<  EOF" is one word.
std::string ShellLexer::readPossibleHeredoc()
{
    const std::size_t begin = m_at++;
    if (peek() != '<')
        return "<";
    ++m_at;
    const auto skipBlanks = [&] {
        while (peek() == ' ' || peek() == '\t' || peek() == '\r')
            ++m_at;
    };
    if (peek() == '-')
        ++m_at;
    skipBlanks();
    return std::string(m_input.substr(begin, m_at - begin));
}

std::optional<std::string> ShellLexer::find(std::string_view name, std::uint32_t begin, bool guarded)
{
    std::optional<std::string> value = m_variables ? m_variables(name) : std::nullopt;
    m_uses.push_back(
        {.name = std::string(name), .range = {begin, here()}, .set = value.has_value(), .guarded = guarded});
    return value;
}

Result<std::string> ShellLexer::readDollar()
{
    const std::uint32_t begin = here();
    ++m_at;
    if (peek() == '{') {
        ++m_at;
        return readBraced(begin);
    }
    const std::string name = readName();
    if (name.empty())
        return std::string("$");
    const auto value = find(name, begin, false);
    if (!value && m_options.keepUnset)
        return "$" + name;
    return value.value_or("");
}

Result<std::string> ShellLexer::readBraced(std::uint32_t begin)
{
    if (atEnd())
        return invalid("syntax error: missing '}'");
    if (peek() == '{' || peek() == '}' || peek() == ':')
        return invalid("syntax error: bad substitution");
    const std::string name = readName();
    if (atEnd())
        return invalid("syntax error: missing '}'");
    const char first = peek();
    switch (first) {
    case '}': {
        ++m_at;
        const auto value = find(name, begin, false);
        if (!value && m_options.keepUnset)
            return fmt::format("${{{}}}", name);
        return value.value_or("");
    }
    case ':':
    case '+':
    case '-':
    case '?':
    case '#':
    case '%':
        ++m_at;
        return readOperator(name, first, begin);
    case '/':
        ++m_at;
        return readReplacement(name, begin);
    default:
        return invalid(fmt::format("unsupported modifier ({}) in substitution", nextCharacter()));
    }
}

/// ${name:-word} and all operators that take one word; `first` is read already.
Result<std::string> ShellLexer::readOperator(std::string_view name, char first, std::uint32_t begin)
{
    const bool emptyIsUnset = first == ':';
    std::string operatorText(1, first);
    if (emptyIsUnset)
        operatorText += atEnd() ? std::string_view() : nextCharacter();
    const char operation = operatorText.back();
    const bool isPattern = operation == '#' || operation == '%';

    auto wordResult = readUntil('}', isPattern);
    if (!wordResult) {
        if (atEnd())
            return invalid("syntax error: missing '}'");
        return wordResult.error();
    }
    std::string word = std::move(wordResult->text);
    const auto value = find(name, begin, !isPattern);
    if (!value && m_options.keepUnset)
        return fmt::format("${{{}{}{}}}", name, operatorText, word);
    const bool missing = !value || (emptyIsUnset && value->empty());

    // A colon goes with '-', '+' and '?' only.
    switch (emptyIsUnset && (isPattern || operatorText.size() != 2) ? nothing : operation) {
    case '-':
        return missing ? word : *value;
    case '+':
        return missing ? std::string() : word;
    case '?': {
        if (!missing)
            return *value;
        const std::string_view fallback = value ? "is not allowed to be empty" : "is not allowed to be unset";
        return invalid(fmt::format("{}: {}", name, word.empty() ? fallback : std::string_view(word)));
    }
    case '#':
    case '%': {
        const bool longest = word.starts_with(operation);
        auto pattern = ShellPattern::parse(std::string_view(word).substr(longest ? 1 : 0));
        if (!pattern)
            return invalid(fmt::format("invalid pattern ({}) in substitution: {}", word, pattern.error().message()));
        return operation == '#' ? pattern->withoutPrefix(value.value_or(""), longest)
                                : pattern->withoutSuffix(value.value_or(""), longest);
    }
    default:
        return invalid(fmt::format("unsupported modifier ({}) in substitution", operatorText));
    }
}

/// ${name/pattern/replacement}; the first '/' is read already.
Result<std::string> ShellLexer::readReplacement(std::string_view name, std::uint32_t begin)
{
    const bool all = peek() == '/';
    if (all)
        ++m_at;
    auto patternText = readUntil('/', true);
    if (!patternText) {
        if (atEnd())
            return invalid("syntax error: missing '/' in ${}");
        return patternText.error();
    }
    auto replacement = readUntil('}', true);
    if (!replacement) {
        if (atEnd())
            return invalid("syntax error: missing '}'");
        return replacement.error();
    }
    const auto value = find(name, begin, false);
    if (!value && m_options.keepUnset)
        return fmt::format("${{{}/{}/{}}}", name, patternText->text, replacement->text);
    auto pattern = ShellPattern::parse(patternText->text);
    if (!pattern)
        return invalid(
            fmt::format("invalid pattern ({}) in substitution: {}", patternText->text, pattern.error().message()));
    return pattern->replaced(value.value_or(""), replacement->text, all);
}

/// Letters, digits and '_'; or digits only; or one of the shell's special parameters.
std::string ShellLexer::readName()
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const std::size_t begin = m_at;
    if (isDigit(peek())) {
        while (isDigit(peek()))
            ++m_at;
    } else if (!atEnd() && std::string_view("@*#?-$!").find(peek()) != std::string_view::npos) {
        ++m_at;
    } else {
        while (!atEnd()) {
            if (isLetter(peek()) || isDigit(peek())) {
                ++m_at;
                continue;
            }
            // Letters of other alphabets count. Telling them from other characters takes Unicode's tables; what is
            // neither a blank nor a general punctuation mark or symbol block is taken as a letter.
            const std::string_view rest = m_input.substr(m_at);
            const char32_t character = characterAt(rest);
            const bool otherLetter = character >= 0xAA && character != 0xD7 && character != 0xF7 && character != 0xFFFD
                && !(character >= 0x2000 && character < 0x2C00) && !(character >= 0x3000 && character < 0x3005)
                && character < 0x1F000 && spaceLength(rest) == 0;
            if (!otherLetter)
                break;
            m_at += characterLength(rest);
        }
    }
    return std::string(m_input.substr(begin, m_at - begin));
}

} // namespace

Result<LexResult> lexShell(std::string_view input, const VariableLookup& variables, const LexOptions& options)
{
    auto result = ShellLexer(input, variables, options).run();
    if (!result)
        return result.error().withContext(fmt::format("failed to process {}", goQuoted(input)));
    return result;
}

} // namespace darsena::dockerfile
