// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/store/heal.h"

#include "core/base/log.h"
#include "core/os/file.h"
#include "core/store/layer_tar.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::store {

namespace fs = std::filesystem;

namespace {

bool isDirectory(const fs::path& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

Result<std::vector<std::string>> names(const fs::path& directory)
{
    std::vector<std::string> result;
    const auto opened = TRY(os::Beneath::open(directory));
    for (const os::DirectoryEntry& entry : TRY(opened.list(".")))
        result.push_back(entry.name);
    return result;
}

class Healer {
public:
    explicit Healer(Store::Impl& store)
        : m_store(store)
    {
    }

    Result<HealReport> run()
    {
        TRY(clearTemporary());
        TRY(checkSnapshots());
        TRY(checkLayers());
        TRY(checkBlobs());
        TRY(checkImages());
        return std::move(m_report);
    }

private:
    void removeStray(const fs::path& path, std::uint64_t& count)
    {
        if (auto removed = os::removeTree(path); !removed)
            m_report.damaged.push_back(removed.error().message());
        else
            ++count;
    }

    Result<void> clearTemporary()
    {
        std::uint64_t count = 0;
        const auto left = TRY(names(m_store.root / "tmp"));
        for (const std::string& name : left)
            removeStray(m_store.root / "tmp" / name, count);
        if (count > 0)
            m_report.healed.push_back(fmt::format("removed {} leftovers of unfinished operations", count));
        return {};
    }

    Result<void> checkSnapshots()
    {
        const auto rows = TRY(m_store.catalog->snapshots());
        for (const SnapshotRow& row : rows) {
            if (isDirectory(m_store.snapshotPath(row.directory) / "fs") && isDirectory(m_store.snapshotPath(row.directory) / "work")) {
                m_known.insert(row.directory);
                continue;
            }
            TRY(m_store.catalog->removeSnapshot(row.id));
            m_report.damaged.push_back(fmt::format("the writable layer of container {} is missing", row.id));
        }
        return {};
    }

    Result<void> checkLayers()
    {
        const auto rows = TRY(m_store.catalog->layers());
        std::set<std::string> diffs;
        for (const LayerRow& row : rows) {
            m_known.insert(row.directory);
            diffs.insert(row.diff.hex());
            const fs::path files = m_store.snapshotPath(row.directory) / "fs";
            if (!isDirectory(files)) {
                m_missing.insert(row.chain);
                m_report.damaged.push_back(fmt::format("the files of layer {} are missing", row.diff.shortHex()));
            } else if (::access(m_store.indexPath(row.diff).c_str(), F_OK) != 0) {
                remakeIndex(row, files);
            }
        }
        std::uint64_t strays = 0;
        const auto present = TRY(names(m_store.root / "snapshots"));
        for (const std::string& name : present) {
            if (!m_known.contains(name))
                removeStray(m_store.snapshotPath(name), strays);
        }
        const auto indexes = TRY(names(m_store.root / "index"));
        for (const std::string& name : indexes) {
            if (!diffs.contains(name))
                removeStray(m_store.root / "index" / name, strays);
        }
        if (strays > 0)
            m_report.healed.push_back(fmt::format("removed {} snapshots and indexes that no layer has", strays));
        return {};
    }

    void remakeIndex(const LayerRow& row, const fs::path& files)
    {
        const fs::path temporary = m_store.root / "tmp" / ("index-" + row.diff.hex());
        const auto make = [&]() -> Result<void> {
            const UniqueFd fd = TRY(os::openFile(temporary, O_WRONLY | O_CREAT | O_TRUNC));
            archive::FdSink sink(fd.get());
            const auto directory = TRY(os::Beneath::open(files));
            TRY(packLayer(directory, nullptr, &sink));
            TRY(os::syncFile(fd.get()));
            if (::rename(temporary.c_str(), m_store.indexPath(row.diff).c_str()) != 0)
                return Error::system(errno, temporary.native());
            return os::syncDirectory(m_store.root / "index");
        };
        if (auto made = make(); made)
            m_report.healed.push_back(fmt::format("made the file index of layer {} anew", row.diff.shortHex()));
        else
            m_report.damaged.push_back(fmt::format("layer {}: {}", row.diff.shortHex(), made.error().message()));
    }

    Result<void> checkBlobs()
    {
        std::set<std::string> known;
        for (const auto& [digest, size] : TRY(m_store.catalog->blobs())) {
            known.insert(digest.hex());
            struct stat status {};
            if (::lstat(m_store.blobPath(digest).c_str(), &status) != 0 || !S_ISREG(status.st_mode) || static_cast<std::uint64_t>(status.st_size) != size) {
                m_missingBlobs.insert(digest);
                m_report.damaged.push_back(fmt::format("blob {} is missing or cut off", digest.shortHex()));
            }
        }
        std::uint64_t strays = 0;
        const auto present = TRY(names(m_store.root / "blobs" / "sha256"));
        for (const std::string& name : present) {
            if (!known.contains(name))
                removeStray(m_store.root / "blobs" / "sha256" / name, strays);
        }
        if (strays > 0)
            m_report.healed.push_back(fmt::format("removed {} blobs that nothing refers to", strays));
        return {};
    }

    Result<void> checkImages()
    {
        for (const ImageRow& image : TRY(m_store.catalog->images())) {
            const auto references = TRY(m_store.catalog->tagsOf(image.id));
            const std::string name = references.empty() ? image.id.shortHex() : references.front();
            if (m_missingBlobs.contains(image.id))
                m_report.damaged.push_back(fmt::format("image {} lacks its configuration", name));
            for (const Digest& chain : image.chains) {
                if (m_missing.contains(chain)) {
                    m_report.damaged.push_back(fmt::format("image {} lacks a layer: remove it and load it again", name));
                    break;
                }
            }
        }
        return {};
    }

    Store::Impl& m_store;
    HealReport m_report;
    std::set<std::string> m_known; ///< directories below snapshots/ that belong to something
    std::set<Digest> m_missing; ///< chains without files
    std::set<Digest> m_missingBlobs;
};

} // namespace

Result<HealReport> heal(Store::Impl& store)
{
    return Healer(store).run();
}

} // namespace darsena::store
