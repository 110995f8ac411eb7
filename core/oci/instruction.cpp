// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/oci/instruction.h"

namespace darsena::oci {

namespace {

constexpr std::string_view blanks = " \t\n";

std::string_view trim(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(blanks);
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

/// "|2 A=1 B=2 /bin/sh -c …": what comes after the build arguments, whose values may have blanks.
std::string_view withoutArguments(std::string_view text)
{
    if (!text.starts_with('|'))
        return text;
    const std::size_t shell = text.find("/bin/");
    return shell == std::string_view::npos ? text : text.substr(shell);
}

} // namespace

std::string readableInstruction(std::string_view createdBy)
{
    constexpr std::string_view noOperation = "#(nop)";
    constexpr std::string_view buildKit = "# buildkit";
    constexpr std::string_view run = "RUN ";
    std::string_view text = trim(createdBy);
    if (text.ends_with(buildKit))
        text = trim(text.substr(0, text.size() - buildKit.size()));
    if (const std::size_t at = text.find(noOperation); at != std::string_view::npos)
        return std::string(trim(text.substr(at + noOperation.size())));
    const std::string_view command = withoutArguments(text.starts_with(run) ? text.substr(run.size()) : text);
    for (const std::string_view shell : { "/bin/sh -c ", "/bin/bash -c ", "/bin/bash -o pipefail -c " }) {
        if (command.starts_with(shell))
            return std::string(run) + std::string(trim(command.substr(shell.size())));
    }
    return std::string(text);
}

} // namespace darsena::oci
