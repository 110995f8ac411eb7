// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/image.h"
#include "core/api/model/layer.h"
#include "core/archive/stream.h"
#include "core/base/result.h"
#include "core/engine/filters.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

struct ImageListOptions {
    bool all = false; ///< also images without a name that others build on
    bool sharedSize = false;
    bool containerCount = false; ///< how many containers use each
    /// before, dangling, label, reference, since, until
    Filters filters;
};

struct ImportOptions {
    std::string repository; ///< empty = no name
    std::string tag;
    std::string message; ///< of the image's history; empty = "Imported from -"
    std::string platform; ///< empty = this machine's
    std::vector<std::string> changes; ///< instructions of a Dockerfile: see applyChanges
};

/// Images, and the layers the studio shows. An image is named by reference ("busybox", "busybox:1"), id, or id prefix.
/// Any thread.
class ImageService {
public:
    virtual ~ImageService() = default;

    virtual Result<std::vector<model::ImageSummary>> list(const ImageListOptions& options) = 0;
    virtual Result<model::ImageInspect> inspect(std::string_view image) = 0;
    virtual Result<std::vector<model::ImageHistoryItem>> history(std::string_view image) = 0;
    /// Errors: NotFound; Invalid reference.
    virtual Result<void> tag(std::string_view image, std::string_view repository, std::string_view tag) = 0;
    /// By name: takes that name away, and with the last name the image, unless a container uses it; by id: the image. Errors:
    /// Conflict when a container uses it (with `force`: only a running one, and only by id), or it has several names and was
    /// named by id without `force`.
    virtual Result<std::vector<model::ImageDeleteItem>> remove(std::string_view image, bool force, bool keepParents) = 0;
    /// Images without a name, or with dangling=false all, that no container uses. Filters: dangling, label, until. Stopped in
    /// between, it tells what it did until then.
    virtual Result<model::ImagesPruned> prune(const Filters& filters, std::stop_token stop) = 0;

    /// Reads a docker-archive or OCI archive, compressed or not. `progress` gets what Docker's client prints, line by line:
    /// "Loaded image: busybox:latest". Never moves a name that exists without saying so.
    using Progress = std::function<void(const std::string& line)>;
    virtual Result<void> load(archive::ByteSource& archive, const Progress& progress, std::stop_token stop) = 0;
    virtual Result<void> save(const std::vector<std::string>& images, archive::ByteSink& sink, std::stop_token stop) = 0;
    /// Makes an image of one layer from a tar of a root (plain, gzip, bzip2, xz, zstd). Returns its id, "sha256:…".
    virtual Result<std::string> import(archive::ByteSource& tar, const ImportOptions& options, std::stop_token stop) = 0;

    /// GET /darsena/v1/images/{name}/layers.
    virtual Result<std::vector<model::LayerSummary>> layers(std::string_view image) = 0;
    /// GET /darsena/v1/images/{name}/layers/{index}/files. `entry` is called for each path in path order, so that a layer of
    /// a million files costs no memory; an error of its ends the call. Errors: NotFound; Invalid index of an empty layer.
    using FileVisitor = std::function<Result<void>(const model::FileChange& file)>;
    virtual Result<void> layerFiles(std::string_view image, std::int64_t index, const FileVisitor& entry) = 0;

    /// GET /darsena/v1/images/{name}/description.
    virtual Result<model::ImageDescription> describe(std::string_view image) = 0;
    // GET /darsena/v1/images/{name}/diffs/{n}/…: layer n is counted from 0, base first, steps without a layer not among them.
    // `begin` is called once, before the first byte, with how many will come; its error ends the call.
    // Errors: NotFound: image, layer or path; Invalid; Corrupt.
    using SizedBegin = std::function<Result<archive::ByteSink*>(std::uint64_t bytes)>;
    using TarBegin = std::function<Result<archive::ByteSink*>()>;
    /// The file index of a layer (layers::Index).
    virtual Result<void> layerIndex(std::string_view image, std::int64_t n, const SizedBegin& begin) = 0;
    /// The content that the layer itself stores at a path. Invalid for what is no regular file.
    virtual Result<void> layerFile(std::string_view image, std::int64_t n, std::string_view path, const SizedBegin& begin) = 0;
    /// A tar of what is visible at a path with layers 0…n, or of what layer n itself stores; "" = everything. See Store::writeTree.
    virtual Result<void> layerArchive(std::string_view image, std::int64_t n, std::string_view path, bool onlyLayer, const TarBegin& begin, std::stop_token stop)
        = 0;
};

} // namespace darsena::engine
