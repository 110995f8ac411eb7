// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"

#include <cstdint>
#include <vector>

namespace darsena::gui {

/// Styles of the editor; the numbers are Scintilla's style numbers.
enum class Style : std::uint8_t { Text, Comment, Directive, Keyword, Flag, Variable, String, Heredoc, Unknown, Command };
inline constexpr int styleCount = 10;

/// A run of bytes of one style, from where the one before ended.
struct StyleRun {
    std::uint32_t end = 0;
    Style style = Style::Text;

    bool operator==(const StyleRun&) const = default;
};

/// Colours a parsed text: tokens, and inside arguments variables, quoted words, NAME=value pairs and FROM's AS; inside the
/// shell code of RUN, CMD and ENTRYPOINT, heredocs too, commands, options, key words and comments. An instruction's
/// colours are a matter of its own text only. The runs tile the text. Pure; linear in the text.
std::vector<StyleRun> highlight(const dockerfile::Document& document);

} // namespace darsena::gui
