// SPDX-License-Identifier: GPL-3.0-or-later
// The table of the DL rules that look at instructions.
#include "core/dockerfile/lint/hadolint/table.h"

namespace darsena::dockerfile::lint_detail {

std::span<const Rule> hadolintInstructionRules()
{
    return {};
}

} // namespace darsena::dockerfile::lint_detail
