// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::volumes {

struct Volume {
    std::string name;
    std::filesystem::path data; ///< the folder that is mounted
    std::chrono::sys_time<std::chrono::nanoseconds> created{};
    std::map<std::string, std::string> labels;
    std::map<std::string, std::string> options; ///< of the driver: type, o, device; empty = the folder itself is the volume
    bool anonymous = false; ///< made for a container without a name of its own
    bool populated = false; ///< a container used it already: no copy of the image's content any more
};

/// Local volumes: one folder each, `<root>/<name>/{volume.json,_data}`. Who uses which is the engine's to know. Any thread.
class VolumeStore {
public:
    /// Makes the root (0700: an image's setuid files are nobody else's, CVE-2021-41091). A damaged volume is left out of
    /// lists and named in the log; its data stay.
    static Result<std::unique_ptr<VolumeStore>> open(const std::filesystem::path& root);

    /// Errors: Invalid '"x" includes invalid characters for a local volume name, …', "volume name is too short, …".
    static Result<void> checkName(std::string_view name);

    /// The volume of that name, made when missing. An empty name makes an anonymous one. Errors: Conflict when it is there
    /// with other driver options than these (none given: as it is); Invalid (see checkOptions).
    Result<Volume> create(std::string_view name, const std::map<std::string, std::string>& labels, bool anonymous = false,
        const std::map<std::string, std::string>& options = {});
    /// Errors: NotFound "get x: no such volume".
    Result<Volume> find(std::string_view name) const;
    /// By name.
    Result<std::vector<Volume>> list() const;
    Result<void> markPopulated(std::string_view name);
    /// Errors: NotFound.
    Result<void> remove(std::string_view name);

private:
    explicit VolumeStore(std::filesystem::path root)
        : m_root(std::move(root))
    {
    }
    Result<Volume> read(const std::string& name) const;
    Result<void> write(const Volume& volume) const;

    std::filesystem::path m_root;
    mutable std::mutex m_mutex;
};

} // namespace darsena::volumes
