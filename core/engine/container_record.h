// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/network/endpoint.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace darsena::engine {

/// Something mounted into a container, as decided at its creation.
struct MountRecord {
    enum class Type { Bind, Volume, Tmpfs };
    Type type = Type::Bind;
    std::string volume; ///< name of the volume
    std::string subpath; ///< volumes: only this folder or file in it
    std::map<std::string, std::string> volumeLabels, volumeOptions; ///< for the volume, should it have to be made
    std::string source; ///< on the host; of binds and volumes
    std::string destination; ///< absolute and clean
    bool readOnly = false;
    bool recursive = true; ///< binds: with what is mounted below
    bool createSource = false; ///< a missing source folder is made (-v), else it is an error (--mount)
    bool shallowReadOnly = false; ///< read-only, but not what is mounted below
    bool copyUp = true; ///< volumes: fill from the image at the first use
    bool anonymous = false; ///< the volume was made for this container and goes with it (rm -v, --rm)
    std::string propagation; ///< binds: "rprivate", …
    std::string mode; ///< the options as they were written, for inspect
    std::vector<std::string> tmpfsOptions;
    std::vector<std::string> hostOptions; ///< of this start: what the mount takes back of the host's side; not kept
};

/// What a container is, from its creation on. Kept in containers/<id>/config.json.
struct ContainerRecord {
    std::string id;
    std::string name; ///< without "/"
    model::Time created{};
    Digest imageId;
    Digest chain; ///< the image's layers; empty for an image without
    std::string imageName; ///< as it was asked for
    std::string path; ///< the program, and
    std::vector<std::string> args; ///< its arguments
    model::ContainerConfig config; ///< the image's with the request's over it
    model::HostConfig hostConfig; ///< as requested
    std::vector<MountRecord> mounts;
    /// The networks it is to be on, by name, with what was asked for on each; networkId is set. Empty when it shares
    /// another container's.
    std::map<std::string, model::EndpointSettings> networks;
};

/// A container's live connections, by the network's name.
using Endpoints = std::map<std::string, network::Endpoint>;

enum class Status { Created, Running, Paused, Restarting, Removing, Exited, Dead };
/// As the API writes it: "created", …
std::string_view name(Status status);

/// How a container fares. Kept in containers/<id>/state.json, so that the next engine knows what to look for.
struct ContainerState {
    Status status = Status::Created;
    std::int64_t pid = 0;
    std::int64_t exitCode = 0;
    bool oomKilled = false;
    std::string error;
    std::optional<model::Time> startedAt;
    std::optional<model::Time> finishedAt;
    std::int64_t restartCount = 0;
    bool stoppedByUser = false; ///< no restart policy brings it back
    Endpoints endpoints;
    std::optional<model::Health> health; ///< of the last run, if it was checked
    std::int64_t backOff = 0; ///< milliseconds before the last restart that the policy made; 0 = none yet

    bool runs() const { return status == Status::Running || status == Status::Paused; }
};

json::Object toJson(const ContainerRecord& record);
Result<ContainerRecord> recordFromJson(const json::Value& value);
json::Object toJson(const ContainerState& state);
Result<ContainerState> stateFromJson(const json::Value& value);

} // namespace darsena::engine
