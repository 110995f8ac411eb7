// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/tar_writer.h"
#include "core/oci/image.h"

#include <QtGlobal>

#include <fmt/format.h>

#include <source_location>
#include <string>
#include <vector>

namespace darsena::test {

/// The value, or the end of the test program with the error's words.
template<typename T>
T must(Result<T> result, std::source_location where = std::source_location::current())
{
    if (!result)
        qFatal("line %u: %s", static_cast<unsigned>(where.line()), result.error().message().c_str());
    return std::move(result).value();
}
inline void must(Result<void> result, std::source_location where = std::source_location::current())
{
    if (!result)
        qFatal("line %u: %s", static_cast<unsigned>(where.line()), result.error().message().c_str());
}

using archive::Entry;
using archive::EntryType;

inline Entry entry(std::string path, EntryType type, std::uint32_t mode = 0644, std::string link = {})
{
    Entry result;
    result.path = std::move(path);
    result.type = type;
    result.mode = mode;
    result.link = std::move(link);
    result.mtime = 1'700'000'000;
    return result;
}
inline Entry file(std::string path, std::uint32_t mode = 0644) { return entry(std::move(path), EntryType::File, mode); }
inline Entry directory(std::string path, std::uint32_t mode = 0755) { return entry(std::move(path), EntryType::Directory, mode); }

/// A tar in memory.
class TarText {
public:
    TarText()
        : m_writer(m_sink)
    {
    }
    TarText& add(const Entry& member, std::string_view content = {})
    {
        const auto added = member.type == EntryType::File ? m_writer.addFile(member, content) : m_writer.add(member);
        if (!added)
            qFatal("%s", added.error().message().c_str());
        return *this;
    }
    TarText& add(const std::string& path, std::string_view content) { return add(file(path), content); }
    std::string text()
    {
        if (!m_writer.finish())
            qFatal("tar");
        return m_sink.take();
    }

private:
    archive::MemorySink m_sink;
    archive::TarWriter m_writer;
};

inline oci::ImageConfig config(const std::vector<std::string>& layers)
{
    oci::ImageConfig result;
    result.platform = oci::Platform::host();
    result.created = "2024-05-06T07:08:09Z";
    result.config.env = { "PATH=/bin" };
    result.config.cmd = { { "/bin/sh" } };
    for (const std::string& layer : layers) {
        result.diffIds.push_back(Digest::ofText(layer));
        result.history.push_back({ result.created, "RUN something", {}, {}, false });
    }
    return result;
}

/// A docker-archive in the old form: <hex>.json, N/layer.tar, manifest.json.
inline std::string dockerArchive(const std::vector<std::string>& layers, const std::string& tag)
{
    const std::string configText = config(layers).serialize();
    TarText tar;
    json::Array paths;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::string path = std::to_string(i) + "/layer.tar";
        tar.add(path, layers[i]);
        paths.emplace_back(path);
    }
    const std::string configName = Digest::ofText(configText).hex() + ".json";
    tar.add(configName, configText);
    json::Array tags;
    if (!tag.empty())
        tags.emplace_back(tag);
    tar.add("manifest.json", json::serialize(json::Array { json::Object { { "Config", configName }, { "RepoTags", tags }, { "Layers", paths } } }));
    return tar.text();
}

} // namespace darsena::test
