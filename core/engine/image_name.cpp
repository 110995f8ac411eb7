// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/image_name.h"

#include <fmt/format.h>

namespace darsena::engine {

Result<std::optional<oci::Reference>> parseImageName(std::string_view repository, std::string_view tag)
{
    if (repository.empty())
        return std::optional<oci::Reference>();
    if (repository.find('@') != std::string_view::npos)
        return Error(ErrorCode::Invalid, fmt::format("invalid reference format: '{}'", repository));
    return std::optional(TRY(oci::Reference::parse(tag.empty() ? std::string(repository) : fmt::format("{}:{}", repository, tag))));
}

} // namespace darsena::engine
