// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/network_record.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// All networks: the three that always exist, and the user's, each with a file `<folder>/<id>.json`. Any thread.
class NetworkTable {
public:
    explicit NetworkTable(std::filesystem::path folder);

    /// Reads the user's networks. A damaged one is left out and named in the log; its file stays.
    Result<void> load();

    /// By name, id or unique id prefix, in this order. Errors: NotFound "network x not found"; Invalid for an ambiguous prefix.
    Result<NetworkRecord> find(std::string_view reference) const;
    /// Those that always exist first, then the user's, the oldest first.
    std::vector<NetworkRecord> all() const;

    /// Takes the name for a network that is being made. Errors: Conflict "network with name x already exists".
    Result<void> reserveName(const std::string& name);
    void releaseName(const std::string& name);
    /// Under its reserved name; on disk when this returns.
    Result<void> add(const NetworkRecord& record);
    /// Its file goes first; the change is on disk when this returns.
    Result<void> remove(const std::string& id);

private:
    std::filesystem::path file(const std::string& id) const { return m_folder / (id + ".json"); }

    std::filesystem::path m_folder;
    mutable std::mutex m_mutex;
    std::map<std::string, NetworkRecord> m_byId; ///< the user's
    std::map<std::string, std::string, std::less<>> m_names; ///< name -> id; "" = being made
};

} // namespace darsena::engine
