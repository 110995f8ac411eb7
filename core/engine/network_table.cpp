// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/network_table.h"

#include "core/base/log.h"
#include "core/engine/network_names.h"
#include "core/engine/texts.h"
#include "core/os/file.h"

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxNetworkFile = 4 << 20;

const std::vector<NetworkRecord>& builtins()
{
    static const std::vector<NetworkRecord> list = [] {
        std::vector<NetworkRecord> made;
        for (const char* name : {"bridge", "host", "none"}) {
            NetworkRecord record;
            record.network.name = name;
            record.network.id = networkId(name);
            record.network.created = now();
            record.network.driver = record.network.name == "none" ? "null" : name;
            made.push_back(std::move(record));
        }
        return made;
    }();
    return list;
}

Result<NetworkRecord> readRecord(const std::filesystem::path& path)
{
    const std::string text = TRY(os::readFile(path, kMaxNetworkFile));
    const json::Value value = TRY(json::parse(text));
    return networkFromJson(value);
}

} // namespace

NetworkTable::NetworkTable(std::filesystem::path folder)
    : m_folder(std::move(folder))
{
}

Result<void> NetworkTable::load()
{
    TRY(os::makeDirectories(m_folder, 0700));
    const std::lock_guard lock(m_mutex);
    for (const NetworkRecord& record : builtins())
        m_names.emplace(record.network.name, record.network.id);
    std::error_code error;
    for (std::filesystem::directory_iterator it(m_folder, error), end; !error && it != end; it.increment(error)) {
        if (it->path().extension() != ".json") {
            // What a write that was cut short left.
            std::error_code ignored;
            std::filesystem::remove(it->path(), ignored);
            continue;
        }
        auto record = readRecord(it->path());
        if (record && (record->network.id + ".json" != it->path().filename().string() || m_names.contains(record->network.name)))
            record = Error(ErrorCode::Corrupt, "the file is another network's, or its name is taken");
        if (!record) {
            log::error("network {} is left out: {}", it->path().filename().string(), record.error().message());
            continue;
        }
        m_names.emplace(record->network.name, record->network.id);
        m_byId.emplace(record->network.id, std::move(*record));
    }
    if (error)
        return Error::system(error.value(), fmt::format("list {}", m_folder.string()));
    return {};
}

Result<NetworkRecord> NetworkTable::find(std::string_view reference) const
{
    const std::lock_guard lock(m_mutex);
    const auto byId = [&](const std::string& id) -> const NetworkRecord& {
        for (const NetworkRecord& record : builtins()) {
            if (record.network.id == id)
                return record;
        }
        return m_byId.at(id);
    };
    if (const auto named = m_names.find(reference); named != m_names.end() && !named->second.empty())
        return byId(named->second);
    std::vector<std::string> matches;
    for (const auto& [name, id] : m_names) {
        if (!id.empty() && !reference.empty() && id.starts_with(reference))
            matches.push_back(id);
    }
    if (matches.size() == 1)
        return byId(matches.front());
    if (matches.size() > 1)
        return Error(ErrorCode::Invalid, fmt::format("network {} is ambiguous ({} matches found based on ID prefix)", reference, matches.size()));
    return Error(ErrorCode::NotFound, fmt::format("network {} not found", reference));
}

std::vector<NetworkRecord> NetworkTable::all() const
{
    std::vector<NetworkRecord> list;
    const std::lock_guard lock(m_mutex);
    for (const auto& [id, record] : m_byId)
        list.push_back(record);
    std::ranges::sort(list, {}, [](const NetworkRecord& record) { return record.network.created.value_or(model::Time()); });
    list.insert(list.begin(), builtins().begin(), builtins().end());
    return list;
}

Result<void> NetworkTable::reserveName(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    if (!m_names.emplace(name, "").second)
        return Error(ErrorCode::Conflict, fmt::format("network with name {} already exists", name));
    return {};
}

void NetworkTable::releaseName(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    m_names.erase(name);
}

Result<void> NetworkTable::add(const NetworkRecord& record)
{
    TRY(os::writeFileAtomic(file(record.network.id), json::serialize(toJson(record)), os::Durability::Synced));
    const std::lock_guard lock(m_mutex);
    m_names.insert_or_assign(record.network.name, record.network.id);
    m_byId.insert_or_assign(record.network.id, record);
    return {};
}

Result<void> NetworkTable::remove(const std::string& id)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_byId.find(id);
    if (found == m_byId.end())
        return Error(ErrorCode::NotFound, fmt::format("network {} not found", id));
    TRY(os::removeTree(file(id)));
    TRY(os::syncDirectory(m_folder));
    m_names.erase(found->second.network.name);
    m_byId.erase(found);
    return {};
}

} // namespace darsena::engine
