// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/pragma.h"

#include <algorithm>

namespace darsena::dockerfile {

namespace {

/// A comment, read from the front.
class PragmaReader {
public:
    explicit PragmaReader(std::string_view text)
        : m_text(text)
    { }

    bool atEnd() const { return m_text.empty() || m_text.front() == '#'; }

    void skipBlanks() { m_text.remove_prefix(std::min(m_text.find_first_not_of(" \t"), m_text.size())); }

    /// A word and the blanks behind it; with `apart` there must be some.
    bool takeWord(std::string_view word, bool apart)
    {
        if (!m_text.starts_with(word))
            return false;
        const std::string_view rest = m_text.substr(word.size());
        if (apart && (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')))
            return false;
        m_text = rest;
        skipBlanks();
        return true;
    }

    /// What comes before a blank, a comma or a '#', with the blanks behind it.
    std::string_view takeName(std::string_view end)
    {
        const std::string_view name = m_text.substr(0, std::min(m_text.find_first_of(end), m_text.size()));
        m_text.remove_prefix(name.size());
        skipBlanks();
        return name;
    }

private:
    std::string_view m_text;
};

bool isRuleName(std::string_view name)
{
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

} // namespace

std::optional<Pragma> readPragma(std::string_view comment)
{
    PragmaReader reader(comment);
    reader.skipBlanks();
    if (!reader.takeWord("hadolint", true))
        return std::nullopt;
    Pragma pragma;
    if (reader.takeWord("shell", false)) {
        pragma.kind = Pragma::Kind::Shell;
        if (!reader.takeWord("=", false))
            return std::nullopt;
        while (!reader.atEnd())
            pragma.names.push_back(reader.takeName(" \t"));
        return pragma.names.empty() ? std::nullopt : std::optional(std::move(pragma));
    }
    if (reader.takeWord("global", true))
        pragma.kind = Pragma::Kind::GlobalIgnore;
    else if (reader.takeWord("stage", true))
        pragma.kind = Pragma::Kind::StageIgnore;
    if (!reader.takeWord("ignore", false) || !reader.takeWord("=", false))
        return std::nullopt;
    do {
        const std::string_view name = reader.takeName(" \t,#");
        if (!isRuleName(name))
            return std::nullopt;
        pragma.names.push_back(name);
    } while (reader.takeWord(",", false));
    return reader.atEnd() ? std::optional(std::move(pragma)) : std::nullopt;
}

} // namespace darsena::dockerfile
