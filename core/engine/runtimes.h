// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace darsena::engine {

/// The OCI runtimes that a container can ask for by name (HostConfig.Runtime). Immutable.
class Runtimes {
public:
    static constexpr std::string_view own = "darsena"; ///< the default, which no program of somebody else's can take the name of

    /// `configured`: the administrator's, by name. Besides them runc and crun, where they are installed; runc also by the
    /// name that Docker gives its shim. A program is executed as root: it must be absolute, root's, and neither it nor what
    /// leads to it writable by others. Errors: Invalid and Denied for one that was configured; of the others it is left out.
    static Result<Runtimes> find(const std::map<std::string, std::filesystem::path>& configured);

    /// Empty for our own. Errors: Invalid, with Docker's words.
    Result<std::filesystem::path> program(const std::string& name) const;
    const std::map<std::string, std::filesystem::path>& others() const { return m_programs; }

private:
    std::map<std::string, std::filesystem::path> m_programs;
};

} // namespace darsena::engine
