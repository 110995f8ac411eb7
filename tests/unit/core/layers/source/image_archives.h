// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/archive/tar_writer.h"
#include "core/base/json.h"
#include "core/layers/index.h"
#include "core/oci/image.h"

#include <QString>

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <zlib.h>
#include <zstd.h>

namespace darsena::layers {

inline void must(const Result<void>& result)
{
    if (!result)
        qFatal("%s", result.error().message().c_str());
}

/// A member of a tar, as tests write it.
struct Member {
    std::string path;
    std::string content {};
    archive::EntryType type = archive::EntryType::File;
    std::string link {};
    std::uint32_t mode = 0644;
    std::vector<archive::Xattr> xattrs {};
};

inline Member file(std::string path, std::string content = {}, std::uint32_t mode = 0644) { return { std::move(path), std::move(content), archive::EntryType::File, {}, mode }; }
inline Member folder(std::string path, std::uint32_t mode = 0755) { return { std::move(path), {}, archive::EntryType::Directory, {}, mode }; }
inline Member softLink(std::string path, std::string target) { return { std::move(path), {}, archive::EntryType::Symlink, std::move(target) }; }
inline Member hardLink(std::string path, std::string target) { return { std::move(path), {}, archive::EntryType::Hardlink, std::move(target) }; }

inline std::string tarOf(const std::vector<Member>& members)
{
    archive::MemorySink sink;
    archive::TarWriter writer(sink);
    for (const Member& member : members) {
        archive::Entry entry;
        entry.path = member.path;
        entry.type = member.type;
        entry.link = member.link;
        entry.mode = member.mode;
        entry.mtime = 1'700'000'000;
        entry.size = member.content.size();
        entry.xattrs = member.xattrs;
        must(writer.addFile(entry, member.content));
    }
    must(writer.finish());
    return sink.take();
}

inline std::string gzipped(std::string_view plain)
{
    z_stream stream {};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, plain.size()), '\0');
    std::string input(plain);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

inline std::string zstandard(std::string_view plain)
{
    std::string packed(ZSTD_compressBound(plain.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
    return packed;
}

inline std::filesystem::path writeFile(const std::filesystem::path& path, std::string_view bytes)
{
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

/// A configuration with these layers (uncompressed tars).
inline std::string configOf(const std::vector<std::string>& layers, std::string_view architecture = "amd64", bool history = true)
{
    oci::ImageConfig config;
    config.platform = { "linux", std::string(architecture), {} };
    for (const std::string& layer : layers) {
        config.diffIds.push_back(Digest::ofText(layer));
        if (history)
            config.history.push_back({ .created = {}, .createdBy = fmt::format("RUN step {}", config.diffIds.size()), .author = {}, .comment = {} });
    }
    return config.serialize();
}

/// A docker-archive as Docker 1.10 to 24 wrote it, its layers uncompressed, in folders named after ids.
inline std::vector<Member> oldDockerArchive(const std::vector<std::string>& layers, const std::vector<std::string>& tags = { "hello:latest" })
{
    const std::string config = configOf(layers);
    const std::string configName = Digest::ofText(config).hex() + ".json";
    std::vector<Member> members { { configName, config } };
    json::Array names;
    std::map<std::string, std::string> seen;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string id = Digest::ofText(fmt::format("id {}", i)).hex();
        members.push_back(folder(id + "/"));
        members.push_back({ id + "/VERSION", "1.0" });
        members.push_back({ id + "/json", fmt::format(R"({{"id":"{}"}})", id) });
        if (const auto [first, fresh] = seen.emplace(layers[i], id); fresh)
            members.push_back({ id + "/layer.tar", layers[i] });
        else
            members.push_back(softLink(id + "/layer.tar", "../" + first->second + "/layer.tar"));
        names.emplace_back(id + "/layer.tar");
    }
    const json::Array manifest { json::Object { { "Config", configName }, { "RepoTags", json::fromTexts(tags) }, { "Layers", names } } };
    members.push_back({ "manifest.json", json::serialize(manifest) });
    members.push_back({ "repositories", R"({"hello":{"latest":""}})" });
    return members;
}

/// Builds the blobs of an OCI layout.
class Layout {
public:
    oci::Descriptor blob(std::string_view mediaType, std::string bytes)
    {
        oci::Descriptor descriptor;
        descriptor.mediaType = mediaType;
        descriptor.digest = Digest::ofText(bytes);
        descriptor.size = bytes.size();
        m_blobs["blobs/sha256/" + descriptor.digest.hex()] = std::move(bytes);
        return descriptor;
    }
    /// `stored`: the layers as they lie there, one for each in `plain`.
    oci::Descriptor image(const std::vector<std::string>& plain, const std::vector<std::string>& stored, std::string_view architecture = "amd64")
    {
        oci::Manifest manifest;
        manifest.mediaType = oci::media::ociManifest;
        manifest.config = blob(oci::media::ociConfig, configOf(plain, architecture));
        for (const std::string& bytes : stored)
            manifest.layers.push_back(blob(oci::media::ociLayerGzip, bytes));
        oci::Descriptor descriptor = blob(oci::media::ociManifest, manifest.serialize());
        descriptor.platform = oci::Platform { "linux", std::string(architecture), {} };
        return descriptor;
    }
    oci::Descriptor index(std::vector<oci::Descriptor> entries)
    {
        oci::Index index;
        index.mediaType = oci::media::ociIndex;
        index.manifests = std::move(entries);
        return blob(oci::media::ociIndex, index.serialize());
    }
    static oci::Descriptor named(oci::Descriptor descriptor, std::string name)
    {
        descriptor.annotations[std::string(oci::media::annotationRefName)] = std::move(name);
        return descriptor;
    }
    std::vector<Member> members(std::vector<oci::Descriptor> entries) const
    {
        oci::Index index;
        index.mediaType = oci::media::ociIndex;
        index.manifests = std::move(entries);
        std::vector<Member> result { { "oci-layout", R"({"imageLayoutVersion":"1.0.0"})" }, { "index.json", index.serialize() } };
        for (const auto& [path, bytes] : m_blobs)
            result.push_back({ path, bytes });
        return result;
    }

private:
    std::map<std::string, std::string> m_blobs;
};

/// One line a path: "d 755 etc", "f 644 3 etc/x", "h etc/y -> etc/x", "l lib -> usr/lib", "w gone"; o and i mark opaque and
/// implied directories.
inline QString listing(const Index& index)
{
    std::string text;
    for (const IndexEntry& entry : index.entries()) {
        switch (entry.type) {
        case EntryType::Whiteout:
            text += fmt::format("w {}\n", entry.path);
            break;
        case EntryType::Directory:
            text += fmt::format("d{}{} {:o} {}\n", entry.opaque ? "o" : "", entry.implied ? "i" : "", entry.mode, entry.path);
            break;
        case EntryType::Symlink:
            text += fmt::format("l {} -> {}\n", entry.path, entry.link);
            break;
        case EntryType::File:
            text += entry.hardLink ? fmt::format("h {} -> {}\n", entry.path, entry.link) : fmt::format("f {:o} {} {}\n", entry.mode, entry.size, entry.path);
            break;
        default:
            text += fmt::format("{} {}\n", name(entry.type), entry.path);
        }
    }
    return QString::fromStdString(text);
}

} // namespace darsena::layers
