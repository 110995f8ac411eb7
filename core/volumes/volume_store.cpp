// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/volumes/volume_store.h"

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/os/file.h"
#include "core/volumes/local_options.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <sys/random.h>

namespace darsena::volumes {

namespace {

constexpr std::size_t kMaxMetadata = 1 << 20;
constexpr std::string_view kMetadata = "volume.json";
constexpr std::string_view kRemoved = ".removed-"; ///< no volume's name begins so

std::string randomName()
{
    std::array<unsigned char, 32> bytes{};
    [[maybe_unused]] const auto got = ::getrandom(bytes.data(), bytes.size(), 0); // cannot fail for so few bytes
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

/// What an engine that died was making or removing.
void sweep(const std::filesystem::path& root)
{
    std::error_code error;
    std::vector<std::filesystem::path> folders;
    for (std::filesystem::directory_iterator it(root, error), end; !error && it != end; it.increment(error))
        folders.push_back(it->path());
    for (const auto& folder : folders) {
        if (folder.filename().string().starts_with(kRemoved)) {
            if (const auto gone = os::removeTree(folder); !gone)
                log::warning("volumes: {}", gone.error().message());
            continue;
        }
        os::removeTemporaries(folder);
        // Never finished: nobody has written to it. With content it stays, whatever became of its record.
        std::error_code ignored;
        if (!std::filesystem::exists(folder / kMetadata, ignored)) {
            std::filesystem::remove(folder / "_data", ignored);
            std::filesystem::remove(folder, ignored);
        }
    }
}

} // namespace

Result<std::unique_ptr<VolumeStore>> VolumeStore::open(const std::filesystem::path& root)
{
    TRY(os::makeDirectories(root, 0700));
    sweep(root);
    return std::unique_ptr<VolumeStore>(new VolumeStore(root));
}

Result<void> VolumeStore::checkName(std::string_view name)
{
    const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    const auto fits = [&](char c) { return alphanumeric(c) || c == '_' || c == '.' || c == '-'; };
    if (name.size() == 1)
        return Error(ErrorCode::Invalid, "volume name is too short, names should be at least two alphanumeric characters");
    if (name.size() > 255)
        return Error(ErrorCode::Invalid, "volume name is too long, names should be at most 255 characters");
    if (name.empty() || !alphanumeric(name.front()) || !std::ranges::all_of(name, fits))
        return Error(ErrorCode::Invalid,
            fmt::format("\"{}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are "
                        "allowed. If you intended to pass a host directory, use absolute path",
                name));
    return {};
}

Result<Volume> VolumeStore::read(const std::string& name) const
{
    const auto folder = m_root / name;
    const std::string text = TRY(os::readFile(folder / kMetadata, kMaxMetadata));
    const json::Value value = TRY(json::parse(text));
    if (!value.is_object())
        return Error(ErrorCode::Corrupt, fmt::format("volume {}: {} is not an object", name, kMetadata));
    const json::Object& object = value.get_object();
    Volume volume;
    volume.name = name;
    volume.data = folder / "_data";
    volume.created = std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(TRY(json::integer(object, "created"))));
    volume.anonymous = TRY(json::boolean(object, "anonymous"));
    volume.populated = TRY(json::boolean(object, "populated"));
    for (const auto& [key, target] : {std::pair("labels", &volume.labels), std::pair("options", &volume.options)}) {
        if (const json::Object* members = TRY(json::object(object, key))) {
            for (const auto& member : *members)
                target->emplace(member.key(), TRY(json::text(*members, member.key())));
        }
    }
    return volume;
}

Result<void> VolumeStore::write(const Volume& volume) const
{
    const auto objectOf = [](const std::map<std::string, std::string>& map) {
        json::Object object;
        for (const auto& [key, value] : map)
            object[key] = value;
        return object;
    };
    const json::Object object{{"created", volume.created.time_since_epoch().count()}, {"anonymous", volume.anonymous},
        {"populated", volume.populated}, {"labels", objectOf(volume.labels)}, {"options", objectOf(volume.options)}};
    return os::writeFileAtomic(m_root / volume.name / kMetadata, json::serialize(object), os::Durability::Synced);
}

Result<Volume> VolumeStore::create(std::string_view name, const std::map<std::string, std::string>& labels, bool anonymous,
    const std::map<std::string, std::string>& options)
{
    if (!name.empty())
        TRY(checkName(name));
    TRY(checkOptions(options));
    const std::lock_guard lock(m_mutex);
    Volume volume;
    volume.name = name.empty() ? randomName() : std::string(name);
    const auto folder = m_root / volume.name;
    std::error_code ignored;
    if (std::filesystem::exists(folder / kMetadata, ignored)) {
        Volume known = TRY(read(volume.name));
        if (!options.empty() && options != known.options)
            return Error(ErrorCode::Conflict,
                fmt::format("a volume named {} exists already, with other driver options: remove it first, or use another name", volume.name));
        return known;
    }
    volume.data = folder / "_data";
    volume.created = std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
    volume.labels = labels;
    volume.options = options;
    volume.anonymous = anonymous || name.empty();
    // The metadata come last: a folder without is one that was never finished, and is taken over here.
    TRY(os::makeDirectories(folder, 0700));
    TRY(os::makeDirectories(volume.data, 0755));
    TRY_CONTEXT(fmt::format("make volume {}", volume.name), write(volume));
    TRY(os::syncDirectory(m_root));
    return volume;
}

Result<Volume> VolumeStore::find(std::string_view name) const
{
    const auto missing = [&] { return Error(ErrorCode::NotFound, fmt::format("get {}: no such volume", name)); };
    if (!checkName(name))
        return missing();
    const std::lock_guard lock(m_mutex);
    std::error_code ignored;
    const std::string text(name);
    if (!std::filesystem::exists(m_root / text / kMetadata, ignored))
        return missing();
    return read(text);
}

Result<std::vector<Volume>> VolumeStore::list() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<Volume> list;
    std::error_code error;
    for (std::filesystem::directory_iterator it(m_root, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename();
        std::error_code ignored;
        if (!checkName(name) || !std::filesystem::exists(it->path() / kMetadata, ignored))
            continue;
        auto volume = read(name);
        if (volume)
            list.push_back(std::move(*volume));
        else
            log::warning("volume {} is left out: {}", name, volume.error().message());
    }
    if (error)
        return Error::system(error.value(), fmt::format("list {}", m_root.string()));
    std::ranges::sort(list, {}, &Volume::name);
    return list;
}

Result<void> VolumeStore::markPopulated(std::string_view name)
{
    const std::lock_guard lock(m_mutex);
    Volume volume = TRY(read(std::string(name)));
    volume.populated = true;
    return write(volume);
}

Result<void> VolumeStore::remove(std::string_view name)
{
    (void)TRY(find(name));
    const std::lock_guard lock(m_mutex);
    const auto folder = m_root / std::string(name);
    // Its name goes first, so that a half removed volume is none; the next start would finish this.
    const auto removed = m_root / fmt::format("{}{}", kRemoved, Digest::ofText(name).hex());
    TRY(os::removeTree(removed));
    if (::rename(folder.c_str(), removed.c_str()) != 0)
        return Error::system(errno, fmt::format("remove volume {}", name));
    return os::removeTree(removed);
}

} // namespace darsena::volumes
