// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/platform.h"

#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

// Go's lists (go/build/syslist.go), and other spellings of architectures.
constexpr auto knownNames = std::to_array<std::string_view>({"386", "aarch64", "aix", "amd64", "amd64p32", "android", "arm",
    "arm64", "arm64be", "armbe", "armel", "armhf", "darwin", "dragonfly", "freebsd", "hurd", "i386", "illumos", "ios", "js",
    "linux", "loong64", "macos", "mips", "mips64", "mips64le", "mips64p32", "mips64p32le", "mipsle", "nacl", "netbsd",
    "openbsd", "plan9", "ppc", "ppc64", "ppc64le", "riscv", "riscv64", "s390", "s390x", "solaris", "sparc", "sparc64",
    "wasm", "windows", "x86-64", "x86_64", "zos"});

bool isComponent(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
            || c == '.';
    });
}

/// "windows" or "windows(10.0.17763)".
bool isSystem(std::string_view text)
{
    const std::size_t open = text.find('(');
    if (open == std::string_view::npos)
        return isComponent(text) && text.find('.') == std::string_view::npos;
    const std::string_view version = text.substr(open + 1);
    return isComponent(text.substr(0, open)) && version.ends_with(')')
        && version.find_first_of("()") == version.size() - 1;
}

} // namespace

std::string platformProblem(std::string_view platform)
{
    const std::string whole = goQuoted(platform);
    if (platform.find('*') != std::string_view::npos)
        return fmt::format("{}: wildcards not yet supported: invalid argument", whole);
    std::vector<std::string_view> parts;
    for (std::string_view rest = platform;;) {
        const std::size_t slash = rest.find('/');
        parts.push_back(rest.substr(0, slash));
        if (slash == std::string_view::npos)
            break;
        rest.remove_prefix(slash + 1);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i == 0 ? !isSystem(parts[i]) : !isComponent(parts[i]))
            return fmt::format("{} is an invalid component of {}: invalid argument", goQuoted(parts[i]), whole);
    }
    if (parts.size() > 3)
        return fmt::format("{}: cannot parse platform specifier: invalid argument", whole);
    const std::string name = lower(parts.front().substr(0, parts.front().find('(')));
    if (parts.size() == 1 && !std::binary_search(knownNames.begin(), knownNames.end(), std::string_view(name)))
        return fmt::format("{}: unknown operating system or architecture: invalid argument", whole);
    return {};
}

} // namespace darsena::dockerfile
