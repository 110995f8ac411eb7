// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/users.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::assist_detail {

namespace {

/// Options of the four programs that take the next word, in shadow's, Debian's and busybox's way.
constexpr std::array<std::string_view, 27> valueOptions {"-b", "--base-dir", "-c", "--comment", "-d", "--home-dir",
    "-e", "--expiredate", "-f", "--inactive", "-g", "--gid", "-G", "--groups", "-h", "--home", "-k", "--skel", "-K",
    "--key", "-p", "--password", "-s", "--shell", "-u", "--uid", "--gecos"};

/// Words of shell code with "\n" for what ends a command.
std::vector<std::string> commandWords(std::string_view text)
{
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    const auto finish = [&] {
        if (!word.empty() || quoted)
            words.push_back(std::exchange(word, {}));
        quoted = false;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '\'' || c == '"') {
            const std::size_t end = std::min(text.find(c, at + 1), text.size());
            word += text.substr(at + 1, end - std::min(at + 1, end));
            quoted = true;
            at = end;
        } else if (c == ' ' || c == '\t' || c == '\r') {
            finish();
        } else if (c == '\n' || c == ';' || c == '&' || c == '|' || c == '(' || c == ')') {
            finish();
            words.emplace_back("\n");
        } else {
            word += c;
        }
    }
    finish();
    return words;
}

bool isUserName(std::string_view word)
{
    return !word.empty() && word.front() != '-' && word.front() != '$' && word.size() <= 32
        && std::all_of(word.begin(), word.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
                   || c == '.';
           });
}

void findUsers(std::string_view text, std::uint32_t line, std::vector<MadeUser>& users)
{
    if (text.find("user") == std::string_view::npos && text.find("group") == std::string_view::npos)
        return;
    const std::vector<std::string> words = commandWords(text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view program = words[i];
        const bool makesUser = program == "useradd" || program == "adduser";
        const bool makesGroup = program == "groupadd" || program == "addgroup";
        if (!makesUser && !makesGroup)
            continue;
        std::vector<std::string_view> operands;
        for (std::size_t j = i + 1; j < words.size() && words[j] != "\n"; ++j) {
            const std::string_view word = words[j];
            const bool isBusyboxGroup = program == "adduser" && (word == "-G" || word == "--ingroup");
            if (isBusyboxGroup || std::find(valueOptions.begin(), valueOptions.end(), word) != valueOptions.end())
                ++j;
            else if (isUserName(word))
                operands.push_back(word);
        }
        // useradd's name comes last, adduser's first: a second one is a group that the user joins.
        if (operands.empty() || (makesGroup && operands.size() > 1))
            continue;
        const std::string_view name = program == "useradd" ? operands.back() : operands.front();
        users.push_back({.name = std::string(name), .group = makesGroup, .line = line});
    }
}

} // namespace

std::vector<MadeUser> usersMade(const Dockerfile& file, const std::vector<std::size_t>& chain, std::size_t before)
{
    std::vector<MadeUser> users;
    for (const std::size_t stage : chain) {
        for (const Instruction& instruction : file.stages[stage].instructions) {
            if (instruction.statement >= before)
                break;
            const Run* run = instruction.as<Run>();
            if (run == nullptr)
                continue;
            for (const std::string& argument : run->command.arguments)
                findUsers(argument, instruction.firstLine, users);
            for (const Heredoc& heredoc : run->heredocs)
                findUsers(heredoc.content, instruction.firstLine, users);
        }
    }
    return users;
}

} // namespace darsena::dockerfile::assist_detail
