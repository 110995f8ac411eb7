// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/wire.h"

#include <cstdint>
#include <optional>
#include <string>

namespace darsena::model {

/// What a path of a container is: the header X-Docker-Container-Path-Stat, as JSON in base64.
struct ContainerPathStat {
    std::string name;
    std::int64_t size = 0;
    std::int64_t mode = 0; ///< as Go's os.FileMode has it, see goFileMode
    std::optional<Time> mtime;
    std::string linkTarget;
};
DARSENA_MODEL(ContainerPathStat)

/// st_mode with the bits where Go's os.FileMode has them.
std::int64_t goFileMode(std::uint32_t mode);

/// The header's value.
std::string toHeader(const ContainerPathStat& stat);

} // namespace darsena::model
