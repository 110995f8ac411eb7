// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace darsena::dockerfile {

// Small helpers on UTF-8 text that is not trusted to be UTF-8. Internal to core/dockerfile.

/// What some editors put before the first line of a file in UTF-8.
inline constexpr std::string_view byteOrderMark = "\xEF\xBB\xBF";

/// The length of the UTF-8 sequence at the front of a text that is not empty; 1 for a byte that begins none.
std::size_t characterLength(std::string_view text);
/// The code point of such a sequence; U+FFFD for a byte that begins none.
char32_t characterAt(std::string_view text);
std::string toUtf8(char32_t character);

/// The length of the white space character at the front of the text (Unicode's White_Space, as Go's unicode.IsSpace);
/// 0 if there is none.
std::size_t spaceLength(std::string_view text);
std::string_view trimLeft(std::string_view text);
std::string_view trim(std::string_view text);

/// Of ASCII letters only.
std::string lower(std::string_view text);
std::string upper(std::string_view text);
bool equalsIgnoringCase(std::string_view a, std::string_view b);

/// In double quotes with Go's escapes (strconv.Quote): the form of BuildKit's dumps and messages.
std::string goQuoted(std::string_view text);

/// The candidate that a misspelt word most likely means: an edit distance of at most 2, and less than the word's
/// length; empty if there is none. Case does not count.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

/// An absolute path without "." and "..", no "/" at its end (but "/" itself); `workdir` is put before a relative one.
std::string cleanPath(std::string_view workdir, std::string_view path);

/// "b" of "a/b" and of "https://host/a/b?x".
std::string_view lastPathPart(std::string_view path);

} // namespace darsena::dockerfile
