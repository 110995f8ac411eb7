// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/utf8.h"

#include "core/dockerfile/text.h"

namespace darsena::cli {

std::string validUtf8(std::string_view text)
{
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        result += dockerfile::toUtf8(dockerfile::characterAt(text));
        text.remove_prefix(dockerfile::characterLength(text));
    }
    return result;
}

} // namespace darsena::cli
