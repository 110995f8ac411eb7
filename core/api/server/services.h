// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace darsena::engine {
class BuildService;
class ContainerService;
class EventHub;
class ExecService;
class ImageService;
class NetworkService;
class SystemService;
class VolumeService;
}

namespace darsena::server {

/// What the handlers call: the services of one engine, or a test's. They outlive the server.
struct Services {
    engine::BuildService& builds;
    engine::ContainerService& containers;
    engine::EventHub& events;
    engine::ExecService& execs;
    engine::ImageService& images;
    engine::NetworkService& networks;
    engine::SystemService& system;
    engine::VolumeService& volumes;
};

} // namespace darsena::server
