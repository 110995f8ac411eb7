// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_files.h"

#include "core/base/log.h"
#include "core/os/file.h"

#include <cerrno>
#include <thread>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxRecord = 8 << 20;
/// The record of a container that is being removed with its volumes.
constexpr std::string_view kRemoved = "removed.json";

bool isId(std::string_view text)
{
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<ContainerFiles::Stored> loadOne(const std::filesystem::path& folder, const std::string& id)
{
    ContainerFiles::Stored stored;
    const std::string record = TRY(os::readFile(folder / "config.json", kMaxRecord));
    const json::Value recordValue = TRY_CONTEXT("config.json", json::parse(record));
    stored.record = TRY_CONTEXT("config.json", recordFromJson(recordValue));
    if (stored.record.id != id)
        return Error(ErrorCode::Corrupt, "config.json is of another container");
    const auto state = os::readFile(folder / "state.json", kMaxRecord);
    if (!state)
        return stored; // it was never started
    const json::Value stateValue = TRY_CONTEXT("state.json", json::parse(*state));
    stored.state = TRY_CONTEXT("state.json", stateFromJson(stateValue));
    return stored;
}

Result<void> removeOfMonitor(const std::filesystem::path& folder)
{
    auto removed = os::removeTree(folder);
    // A monitor that is just ending may still have written a file between the look and the removal.
    for (int tries = 0; tries < 20 && !removed && removed.error().systemError() == ENOTEMPTY; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        removed = os::removeTree(folder);
    }
    return removed;
}

} // namespace

Result<ContainerFiles> ContainerFiles::open(const std::filesystem::path& root, const std::filesystem::path& run)
{
    ContainerFiles files(root / "containers", run);
    for (const auto& folder : {files.m_containers, run / "shims", run / "files", run / "execs"})
        TRY(os::makeDirectories(folder, 0700));
    return files;
}

Result<void> ContainerFiles::saveRecord(const ContainerRecord& record) const
{
    TRY(os::makeDirectories(folder(record.id), 0700));
    return os::writeFileAtomic(folder(record.id) / "config.json", json::serialize(toJson(record)), os::Durability::None);
}

Result<void> ContainerFiles::saveState(const std::string& id, const ContainerState& state) const
{
    return os::writeFileAtomic(folder(id) / "state.json", json::serialize(toJson(state)), os::Durability::None);
}

Result<void> ContainerFiles::removeRecord(const std::string& id, bool withVolumes) const
{
    const auto record = folder(id) / "config.json";
    const auto removed = folder(id) / kRemoved;
    std::error_code error;
    if (withVolumes) {
        std::filesystem::rename(record, removed, error);
        if (error == std::errc::no_such_file_or_directory)
            error.clear(); // a removal that failed did this already
    } else {
        // Of a removal that failed, and wanted more than this one.
        std::filesystem::remove(removed, error);
        if (!error)
            std::filesystem::remove(record, error);
    }
    if (error)
        return Error::system(error.value(), "remove the record of the container");
    return {};
}

std::vector<ContainerRecord> ContainerFiles::removed() const
{
    std::vector<ContainerRecord> list;
    for (const std::string& id : idsBelow(m_containers)) {
        if (hasRecord(id))
            continue;
        const auto text = os::readFile(folder(id) / kRemoved, kMaxRecord);
        const auto value = text ? json::parse(*text) : Result<json::Value>(text.error());
        auto record = value ? recordFromJson(*value) : Result<ContainerRecord>(value.error());
        if (record && record->id == id)
            list.push_back(std::move(*record));
        else
            (void)remove(id);
    }
    return list;
}

bool ContainerFiles::hasRecord(const std::string& id) const
{
    std::error_code ignored;
    return std::filesystem::exists(folder(id) / "config.json", ignored);
}

Result<void> ContainerFiles::remove(const std::string& id) const
{
    TRY(removeRecord(id, false));
    return os::removeTree(folder(id));
}

void ContainerFiles::removeRun(const std::string& id) const
{
    for (const auto& path : {shim(id), etc(id)}) {
        if (const auto removed = removeOfMonitor(path); !removed)
            log::warning("container {}: {}", id.substr(0, 12), removed.error().message());
    }
}

Result<void> ContainerFiles::removeExec(const std::string& id) const
{
    return removeOfMonitor(exec(id));
}

Result<std::vector<ContainerFiles::Stored>> ContainerFiles::load() const
{
    std::vector<Stored> list;
    std::error_code error;
    for (std::filesystem::directory_iterator it(m_containers, error), end; !error && it != end; it.increment(error)) {
        const std::string id = it->path().filename();
        if (!isId(id))
            continue;
        std::error_code ignored;
        if (!std::filesystem::exists(it->path() / "config.json", ignored)) {
            log::info("removed the rest of container {}, which was being made or removed when the engine ended", id.substr(0, 12));
            if (!std::filesystem::exists(it->path() / kRemoved, ignored))
                (void)os::removeTree(it->path());
            continue;
        }
        os::removeTemporaries(it->path());
        auto stored = loadOne(it->path(), id);
        if (stored)
            list.push_back(std::move(*stored));
        else
            log::error("container {} is left out: {}", id.substr(0, 12), stored.error().message());
    }
    if (error)
        return Error::system(error.value(), fmt::format("list {}", m_containers.string()));
    return list;
}

std::vector<std::string> ContainerFiles::idsBelow(const std::filesystem::path& folder)
{
    std::vector<std::string> ids;
    std::error_code error;
    for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (isId(it->path().filename().string()))
            ids.push_back(it->path().filename());
    }
    return ids;
}

} // namespace darsena::engine
