// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/layers/changes.h"
#include "core/oci/image.h"
#include "core/oci/reference.h"
#include "core/os/mount.h"
#include "core/store/build_cache.h"
#include "core/store/layer_draft.h"
#include "core/store/snapshot_diff.h"
#include "core/store/types.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::store {

struct StoreOptions {
    /// Where darsena-unpack is; empty = beside the running executable.
    std::filesystem::path libexec;
    /// Of one archive or layer, unpacked (rule R6).
    std::uint64_t maxLayerBytes = 64ULL << 30;
    std::uint64_t maxLayerEntries = 1'000'000;
};

/// Images, layers and writable snapshots on disk, below one root (DESIGN §5). The façade that engine and builder use.
///
/// Any thread. Reads go in parallel with long writes (load, commit): only the catalogue's short transactions exclude
/// one another. What a function returns as done is durable. One process at a time: the root is locked.
/// Errors: NotFound for names and ids that are not there, Conflict where something is in use; a full disk is System
/// with ENOSPC and leaves nothing behind.
class Store {
public:
    /// Creates what is missing (0700), migrates the catalogue, heals (see healReport). Errors: Unavailable when another
    /// process has the root open, Corrupt when the catalogue cannot be read, Unsupported when a newer Darsena wrote it.
    static Result<std::unique_ptr<Store>> open(const std::filesystem::path& root, StoreOptions options = {});
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    const std::filesystem::path& root() const { return m_root; }
    /// What open() found and did.
    const HealReport& healReport() const { return m_healReport; }

    // Images

    /// By id.
    Result<Image> image(const Digest& id) const;
    /// By name (short or full), name@digest, id, or a prefix of an id ("sha256:" optional). Names win over prefixes, as
    /// with Docker. Errors: NotFound "No such image: …", Conflict for a prefix that several ids have.
    Result<Image> find(std::string_view nameOrId) const;
    /// Newest first. An image that cannot be read is left out and named in the log.
    Result<std::vector<Image>> images() const;
    /// Adds an image whose layers exist (NotFound otherwise). The id is the digest of config.serialize(); adding it
    /// twice is no error.
    Result<Image> addImage(const oci::ImageConfig& config);
    /// The same of an image that was built: remembers where its steps come from, in place of what an earlier build of the
    /// same image said. Goes with the image; no part of its id.
    Result<Image> addImage(const oci::ImageConfig& config, const StepOrigins& origins);
    /// Empty for an image that was not built here.
    Result<StepOrigins> origins(const Digest& image) const;
    /// Gives a name to an image; takes it from the one that had it, which is returned.
    Result<std::optional<Digest>> tag(const Digest& id, const oci::Reference& reference);
    /// Takes a name away; the image stays. Errors: NotFound.
    Result<void> untag(const oci::Reference& reference);
    /// What `docker rmi` does: by name: untags, and removes the image when that was its last name; by id: removes it,
    /// which with several names needs force (Conflict). Layers that nothing needs any longer go, too.
    /// Whether containers use the image is the engine's to ask first.
    Result<RemoveReport> remove(std::string_view nameOrId, bool force);
    /// Images without a name (all: every image) for which `inUse` says no.
    Result<RemoveReport> prune(bool all, const std::function<bool(const Digest&)>& inUse);

    // Layers

    Result<Layer> layer(const Digest& chainId) const;
    /// The layers of a chain, base first.
    Result<std::vector<Layer>> chain(const Digest& chainId) const;
    /// A read-only overlay of a chain: upper and work are empty. For a chain of none: NotFound.
    Result<os::OverlaySpec> readOnlyOverlay(const Digest& chainId) const;
    /// An empty draft on top of a chain (nothing or an empty digest = on an empty root).
    Result<std::unique_ptr<LayerDraft>> newLayer(std::optional<Digest> parentChain);
    /// The file indexes of an image's layers, base first. Errors: Corrupt, naming the layer.
    Result<std::vector<layers::Index>> indexes(const Image& image) const;
    /// What layer n (base = 0) of an image changes.
    Result<std::vector<layers::FileChange>> layerFiles(const Image& image, std::size_t n) const;

    // For whoever looks into layers. A path is as in layers::IndexEntry; every one that a client or layer names is resolved
    // beneath the layer's directory (rule R1).

