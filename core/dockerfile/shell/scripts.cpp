// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/shell/scripts.h"

namespace darsena::dockerfile::shell {

std::vector<EmbeddedScript> scriptsOf(const Dockerfile&)
{
    return {};
}

} // namespace darsena::dockerfile::shell
