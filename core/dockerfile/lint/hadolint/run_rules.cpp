// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the DL rules that look at the commands in RUN.
#include "core/dockerfile/lint/hadolint/table.h"

namespace darsena::dockerfile::lint_detail {

std::span<const Rule> hadolintRunRules()
{
    return {};
}

} // namespace darsena::dockerfile::lint_detail
