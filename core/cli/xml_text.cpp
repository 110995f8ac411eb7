// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/xml_text.h"

#include "core/cli/utf8.h"

#include <fmt/format.h>

namespace darsena::cli {

std::string xmlText(std::string_view text)
{
    std::string result;
    for (const char c : validUtf8(text)) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\t':
        case '\n':
        case '\r':
            result += fmt::format("&#{};", static_cast<int>(c));
            break;
        default:
            if (static_cast<unsigned char>(c) < 0x20)
                result += "\xEF\xBF\xBD";
            else
                result += c;
        }
    }
    return result;
}

} // namespace darsena::cli
