// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace darsena::dockerfile::pages_detail {

/// A file of resources/dockerfile, compiled in by embed_texts.cmake.
struct EmbeddedText {
    std::string_view path; ///< "es/rules/DL3008.md"
    std::string_view text;
};
/// Ordered by path.
std::span<const EmbeddedText> embeddedTexts();

} // namespace darsena::dockerfile::pages_detail
