// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace darsena::dockerfile {

struct FormatOptions {
    enum class Case { Upper, Lower, Keep };
    std::uint32_t indent = 4; ///< blanks before continued lines
    Case instructions = Case::Upper; ///< also FROM's AS and HEALTHCHECK's CMD and NONE
    /// Continued lines of shell code (outside of its quotes) are moved as a block to the indent, too. Off, because those
    /// blanks are part of what the build cache knows a RUN by: the step would run again.
    bool indentShell = false;
    /// Formats a shell script (shfmt); nullopt: it could not. Unset: shell bodies are left alone.
    std::function<std::optional<std::string>(std::string_view script, std::string_view dialect)> shell {};
};

/// A Dockerfile in good order: instruction names, blanks between words, indents of continued lines, blank lines (one
/// before each FROM but the first, never two in a row), trailing blanks, the last line break. Comments, heredocs, JSON
/// strings and shell code keep their bytes. Idempotent; parse() of the result gives the same statements; a text with
/// problems is formatted where it can be understood and kept byte for byte where not. CRLF stays CRLF. Pure.
std::string format(std::string_view text, const FormatOptions& options = {});

} // namespace darsena::dockerfile
