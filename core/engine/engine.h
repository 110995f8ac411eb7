// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace darsena::engine {

class BuildService;
class ContainerService;
class EventHub;
class ExecService;
class ImageService;
class NetworkService;
class SystemService;
class VolumeService;

struct EngineOptions {
    std::filesystem::path root = "/var/lib/darsena"; ///< what lasts; made with mode 0700 when missing
    std::filesystem::path run = "/run/darsena"; ///< what ends with the machine; made with mode 0700 when missing
    std::filesystem::path libexec; ///< the folder of darsena-shim and darsena-unpack
    /// Name of the bridge of the network "bridge", at most 15 characters. Empty: "darsena0" for the standard run
    /// folder, else a name derived from the run folder, so that several engines live side by side.
    std::string bridge;
    std::map<std::string, std::filesystem::path> runtimes {}; ///< further OCI runtimes by name; see Runtimes::find()
};

/// The container engine: one object a process, made by the helper. Every service is thread-safe and is called from many
/// connection threads; each call blocks until it is done.
///
/// Errors all over, and what Docker's status for them is (the texts are Docker's where its clients look at them):
///   NotFound (404)     "No such container: x", "No such image: x:latest", "No such exec instance: x", "No such volume: x"
///   Invalid (400)      a bad name, number, path, filter; an id prefix that fits several things
///   Conflict (409)     'Conflict. The container name "/x" is already in use by container "<id>". …'; not running where
///                      running is needed; running where it must not be; an image that a container uses
///   NotModified (304)  start of a running, stop of a stopped container
///   Unsupported (501)  asked for something this engine does not do; the field is named
///   System, Internal, Corrupt (500)
/// A container is named by its name (with or without "/"), its id, or a prefix of its id that no other shares.
class Engine {
public:
    /// Opens the store, adopts containers that a former engine left running (their shims hold them), marks the others
    /// truthfully, heals leftovers and says in the log what it did. One damaged container or image stops nothing.
    /// Errors: Conflict when another engine holds the root; System.
    static Result<std::unique_ptr<Engine>> open(EngineOptions options);
    /// Orderly end: containers run on, held by their shims. Streams end. No call may be under way.
    ~Engine();

    ContainerService& containers();
    ExecService& execs();
    ImageService& images();
    BuildService& builds();
    NetworkService& networks();
    VolumeService& volumes();
    EventHub& events();
    SystemService& system();

private:
    struct Parts;
    explicit Engine(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace darsena::engine
