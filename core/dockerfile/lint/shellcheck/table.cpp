// SPDX-License-Identifier: GPL-3.0-or-later
// The ShellCheck findings that matter in a RUN, under their codes (shellcheck.net/wiki).
#include "core/dockerfile/lint/context.h"

namespace darsena::dockerfile::lint_detail {

std::span<const Rule> shellCheckRules()
{
    return {};
}

} // namespace darsena::dockerfile::lint_detail
