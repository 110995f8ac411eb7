// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_table.h"

namespace darsena::engine {

Result<ContainerPointer> ContainerTable::find(std::string_view reference) const
{
    const auto missing = [&] { return Error(ErrorCode::NotFound, fmt::format("No such container: {}", reference)); };
    std::string_view key = reference;
    if (key.starts_with('/'))
        key.remove_prefix(1);
    if (key.empty())
        return missing();
    const std::lock_guard lock(m_mutex);
    if (const auto exact = m_byId.find(key); exact != m_byId.end())
        return exact->second;
    if (const auto named = m_names.find(key); named != m_names.end()) {
        const auto container = m_byId.find(named->second);
        return container == m_byId.end() ? Result<ContainerPointer>(missing()) : container->second;
    }
    const auto first = m_byId.lower_bound(key);
    if (first == m_byId.end() || !first->first.starts_with(key))
        return missing();
    if (const auto second = std::next(first); second != m_byId.end() && second->first.starts_with(key))
        return Error(ErrorCode::Invalid, fmt::format("multiple IDs found with provided prefix: {}", key));
    return first->second;
}

std::vector<ContainerPointer> ContainerTable::all() const
{
    std::vector<std::pair<model::Time, ContainerPointer>> list;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [id, container] : m_byId)
            list.emplace_back(container->record.created, container); // never changes after creation
    }
    std::ranges::stable_sort(list, std::greater<>(), &std::pair<model::Time, ContainerPointer>::first);
    std::vector<ContainerPointer> containers;
    for (auto& [created, container] : list)
        containers.push_back(std::move(container));
    return containers;
}

Result<void> ContainerTable::reserveName(const std::string& name, const std::string& id)
{
    const std::lock_guard lock(m_mutex);
    const auto [place, fresh] = m_names.emplace(name, id);
    if (!fresh && place->second != id)
        return Error(ErrorCode::Conflict,
            fmt::format("Conflict. The container name \"/{}\" is already in use by container \"{}\". You have to remove (or rename) "
                        "that container to be able to reuse that name.",
                name, place->second));
    return {};
}

void ContainerTable::releaseName(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    m_names.erase(name);
}

void ContainerTable::insert(ContainerPointer container)
{
    const std::lock_guard lock(m_mutex);
    m_byId.emplace(container->id, std::move(container));
}

void ContainerTable::erase(const Container& container, const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    m_byId.erase(container.id);
    if (const auto named = m_names.find(name); named != m_names.end() && named->second == container.id)
        m_names.erase(named);
}

std::vector<ContainerTable::User> ContainerTable::usersOfImage(const Digest& image) const
{
    std::vector<User> users;
    for (const ContainerPointer& container : all()) {
        const std::lock_guard lock(container->mutex);
        if (!container->removed && container->record.imageId == image)
            users.push_back({container->id, container->state.runs()});
    }
    std::ranges::stable_sort(users, std::greater<>(), &User::running);
    return users;
}

std::vector<std::string> ContainerTable::usersOfVolume(std::string_view volume) const
{
    std::vector<std::string> users;
    for (const ContainerPointer& container : all()) {
        const std::lock_guard lock(container->mutex);
        const auto uses = [&](const MountRecord& mount) { return mount.type == MountRecord::Type::Volume && mount.volume == volume; };
        if (!container->removed && std::ranges::any_of(container->record.mounts, uses))
            users.push_back(container->id);
    }
    return users;
}

} // namespace darsena::engine
