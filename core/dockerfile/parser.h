// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <optional>
#include <string>

namespace darsena::dockerfile {

/// The longest physical line that BuildKit's scanner takes, in bytes, line break not counted.
inline constexpr std::size_t maxLineBytes = 65'535;

/// Reads a Dockerfile with exactly BuildKit's language (frontend/dockerfile/parser), but never gives up: each error is
/// a Problem, and reading goes on with the next instruction. A text that BuildKit's parser accepts gives no Problem.
/// Unknown instructions are kept here; readDockerfile() refuses them. Any bytes may come in: NUL, invalid UTF-8.
/// Pure; any thread; time and memory linear in the text.
Document parse(std::string text);

/// What a file asks for with a syntax directive: "# syntax=", "//syntax=" or {"syntax": …}; a "#!" line first is
/// skipped. Independent of parse(): a text in another language has it too.
struct SyntaxRequest {
    std::string reference; ///< the image, up to the first blank
    std::string commandLine; ///< the whole value
    std::uint32_t line = 1;
};
std::optional<SyntaxRequest> detectSyntax(std::string_view text);

} // namespace darsena::dockerfile
