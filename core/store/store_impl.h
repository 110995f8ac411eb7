// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/unique_fd.h"
#include "core/store/catalog.h"
#include "core/store/store.h"
#include "core/store/unpack_process.h"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace darsena::store {

std::int64_t nowSeconds();
/// RFC 3339 as image configurations write it; 1970 when it cannot be read.
Time parseTime(std::string_view text);

/// A layer whose files, index and perhaps blob lie complete in tmp/, to be made part of the store.
struct StagedLayer {
    LayerRow row;
    std::filesystem::path directory; ///< tmp/…/<name>, holds fs
    std::filesystem::path index;
    std::filesystem::path blob; ///< empty = none, or there already
    std::uint64_t blobBytes = 0;
};

/// What the parts of Store share. Store's functions are spread over store_*.cpp by subject; this has the state and the
/// small operations that they have in common.
class Store::Impl {
public:
    Impl(std::filesystem::path root, StoreOptions options);

    std::filesystem::path blobPath(const Digest& digest) const { return root / "blobs" / "sha256" / digest.hex(); }
    std::filesystem::path snapshotPath(const std::string& directory) const { return root / "snapshots" / directory; }
    std::filesystem::path indexPath(const Digest& diff) const { return root / "index" / diff.hex(); }
    /// An empty directory, the lower layer of what has none.
    std::filesystem::path emptyPath() const { return root / "empty"; }
    /// The lowest layer of every container: see makeSnapshotBase.
    std::filesystem::path basePath() const { return root / "base"; }

    /// A new directory in tmp/, 0700.
    Result<std::filesystem::path> makeTemporary(std::string_view purpose) const;
    /// A name for a layer's directory: short, since an overlay's options must fit a page (mount(2)).
    static std::string newName();
    /// Writes a small blob to tmp/ and syncs it; placeBlob() then moves it.
    Result<void> stageBlob(const std::filesystem::path& temporary, std::string_view bytes) const;
    /// Moves a synced file to its place among the blobs; the caller holds referenceMutex.
    Result<void> placeBlob(const std::filesystem::path& temporary, const Digest& digest) const;

    /// Makes staged layers part of the store, in order, and runs `rows` in the same catalogue transaction: everything
    /// appears together, or nothing does and the files are back in tmp/. A chain that exists already is left as it is.
    /// The caller holds referenceMutex and has synced the file system.
    Result<void> commitStaged(const std::vector<StagedLayer>& layers, const std::function<Result<void>()>& rows = {});

    Result<Layer> layerFrom(const LayerRow& row);
    /// Keeps a chain from garbage collection while the result lives.
    std::shared_ptr<const void> hold(const Digest& chain);
    /// fs directories of a chain, base first. Errors: NotFound, Corrupt (a directory is missing).
    Result<std::vector<std::filesystem::path>> directories(const Digest& chain);
    Result<std::vector<LayerRow>> rows(const Digest& chain);

    Result<std::string> configBytes(const Digest& image) const;
    Result<Image> imageFrom(const ImageRow& row);

    /// Unpacks one layer stream into stage/fs and stage/index and settles it on the layers below.
    Result<StagedLayer> stageLayer(int inputFd, const std::filesystem::path& stage, const Digest& parent,
        const std::vector<std::filesystem::path>& lower, std::function<void(std::uint64_t)> progress, std::stop_token stop) const;
    /// The two halves of stageLayer, for layers that are unpacked side by side.
    Result<UnpackReport> unpackLayer(int inputFd, const std::filesystem::path& stage, std::function<void(std::uint64_t)> progress, std::stop_token stop) const;
    Result<StagedLayer> settle(const std::filesystem::path& stage, const UnpackReport& report, const Digest& parent, const std::vector<std::filesystem::path>& lower) const;
    std::filesystem::path unpacker() const;

    /// The upper directory of a draft or snapshot takes the attributes of the root below it, as overlayfs shows its own.
    Result<void> takeRootAttributes(const std::filesystem::path& upper, const std::vector<std::filesystem::path>& lower) const;

private:
    Result<void> placeLayers(const std::vector<StagedLayer>& layers, std::vector<const StagedLayer*>& moved);

public:
    std::filesystem::path root;
    StoreOptions options;
    UniqueFd lockFile;
    UniqueFd rootFd;
    std::unique_ptr<Catalog> catalog;

    /// Held while something comes to refer to a layer or blob, and while garbage collection decides and deletes rows: a
    /// layer cannot be collected between "it exists" and "I refer to it". Never held over long work.
    std::mutex referenceMutex;
    std::mutex holdMutex;
    std::map<Digest, std::size_t> holds;
};

} // namespace darsena::store
