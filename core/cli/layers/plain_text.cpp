// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/plain_text.h"

#include "core/cli/utf8.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::cli {

std::string plainText(std::string_view text)
{
    const std::string valid = validUtf8(text);
    std::string result;
    result.reserve(valid.size());
    for (std::size_t i = 0; i < valid.size(); ++i) {
        const auto byte = static_cast<unsigned char>(valid[i]);
        // U+0080 … U+009F are control characters, too.
        const bool highControl
            = byte == 0xc2 && i + 1 < valid.size() && static_cast<unsigned char>(valid[i + 1]) < 0xa0;
        if (highControl)
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(valid[++i]));
        else if (byte < 0x20 || byte == 0x7f)
            result += fmt::format("\\x{:02x}", byte);
        else
            result += valid[i];
    }
    return result;
}

std::size_t characterCount(std::string_view text)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

} // namespace darsena::cli
