// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/archive_contents.h"

#include "core/archive/stream.h"
#include "core/archive/whiteout.h"
#include "core/base/json.h"
#include "core/os/file.h"

#include <algorithm>
#include <set>

#include <fcntl.h>

// docker-archive: moby's image specification v1.2 ("Combined Image JSON + Filesystem Changeset Format"); OCI: image-layout.md.
namespace darsena::store {

namespace {

constexpr std::size_t maxImages = 1024;

Result<Digest> digestOfFile(const std::filesystem::path& file)
{
    const UniqueFd fd = TRY(os::openFile(file, O_RDONLY | O_NOFOLLOW));
    archive::FdSource source(fd.get());
    archive::HashingSink sink(nullptr);
    TRY(archive::copy(source, sink));
    return sink.finish();
}

class ArchiveReader {
public:
    ArchiveReader(const std::filesystem::path& directory, const std::vector<Member>& members, const oci::Platform& wanted)
        : m_directory(directory)
        , m_wanted(wanted)
    {
        for (const Member& member : members)
            m_members[member.path] = &member; // a later one of the same name counts, as when unpacking
    }

    Result<ArchiveContents> read()
    {
        if (m_members.contains("manifest.json"))
            TRY_CONTEXT("manifest.json", readDocker());
        else if (m_members.contains("index.json"))
            TRY_CONTEXT("index.json", readLayout());
        else
            return Error(ErrorCode::Invalid, "not an image archive: it has neither manifest.json nor index.json");
        return std::move(m_contents);
    }

private:
    Result<const Member*> member(const std::string& path, bool followLinks) const
    {
        std::string wanted = path;
        for (int hops = 0; hops < 8; ++hops) {
            const auto found = m_members.find(wanted);
            if (found == m_members.end())
                return Error(ErrorCode::NotFound, fmt::format("the archive lacks {}", wanted));
            if (!found->second->isLink)
                return found->second;
            if (!followLinks)
                return Error(ErrorCode::Denied, fmt::format("{} is a link, which an image archive must not have", wanted));
            // A name in the archive, relative to the link's own directory; nothing of the file system.
            const std::size_t slash = wanted.rfind('/');
            const std::string base = slash == std::string::npos ? std::string() : wanted.substr(0, slash + 1);
            wanted = TRY(archive::cleanMember(base + found->second->link));
        }
        return Error(ErrorCode::Invalid, fmt::format("{}: links of links", path));
    }

    std::filesystem::path file(const Member& member) const { return m_directory / std::to_string(member.file); }

    Result<std::string> text(const std::string& path, std::size_t maxBytes) const
    {
        const Member* found = TRY(member(path, false));
        return os::readFile(file(*found), maxBytes).withContext(path);
    }

    /// The file of a blob of an OCI layout, its digest and size checked.
    Result<std::filesystem::path> blob(const oci::Descriptor& descriptor)
    {
        const std::string path = "blobs/sha256/" + descriptor.digest.hex();
        const Member* found = TRY(member(path, false));
        if (found->size != descriptor.size)
            return Error(ErrorCode::Corrupt, fmt::format("{}: {} bytes, but {} are announced", path, found->size, descriptor.size));
        if (!m_verified.contains(path)) {
            if (TRY(digestOfFile(file(*found))) != descriptor.digest)
                return Error(ErrorCode::Corrupt, fmt::format("{}: the content has another digest", path));
            m_verified.insert(path);
        }
        return file(*found);
    }

    Result<std::string> blobText(const oci::Descriptor& descriptor, std::size_t maxBytes)
    {
        const auto path = TRY(blob(descriptor));
        return os::readFile(path, maxBytes);
    }

    Result<void> readDocker()
    {
        const std::string bytes = TRY(text("manifest.json", oci::maxManifestBytes));
        const json::Value document = TRY(json::parseStrict(bytes));
        if (!document.is_array())
            return Error(ErrorCode::Invalid, "not a list");
        if (document.as_array().size() > maxImages)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} images", maxImages));
        for (const json::Value& value : document.as_array()) {
            if (!value.is_object())
                return Error(ErrorCode::Invalid, "an entry is not an object");
            TRY(readDockerImage(value.as_object()));
        }
        return {};
    }

    Result<void> readDockerImage(const json::Object& object)
    {
        ArchivedImage image;
        const std::string named = TRY(json::text(object, "Config"));
        const std::string configPath = TRY(archive::cleanMember(named));
        image.configJson = TRY(text(configPath, oci::maxConfigBytes));
        image.id = Digest::ofText(image.configJson);
        // The file is named after its digest; a name that lies is damage or an attempt.
        std::string stem = configPath.substr(configPath.rfind('/') + 1);
        if (stem.ends_with(".json"))
            stem.resize(stem.size() - 5);
        if (const auto claimed = Digest::fromHex(stem); claimed && *claimed != image.id)
            return Error(ErrorCode::Corrupt, fmt::format("{}: the content has another digest", configPath));
        image.config = TRY_CONTEXT(configPath, oci::ImageConfig::parse(image.configJson));

        const auto layerPaths = TRY(json::texts(object, "Layers"));
        if (layerPaths.size() != image.config.diffIds.size())
            return Error(ErrorCode::Invalid, fmt::format("{} layers, but the configuration has {}", layerPaths.size(), image.config.diffIds.size()));
        for (const std::string& path : layerPaths) {
            const std::string clean = TRY(archive::cleanMember(path));
            const Member* found = TRY(member(clean, true));
            // Names of layers are ids of old engines, diff ids or digests: the diff id of the content is checked after
            // unpacking, which covers all of them.
            image.layers.push_back(file(*found));
            image.layerBlobs.emplace_back();
        }
        for (const std::string& tag : TRY(json::texts(object, "RepoTags"))) {
            if (tag == "<none>:<none>")
                continue;
            image.references.push_back(TRY(oci::Reference::parse(tag)));
        }
        m_contents.images.push_back(std::move(image));
        return {};
    }

