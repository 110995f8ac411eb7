// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/engine/container.h"

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// All containers, by id and by name. Any thread.
class ContainerTable {
public:
    /// By name, id or unique id prefix. Errors: NotFound "No such container: x"; Invalid for an ambiguous prefix.
    Result<ContainerPointer> find(std::string_view reference) const;
    /// Newest first.
    std::vector<ContainerPointer> all() const;

    /// Takes a name for an id. Errors: Conflict with Docker's text.
    Result<void> reserveName(const std::string& name, const std::string& id);
    void releaseName(const std::string& name);
    /// The name must be reserved for it.
    void insert(ContainerPointer container);
    /// Takes the container and its name out.
    void erase(const Container& container, const std::string& name);

    /// Ids of containers made from an image, running ones first.
    struct User {
        std::string id;
        bool running = false;
    };
    std::vector<User> usersOfImage(const Digest& image) const;
    std::vector<std::string> usersOfVolume(std::string_view volume) const;

private:
    mutable std::mutex m_mutex;
    std::map<std::string, ContainerPointer, std::less<>> m_byId;
    std::map<std::string, std::string, std::less<>> m_names; ///< name -> id
};

} // namespace darsena::engine
