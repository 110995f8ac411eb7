// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena::dockerfile::lint_detail {

/// One port of EXPOSE, "[ip:][host:]port[-end][/protocol]".
struct ExposedPort {
    std::string address;
    std::string hostPort;
    std::string protocol; ///< as written; "tcp" if left out
};

/// Errors: Invalid, BuildKit's sentences (dockerfile2llb/convert_expose.go).
Result<ExposedPort> parseExposedPort(std::string_view text);

} // namespace darsena::dockerfile::lint_detail
