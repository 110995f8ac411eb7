// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/decompress.h"
#include "core/archive/tar_writer.h"
#include "core/os/file.h"
#include "core/store/layer_tar.h"
#include "core/store/store.h"
#include "core/store/store_impl.h"

#include <fcntl.h>

namespace darsena::store {

namespace {

/// Passes a member's bytes to the tar writer.
class MemberSink : public archive::ByteSink {
public:
    explicit MemberSink(archive::TarWriter& tar)
        : m_tar(tar)
    {
    }
    Result<void> write(std::span<const std::byte> bytes) override { return m_tar.write(bytes); }

private:
    archive::TarWriter& m_tar;
};

archive::Entry file(std::string path, std::uint64_t size)
{
    archive::Entry entry;
    entry.path = std::move(path);
    entry.mode = 0644;
    entry.size = size;
    return entry;
}

archive::Entry directory(std::string path)
{
    archive::Entry entry;
    entry.path = std::move(path);
    entry.type = archive::EntryType::Directory;
    entry.mode = 0755;
    return entry;
}

std::string blobName(const Digest& digest) { return "blobs/sha256/" + digest.hex(); }

/// What is saved of one image.
struct Saved {
    Image image;
    std::vector<oci::Reference> references;
};

/// By image, in the order of the names; names of one image come together.
Result<std::vector<Saved>> resolve(const Store& store, const std::vector<std::string>& names)
{
    std::vector<Saved> result;
    for (const std::string& name : names) {
        Image image = TRY(store.find(name));
        auto known = std::ranges::find(result, image.id, [](const Saved& saved) { return saved.image.id; });
        const auto reference = oci::Reference::parse(name);
        const bool named = reference && std::ranges::find(image.references, reference->text()) != image.references.end();
        if (known == result.end()) {
            result.push_back({ std::move(image), {} });
            known = result.end() - 1;
        }
        if (named && std::ranges::find(known->references, *reference) == known->references.end())
            known->references.push_back(*reference);
    }
    return result;
}

} // namespace

Result<void> Store::writeLayerTar(const Digest& chainId, archive::ByteSink& sink) const
{
    const Layer held = TRY(layer(chainId)); // also keeps it while we read
    const auto row = TRY(m_impl->catalog->layer(chainId));
    if (!row)
        return Error(ErrorCode::NotFound, fmt::format("no such layer: {}", chainId.text()));
    Digest written;
    if (!row->blob.empty()) {
        const UniqueFd fd = TRY(os::openFile(m_impl->blobPath(row->blob), O_RDONLY | O_NOFOLLOW));
        archive::FdSource source(fd.get());
        auto plain = TRY(archive::Decompressor::create(source));
        archive::HashingSink hashing(&sink);
        TRY_CONTEXT(fmt::format("layer {}", row->diff.shortHex()), archive::copy(*plain, hashing));
        written = hashing.finish();
    } else {
        const auto files = TRY(os::Beneath::open(held.directory));
        written = TRY_CONTEXT(fmt::format("layer {}", row->diff.shortHex()), packLayer(files, &sink, nullptr)).diffId;
    }
    if (written != row->diff)
        return Error(ErrorCode::Corrupt, fmt::format("layer {}: its files were changed: they now make {}", row->diff.shortHex(), written.shortHex()));
    return {};
}

Result<void> Store::save(const std::vector<std::string>& names, archive::ByteSink& sink, std::stop_token stop) const
{
    const std::vector<Saved> saved = TRY(resolve(*this, names));
    archive::TarWriter tar(sink);
    MemberSink member(tar);
    TRY(tar.add(directory("blobs")));
    TRY(tar.add(directory("blobs/sha256")));

    std::set<Digest> written;
    oci::Index index;
    index.mediaType = oci::media::ociIndex;
    json::Array dockerManifest;
    for (const Saved& entry : saved) {
        oci::Manifest manifest;
        manifest.mediaType = oci::media::ociManifest;
        manifest.config.mediaType = oci::media::ociConfig;
        manifest.config.digest = entry.image.id;
        manifest.config.size = entry.image.configJson.size();
        json::Array layerPaths;
        for (const Digest& chain : entry.image.chains) {
            if (stop.stop_requested())
                return Error(ErrorCode::Cancelled, "cancelled");
            const Layer held = TRY(layer(chain));
            oci::Descriptor descriptor;
            descriptor.mediaType = oci::media::ociLayerTar;
            descriptor.digest = held.diffId;
            descriptor.size = held.tarBytes;
            manifest.layers.push_back(descriptor);
            layerPaths.emplace_back(blobName(held.diffId));
            if (!written.insert(held.diffId).second)
                continue;
            TRY(tar.add(file(blobName(held.diffId), held.tarBytes)));
            TRY(writeLayerTar(chain, member));
        }
        if (written.insert(entry.image.id).second)
            TRY(tar.addFile(file(blobName(entry.image.id), 0), entry.image.configJson));
        const std::string manifestText = manifest.serialize();
        const Digest manifestDigest = Digest::ofText(manifestText);
        if (written.insert(manifestDigest).second)
            TRY(tar.addFile(file(blobName(manifestDigest), 0), manifestText));

        oci::Descriptor descriptor;
        descriptor.mediaType = manifest.mediaType;
        descriptor.digest = manifestDigest;
        descriptor.size = manifestText.size();
        descriptor.platform = entry.image.config.platform;
        json::Array tags;
        for (const oci::Reference& reference : entry.references) {
            descriptor.annotations = { { std::string(oci::media::annotationImageName), reference.text() },
                { std::string(oci::media::annotationRefName), reference.tag() } };
            index.manifests.push_back(descriptor);
            tags.emplace_back(reference.familiar());
        }
        if (entry.references.empty())
            index.manifests.push_back(descriptor);
        dockerManifest.emplace_back(json::Object { { "Config", blobName(entry.image.id) },
            { "RepoTags", tags.empty() ? json::Value(nullptr) : json::Value(std::move(tags)) }, { "Layers", std::move(layerPaths) } });
    }
    TRY(tar.addFile(file("index.json", 0), index.serialize()));
    TRY(tar.addFile(file("manifest.json", 0), json::serialize(dockerManifest)));
    TRY(tar.addFile(file("oci-layout", 0), R"({"imageLayoutVersion":"1.0.0"})"));
    return tar.finish();
}

} // namespace darsena::store
