// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena::dockerfile {

// Values of instructions once their variables are expanded, as BuildKit takes or refuses them. Pure; any thread.

/// One port of EXPOSE, "[ip:][host:]port[-end][/protocol]".
struct ExposedPort {
    std::string address;
    std::string hostPort;
    std::string protocol; ///< as written; "tcp" if left out
    int first = 0; ///< of the container
    int last = 0;
};

/// Errors: Invalid, BuildKit's sentences (dockerfile2llb/convert_expose.go).
Result<ExposedPort> parseExposedPort(std::string_view text);

/// A value of STOPSIGNAL: a number but 0, or a name with or without SIG.
bool isSignal(std::string_view text);

/// A value of --chmod: octal up to 07777, or symbolic as "u+rwX,go=".
bool isFileMode(std::string_view text);

/// A source that is fetched, not found: "https://…".
bool isUrl(std::string_view source);
/// A source that is cloned by its scheme: "git@…", "git://…", "ssh://…".
bool isGit(std::string_view source);
/// A URL that is cloned, not downloaded; its checksum may be the beginning of a commit.
bool isRepository(std::string_view url);

// The sentences of refusals that both the checks and the builder make.
std::string invalidFileMode(std::string_view text);
std::string invalidSignal(std::string_view text);
inline constexpr std::string_view emptyVolume = "VOLUME specified can not be an empty string";
inline constexpr std::string_view urlForCopy = "source can't be a URL for COPY";
inline constexpr std::string_view gitForCopy = "source can't be a git ref for COPY";
inline constexpr std::string_view mountOnRoot = "invalid mount target \"/\"";
inline constexpr std::string_view emptyCommand = "arguments are required";

} // namespace darsena::dockerfile
