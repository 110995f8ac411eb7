// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/oci/platform.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Image documents of the OCI image specification 1.1 and Docker's schema 2, which differ in media types only.
// Everything here comes from outside: sizes, counts and digests are checked while reading; repeated keys are refused.
namespace darsena::oci {

namespace media {
inline constexpr std::string_view ociIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view ociManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view ociConfig = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view ociLayerTar = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view ociLayerGzip = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view ociLayerZstd = "application/vnd.oci.image.layer.v1.tar+zstd";
inline constexpr std::string_view dockerIndex = "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view dockerManifest = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view dockerConfig = "application/vnd.docker.container.image.v1+json";
inline constexpr std::string_view dockerLayerTar = "application/vnd.docker.image.rootfs.diff.tar";
inline constexpr std::string_view dockerLayerGzip = "application/vnd.docker.image.rootfs.diff.tar.gzip";
/// Annotation of an index entry: the tag (OCI), and the full name (containerd, Docker).
inline constexpr std::string_view annotationRefName = "org.opencontainers.image.ref.name";
inline constexpr std::string_view annotationImageName = "io.containerd.image.name";

bool isIndex(std::string_view mediaType);
bool isManifest(std::string_view mediaType);
bool isConfig(std::string_view mediaType);
bool isLayer(std::string_view mediaType); ///< the non-distributable ones included
} // namespace media

/// More layers than this are refused: overlayfs' own limit is 500, Docker's 127.
inline constexpr std::size_t maxLayers = 127;
inline constexpr std::size_t maxManifestBytes = 4 << 20;
inline constexpr std::size_t maxConfigBytes = 8 << 20;

struct Descriptor {
    std::string mediaType;
    Digest digest;
    std::uint64_t size = 0;
    std::optional<Platform> platform;
    std::map<std::string, std::string> annotations;

    static Result<Descriptor> fromJson(const json::Object& object);
    json::Object toJson() const;
};

struct Manifest {
    std::string mediaType;
    Descriptor config;
    std::vector<Descriptor> layers; ///< base first
    std::map<std::string, std::string> annotations;

    /// Errors: Invalid (also for a document that has "manifests": CVE-2021-41190), TooLarge.
    static Result<Manifest> parse(std::string_view text);
    std::string serialize() const;
};

struct Index {
    std::string mediaType;
    std::vector<Descriptor> manifests;
    std::map<std::string, std::string> annotations;

    /// Errors: Invalid (also for a document that has "layers"), TooLarge.
    static Result<Index> parse(std::string_view text);
    std::string serialize() const;
    /// The entry for a platform; attestations ("unknown/unknown") never match. Errors: NotFound, naming what there is.
    Result<Descriptor> pick(const Platform& wanted) const;
};

/// HEALTHCHECK, durations in nanoseconds, 0 = the engine's default (Docker Engine API, HealthConfig).
struct HealthCheck {
    std::vector<std::string> test; ///< {} inherit · {"NONE"} · {"CMD", …} · {"CMD-SHELL", command}
    std::int64_t interval = 0;
    std::int64_t timeout = 0;
    std::int64_t startPeriod = 0;
    std::int64_t startInterval = 0;
    std::int64_t retries = 0;
    bool operator==(const HealthCheck&) const = default;

    static Result<HealthCheck> fromJson(const json::Object& object);
    json::Object toJson() const;
};

/// What the image says about running it: the member "config" of an image's configuration.
/// It configures the workload only and is never engine policy (rule R3).
struct ExecutionConfig {
    std::string user;
    std::vector<std::string> exposedPorts; ///< "80/tcp", sorted
    std::vector<std::string> env; ///< "NAME=value", in order
    std::optional<std::vector<std::string>> entrypoint; ///< nothing = not set; an empty list clears
    std::optional<std::vector<std::string>> cmd;
    std::vector<std::string> volumes; ///< sorted
    std::string workingDir;
    std::map<std::string, std::string> labels;
    std::string stopSignal;
    std::optional<HealthCheck> healthcheck;
    std::vector<std::string> onBuild;
    std::vector<std::string> shell;
    bool argsEscaped = false;
    bool operator==(const ExecutionConfig&) const = default;

    static Result<ExecutionConfig> fromJson(const json::Object& object);
    json::Object toJson() const;
};

struct HistoryEntry {
    std::string created; ///< RFC 3339, may be empty
    std::string createdBy;
    std::string author;
    std::string comment;
    bool emptyLayer = false;
    bool operator==(const HistoryEntry&) const = default;
};

/// An image's configuration document. Its bytes' digest is the image's id: parse what was stored, never re-serialise
/// to find an id.
struct ImageConfig {
    Platform platform;
    std::string osVersion;
    std::string created; ///< RFC 3339
    std::string author;
    ExecutionConfig config;
    std::vector<Digest> diffIds; ///< base first
    std::vector<HistoryEntry> history; ///< base first; entries with emptyLayer have no diff id

    /// Errors: Invalid, TooLarge. The history may be missing; where it has layers their number must be that of the
    /// diff ids (Invalid).
    static Result<ImageConfig> parse(std::string_view text);
    /// The bytes of a new image. Deterministic.
    std::string serialize() const;

    /// Whether two configurations describe the same thing.
    bool operator==(const ImageConfig&) const = default;
};

/// The chain id of each prefix (image-spec config.md, "Layer ChainID"): result[n] names layers 0..n together.
std::vector<Digest> chainIds(const std::vector<Digest>& diffIds);
/// The chain id of diff on top of parent (empty = none).
Digest chainId(const Digest& parent, const Digest& diff);

} // namespace darsena::oci