    Result<LayerSizes> layerSizes(const Digest& chainId) const;
    /// A file that is open for reading, at its beginning. It stays whole when the layer goes meanwhile.
    struct OpenFile {
        UniqueFd fd;
        std::uint64_t size = 0;
    };
    /// The file index of a layer. Whoever gets the bytes checks them (layers::Index::parse). Errors: NotFound; Corrupt when it is
    /// missing or something else.
    Result<OpenFile> openIndex(const Digest& chainId) const;
    /// The content that a layer itself stores. Errors: NotFound when it stores no such path; Invalid for anything but a regular
    /// file (one that is a hard link is one, too).
    Result<OpenFile> openFile(const Digest& chainId, std::string_view path) const;
    /// Writes a tar of what is visible at a path, and beneath, with all layers of a chain, or of what its topmost layer itself
    /// stores; "" = everything. Whiteouts are left out. Names begin with the path's last component; modes, owners, times and
    /// xattrs come along. Done by darsena-unpack, confined. `begin` is called once, before the first byte.
    /// Errors: NotFound; Invalid; what `begin` and its sink give; Cancelled.
    using TarBegin = std::function<Result<archive::ByteSink*>()>;
    Result<void> writeTree(const Digest& chainId, std::string_view path, bool onlyTopmost, const TarBegin& begin, std::stop_token stop = {}) const;

    // Archives

    /// Reads what `docker save`, skopeo or buildx write: a docker-archive with manifest.json (old and new form) or an OCI
    /// layout in a tar, each compressed or not. The archive is taken apart and its layers are unpacked by
    /// darsena-unpack, confined. Nothing is half stored: an image appears when all of it is on disk.
    Result<LoadReport> load(archive::ByteSource& source, const ProgressSink& progress = {}, std::stop_token stop = {},
        Retag retag = Retag::Move, const oci::Platform& wanted = oci::Platform::host());
    /// Writes a docker-archive that also is an OCI layout (as Docker since 25). Every layer's tar has the diff id that the
    /// configuration records. Names may be ids; a name that is a reference goes into the archive, an id gives no name.
    Result<void> save(const std::vector<std::string>& names, archive::ByteSink& sink, std::stop_token stop = {}) const;
    /// The uncompressed tar of one layer; its digest is the diff id (checked while writing: Corrupt at the end).
    Result<void> writeLayerTar(const Digest& chainId, archive::ByteSink& sink) const;

    /// Unpacks a tar (any compression) from outside into a directory of ours, confined as for a layer, but as ordinary
    /// files: no whiteouts, no devices. For build contexts and `ADD x.tar`. Existing links are not followed out.
    /// Returns the number of entries.
    Result<std::uint64_t> unpackInto(archive::ByteSource& source, int directoryFd, std::stop_token stop = {}) const;

    /// Makes a base layer of a root that somebody packed as a tar (plain, gzip, bzip2, xz, zstd), confined as for any layer. Its
    /// diff id is that of Darsena's own tar of the files, whatever the given one's bytes were.
    Result<Layer> importLayer(archive::ByteSource& source, std::stop_token stop = {});
    /// darsena-unpack.
    std::filesystem::path unpackExecutable() const;

    // Writable snapshots of containers. The exception to "done is durable": making and removing one is not flushed, since
    // a start must not wait for the disk. A power cut may lose the newest (the start scan then drops both halves), never
    // one that has seen any later durable change.

    /// The overlay of a container: made when it is not there, on top of a chain (empty = on an empty directory).
    /// `id` is the container's ([a-zA-Z0-9][a-zA-Z0-9_.-]*, Invalid otherwise). Errors: Conflict when it exists on another chain.
    Result<os::OverlaySpec> openSnapshot(const std::string& id, const Digest& chain);
    /// Missing = success. Nothing may have it mounted.
    Result<void> removeSnapshot(const std::string& id);
    Result<std::vector<std::string>> snapshots() const;
    /// What a container changed so far, as `docker diff` shows it; see diffSnapshot.
    Result<std::vector<PathChange>> diffSnapshot(const std::string& id) const;
    /// What a container changed so far, file by file with their bytes. Reads every file.
    Result<std::vector<layers::FileChange>> snapshotChanges(const std::string& id) const;
    /// For `docker commit`: a copy of what a container wrote as a draft on the same chain. Only while this runs must the
    /// container stand still; the draft's commit() may take its time.
    Result<std::unique_ptr<LayerDraft>> draftOfSnapshot(const std::string& id);

    // Upkeep

    /// The store's own parts share it (store_impl.h); nobody else sees inside.
    class Impl;

    BuildCache& buildCache() { return *m_buildCache; }
    Result<StoreUse> use() const;
    /// Removes layers and blobs that no image, cache record, snapshot, draft or Layer value needs; returns the bytes.
    Result<std::uint64_t> collectGarbage();

private:
    friend class LayerDraft;
    friend class BuildCache;
    explicit Store(std::filesystem::path root);

    std::filesystem::path m_root;
    HealReport m_healReport;
    std::unique_ptr<BuildCache> m_buildCache;
    std::unique_ptr<Impl> m_impl;
};

} // namespace darsena::store