    Result<void> readLayout()
    {
        const std::string layoutBytes = TRY(text("oci-layout", 64 * 1024));
        const json::Value layout = TRY_CONTEXT("oci-layout", json::parse(layoutBytes));
        if (!layout.is_object())
            return Error(ErrorCode::Invalid, "oci-layout: not an object");
        if (const auto version = TRY(json::text(layout.as_object(), "imageLayoutVersion")); !version.starts_with("1."))
            return Error(ErrorCode::Unsupported, fmt::format("oci-layout: version \"{}\"", version));
        const std::string indexBytes = TRY(text("index.json", oci::maxManifestBytes));
        const oci::Index index = TRY(oci::Index::parse(indexBytes));
        if (index.manifests.size() > maxImages)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} images", maxImages));

        // Entries of one name are one image for several platforms.
        std::map<std::string, oci::Index> groups;
        std::vector<std::string> order;
        for (const oci::Descriptor& entry : index.manifests) {
            if (!oci::media::isIndex(entry.mediaType) && !oci::media::isManifest(entry.mediaType)) {
                m_contents.warnings.push_back(fmt::format("skipped an entry of type \"{}\"", entry.mediaType));
                continue;
            }
            const std::string name = nameOf(entry);
            const std::string key = name.empty() && !entry.platform ? "@" + entry.digest.text() : name;
            if (groups[key].manifests.empty())
                order.push_back(key);
            groups[key].manifests.push_back(entry);
        }
        for (const std::string& key : order) {
            const oci::Index& group = groups[key];
            oci::Descriptor chosen = group.manifests.front();
            if (group.manifests.size() > 1)
                chosen = TRY(group.pick(m_wanted));
            TRY(readLayoutImage(chosen, key.starts_with('@') ? std::string() : key, 0));
        }
        return {};
    }

    static std::string nameOf(const oci::Descriptor& entry)
    {
        for (std::string_view annotation : { oci::media::annotationImageName, oci::media::annotationRefName }) {
            const auto found = entry.annotations.find(std::string(annotation));
            if (found != entry.annotations.end())
                return found->second;
        }
        return {};
    }

    Result<void> readLayoutImage(const oci::Descriptor& entry, const std::string& name, int depth)
    {
        if (oci::media::isIndex(entry.mediaType)) {
            if (depth > 2)
                return Error(ErrorCode::Invalid, "indexes in indexes");
            const std::string nestedBytes = TRY(blobText(entry, oci::maxManifestBytes));
            const oci::Index nested = TRY(oci::Index::parse(nestedBytes));
            const oci::Descriptor chosen = TRY_CONTEXT(entry.digest.shortHex(), nested.pick(m_wanted));
            return readLayoutImage(chosen, name, depth + 1);
        }
        const std::string manifestBytes = TRY(blobText(entry, oci::maxManifestBytes));
        const oci::Manifest manifest = TRY(oci::Manifest::parse(manifestBytes));
        if (!oci::media::isConfig(manifest.config.mediaType)) {
            m_contents.warnings.push_back(fmt::format("skipped {}, which is no image but \"{}\"", entry.digest.shortHex(), manifest.config.mediaType));
            return {};
        }
        ArchivedImage image;
        image.id = manifest.config.digest;
        image.configJson = TRY(blobText(manifest.config, oci::maxConfigBytes));
        image.config = TRY_CONTEXT(image.id.shortHex(), oci::ImageConfig::parse(image.configJson));
        if (manifest.layers.size() != image.config.diffIds.size())
            return Error(ErrorCode::Invalid, fmt::format("{} layers, but the configuration has {}", manifest.layers.size(), image.config.diffIds.size()));
        for (const oci::Descriptor& layer : manifest.layers) {
            if (!oci::media::isLayer(layer.mediaType))
                return Error(ErrorCode::Unsupported, fmt::format("a layer of type \"{}\"", layer.mediaType));
            image.layers.push_back(TRY(blob(layer)));
            image.layerBlobs.push_back(layer.digest);
        }
        addName(image, name);
        m_contents.images.push_back(std::move(image));
        return {};
    }

    void addName(ArchivedImage& image, const std::string& name)
    {
        if (name.empty())
            return;
        // "org.opencontainers.image.ref.name" often is a tag alone, which names no repository.
        if (name.find_first_of(":/") == std::string::npos) {
            m_contents.warnings.push_back(fmt::format("image {} has the tag \"{}\" but no name: it was loaded without one", image.id.shortHex(), name));
            return;
        }
        if (auto reference = oci::Reference::parse(name))
            image.references.push_back(std::move(*reference));
        else
            m_contents.warnings.push_back(reference.error().message());
    }

    std::filesystem::path m_directory;
    oci::Platform m_wanted;
    std::map<std::string, const Member*> m_members;
    std::set<std::string> m_verified;
    ArchiveContents m_contents;
};

} // namespace

Result<ArchiveContents> readArchive(const std::filesystem::path& directory, const std::vector<Member>& members, const oci::Platform& wanted)
{
    return ArchiveReader(directory, members, wanted).read();
}

} // namespace darsena::store
