// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

namespace darsena::dockerfile {

std::optional<SignatureHelp> signatureHelp(const Dockerfile&, std::uint32_t, const Surroundings&)
{
    return std::nullopt;
}
std::vector<Link> links(const Dockerfile&, const Surroundings&)
{
    return {};
}
std::vector<InlayHint> inlayHints(const Dockerfile&, const Surroundings&)
{
    return {};
}

} // namespace darsena::dockerfile
