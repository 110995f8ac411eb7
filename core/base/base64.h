// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena {

/// Base64 as in RFC 4648, section 4, padded, in one line.
std::string encodeBase64(std::string_view bytes);

/// The same back. The padding may be missing, but not half of it; nothing else is forgiven: no blanks, no line ends, no bits
/// that stand for nothing. Errors: Invalid, without the text: it is a password as often as not.
Result<std::string> decodeBase64(std::string_view text);

} // namespace darsena
