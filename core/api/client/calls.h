// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/client/call.h"
#include "core/api/http/stdio_frames.h"
#include "core/api/model/build.h"
#include "core/api/model/container.h"
#include "core/api/model/event.h"
#include "core/api/model/exec.h"
#include "core/api/model/image.h"
#include "core/api/model/layer.h"
#include "core/api/model/network.h"
#include "core/api/model/system.h"
#include "core/api/model/volume.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// The calls of the Docker Engine API and of /darsena/v1 that Darsena makes. Docker's go out with version 1.41, which
/// every engine of today takes. Names and ids are escaped here (security 1g); the caller passes them as they are.
namespace darsena::client {

/// Filters as the API wants them: {"label": {"a=b"}}.
using Filters = std::map<std::string, std::vector<std::string>>;

// What the engine is.
Call<void> ping();
Call<model::VersionInfo> version();
Call<model::SystemInfo> info();
Call<model::DiskUsage> diskUsage();
/// Events from now on; `since` and `until` in seconds since 1970 with a fraction, or "".
StreamCall<model::Event> events(const Filters& filters = {}, const std::string& since = {}, const std::string& until = {});

// Containers.
Call<std::vector<model::ContainerSummary>> listContainers(bool all, const Filters& filters = {}, bool size = false);
Call<model::ContainerCreated> createContainer(const model::ContainerCreate& container, const std::string& name = {});
Call<model::ContainerInspect> inspectContainer(const std::string& container);
Call<void> startContainer(const std::string& container);
/// `seconds` before SIGKILL; none = the container's own.
Call<void> stopContainer(const std::string& container, std::optional<int> seconds = {});
Call<void> restartContainer(const std::string& container, std::optional<int> seconds = {});
Call<void> killContainer(const std::string& container, const std::string& signal = "SIGKILL");
Call<void> pauseContainer(const std::string& container);
Call<void> unpauseContainer(const std::string& container);
Call<void> renameContainer(const std::string& container, const std::string& newName);
Call<void> removeContainer(const std::string& container, bool force = false, bool volumes = false);
/// `condition`: "not-running", "next-exit", "removed". Answers when it ends.
Call<model::WaitResult> waitContainer(const std::string& container, const std::string& condition = "not-running");
Call<void> resizeContainer(const std::string& container, int rows, int columns);
Call<model::TopResult> topContainer(const std::string& container);

struct LogOptions {
    bool out = true;
    bool err = true;
    bool follow = false;
    bool timestamps = false;
    std::optional<int> tail; ///< the last so many lines; none = all
    std::string since; ///< seconds since 1970, "" = from the start
};
/// `tty`: whether the container has a terminal (ContainerInspect::config.tty); its log is then raw.
StreamCall<http::StdioFrame> containerLogs(const std::string& container, const LogOptions& options, bool tty);
/// Two-way: what is written after the head is standard input.
StreamCall<http::StdioFrame> attachContainer(const std::string& container, bool in, bool logs, bool tty);

Call<model::ExecCreated> createExec(const std::string& container, const model::ExecCreate& exec);
StreamCall<http::StdioFrame> startExec(const std::string& exec, bool tty);
Call<model::ExecInspect> inspectExec(const std::string& exec);
Call<void> resizeExec(const std::string& exec, int rows, int columns);

// Images.
Call<std::vector<model::ImageSummary>> listImages(bool all = false, const Filters& filters = {});
Call<model::ImageInspect> inspectImage(const std::string& image);
Call<std::vector<model::ImageHistoryItem>> imageHistory(const std::string& image);
Call<void> tagImage(const std::string& image, const std::string& repository, const std::string& tag);
Call<std::vector<model::ImageDeleteItem>> removeImage(const std::string& image, bool force = false);
/// The answer's body is a docker-archive of it: UnixTransport::openBody.
http::Request saveImage(const std::string& image);
/// The transport streams the archive as the body.
StreamCall<model::BuildMessage> loadImages();

struct BuildOptions {
    std::string dockerfile = "Dockerfile"; ///< in the context
    std::string origin; ///< where it lies here, for Darsena's engine to remember; "" = not told
    std::vector<std::string> tags;
    std::string target;
    std::map<std::string, std::string> buildArgs;
    std::map<std::string, std::string> labels;
    bool noCache = false;
    std::string network;
};
/// Docker's build stream. The transport streams the context, a tar archive, as the body.
StreamCall<model::BuildMessage> buildImage(const BuildOptions& options);
/// The same with typed events, on Darsena's engine only.
StreamCall<model::BuildEvent> buildImageEvents(const BuildOptions& options);

// Layers, on Darsena's engine only.
Call<std::vector<model::LayerSummary>> imageLayers(const std::string& image);
/// A stream, since a layer may hold a million files.
StreamCall<model::FileChange> layerFiles(const std::string& image, std::int64_t index);
Call<model::ImageDescription> describeImage(const std::string& image);
// Bytes as they come, in pieces. Here a layer is named by its number among the image's layers, from 0; a path is as in
// layers::IndexEntry.
/// The layer's file index, to be put together for layers::Index::parse.
StreamCall<std::string> layerIndex(const std::string& image, std::size_t layer);
/// The content that the layer stores at a path.
StreamCall<std::string> layerFile(const std::string& image, std::size_t layer, const std::string& path);
/// A tar of what is visible at a path with the layers up to this one, or of what this layer itself stores; "" = everything.
StreamCall<std::string> layerArchive(const std::string& image, std::size_t layer, const std::string& path, bool onlyLayer);

// Networks and volumes.
Call<std::vector<model::Network>> listNetworks();
Call<model::VolumeList> listVolumes();
Call<model::Volume> createVolume(const model::VolumeCreate& volume);
Call<void> removeVolume(const std::string& name, bool force = false);

} // namespace darsena::client
