// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/exec_form.h"

#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

/// Words that a shell does not look for in $PATH, and that are no programs besides (or do something else there).
constexpr std::array shellWords {"!"sv, "."sv, ":"sv, "["sv, "alias"sv, "bg"sv, "break"sv, "case"sv, "cd"sv, "command"sv,
    "continue"sv, "declare"sv, "do"sv, "done"sv, "elif"sv, "else"sv, "esac"sv, "eval"sv, "exec"sv, "exit"sv, "export"sv,
    "fc"sv, "fg"sv, "fi"sv, "for"sv, "function"sv, "getopts"sv, "hash"sv, "if"sv, "in"sv, "jobs"sv, "let"sv, "local"sv,
    "popd"sv, "pushd"sv, "read"sv, "readonly"sv, "return"sv, "select"sv, "set"sv, "shift"sv, "shopt"sv, "source"sv,
    "then"sv, "time"sv, "times"sv, "trap"sv, "type"sv, "typeset"sv, "ulimit"sv, "umask"sv, "unalias"sv, "unset"sv,
    "until"sv, "wait"sv, "while"sv};

/// Means itself wherever it stands.
bool isOrdinary(char c)
{
    return static_cast<unsigned char>(c) >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9') || "_./:=@%+,-"sv.find(c) != std::string_view::npos;
}

} // namespace

std::optional<std::vector<std::string>> plainWords(std::string_view script)
{
    std::vector<std::string> words;
    std::string word;
    bool inWord = false;
    bool firstIsQuoted = false;
    for (std::size_t i = 0; i < script.size(); ++i) {
        const char c = script[i];
        if (c == ' ' || c == '\t') {
            if (std::exchange(inWord, false))
                words.push_back(std::exchange(word, {}));
            continue;
        }
        inWord = true;
        firstIsQuoted = firstIsQuoted || (words.empty() && !isOrdinary(c));
        if (isOrdinary(c)) {
            word += c;
        } else if (c == '\'' || c == '"') {
            const std::size_t end = script.find(c, i + 1);
            if (end == std::string_view::npos)
                return std::nullopt;
            const std::string_view quoted = script.substr(i + 1, end - i - 1);
            if (c == '"' && quoted.find_first_of("$`\\!") != std::string_view::npos)
                return std::nullopt;
            word += quoted;
            i = end;
        } else {
            return std::nullopt;
        }
    }
    if (inWord)
        words.push_back(std::move(word));
    if (words.size() > 1 && words.front() == "exec" && !words[1].starts_with('-'))
        words.erase(words.begin());
    if (words.empty() || words.front().empty() || firstIsQuoted || words.front().find('=') != std::string::npos
        || std::binary_search(shellWords.begin(), shellWords.end(), std::string_view(words.front())))
        return std::nullopt;
    return words;
}

std::optional<ExecForm> execForm(std::string_view script)
{
    script = trim(script);
    if (script.empty())
        return std::nullopt;
    if (auto words = plainWords(script))
        return ExecForm {.arguments = std::move(*words), .plain = true};
    return ExecForm {.arguments = {"/bin/sh", "-c", std::string(script)}, .plain = false};
}

} // namespace darsena::dockerfile::lint_detail
