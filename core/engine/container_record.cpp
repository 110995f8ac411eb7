// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_record.h"

namespace darsena::engine {

namespace {

constexpr std::array<std::string_view, 7> kStatusNames{"created", "running", "paused", "restarting", "removing", "exited", "dead"};
constexpr std::array<std::string_view, 3> kMountTypes{"bind", "volume", "tmpfs"};

Result<std::size_t> indexOf(std::span<const std::string_view> names, std::string_view text)
{
    const auto found = std::ranges::find(names, text);
    if (found == names.end())
        return Error(ErrorCode::Corrupt, fmt::format("unknown word '{}'", text));
    return static_cast<std::size_t>(found - names.begin());
}

Result<const json::Object*> wanted(const json::Value& value)
{
    if (!value.is_object())
        return Error(ErrorCode::Corrupt, "expected an object");
    return &value.get_object();
}

Result<std::size_t> wordOf(const json::Object& object, std::string_view key, std::span<const std::string_view> names)
{
    const std::string text = TRY(json::text(object, key));
    return indexOf(names, text);
}

Result<std::optional<model::Time>> timeOf(const json::Object& object, std::string_view key)
{
    const std::string text = TRY(json::text(object, key));
    return model::parseTime(text);
}

Result<network::Address> addressOf(const json::Object& object, std::string_view key)
{
    const std::string text = TRY(json::text(object, key));
    return network::Address::parse(text);
}

Result<network::Subnet> subnetOf(const json::Object& object, std::string_view key)
{
    const std::string text = TRY(json::text(object, key));
    return network::Subnet::parse(text);
}

json::Object objectOf(const std::map<std::string, std::string>& map)
{
    json::Object object;
    for (const auto& [key, value] : map)
        object[key] = value;
    return object;
}

Result<std::map<std::string, std::string>> mapOf(const json::Object& object, std::string_view key)
{
    std::map<std::string, std::string> map;
    if (const json::Object* members = TRY(json::object(object, key))) {
        for (const auto& member : *members)
            map.emplace(member.key(), TRY(json::text(*members, member.key())));
    }
    return map;
}

json::Object toJson(const MountRecord& mount)
{
    return {{"type", kMountTypes[static_cast<std::size_t>(mount.type)]}, {"volume", mount.volume}, {"source", mount.source},
        {"subpath", mount.subpath}, {"volumeLabels", objectOf(mount.volumeLabels)}, {"volumeOptions", objectOf(mount.volumeOptions)},
        {"destination", mount.destination}, {"readOnly", mount.readOnly}, {"recursive", mount.recursive},
        {"createSource", mount.createSource}, {"copyUp", mount.copyUp}, {"anonymous", mount.anonymous},
        {"shallowReadOnly", mount.shallowReadOnly}, {"propagation", mount.propagation}, {"mode", mount.mode}, {"tmpfsOptions", json::fromTexts(mount.tmpfsOptions)}};
}

Result<MountRecord> mountFromJson(const json::Object& object)
{
    MountRecord mount;
    mount.type = static_cast<MountRecord::Type>(TRY(wordOf(object, "type", kMountTypes)));
    mount.volume = TRY(json::text(object, "volume"));
    mount.source = TRY(json::text(object, "source"));
    mount.subpath = TRY(json::text(object, "subpath"));
    mount.volumeLabels = TRY(mapOf(object, "volumeLabels"));
    mount.volumeOptions = TRY(mapOf(object, "volumeOptions"));
    mount.destination = TRY(json::text(object, "destination"));
    mount.readOnly = TRY(json::boolean(object, "readOnly"));
    mount.recursive = TRY(json::boolean(object, "recursive", true));
    mount.createSource = TRY(json::boolean(object, "createSource"));
    mount.copyUp = TRY(json::boolean(object, "copyUp", true));
    mount.anonymous = TRY(json::boolean(object, "anonymous"));
    mount.shallowReadOnly = TRY(json::boolean(object, "shallowReadOnly"));
    mount.propagation = TRY(json::text(object, "propagation"));
    mount.mode = TRY(json::text(object, "mode"));
    mount.tmpfsOptions = TRY(json::texts(object, "tmpfsOptions"));
    return mount;
}

json::Object toJson(const network::Endpoint& endpoint)
{
    json::Array ports;
    for (const network::PublishedPort& port : endpoint.ports)
        ports.push_back(json::Object{{"protocol", network::name(port.protocol)}, {"hostAddress", port.hostAddress.text()},
            {"hostPort", port.hostPort}, {"containerAddress", port.containerAddress.text()}, {"containerPort", port.containerPort}});
    return {{"id", endpoint.id}, {"network", endpoint.network}, {"hostLink", endpoint.hostLink}, {"containerLink", endpoint.containerLink},
        {"address", endpoint.address.text()}, {"address6", endpoint.address6.text()}, {"gateway", endpoint.gateway.text()},
        {"gateway6", endpoint.gateway6.text()}, {"mac", network::macText(endpoint.mac)}, {"ports", std::move(ports)}};
}

Result<std::uint16_t> portFromJson(const json::Object& object, std::string_view key)
{
    const std::int64_t number = TRY(json::integer(object, key));
    if (number < 1 || number > 65535)
        return Error(ErrorCode::Corrupt, fmt::format("{}: not a port number", key));
    return static_cast<std::uint16_t>(number);
}

Result<network::Endpoint> endpointFromJson(const json::Object& object)
{
    network::Endpoint endpoint;
    endpoint.id = TRY(json::text(object, "id"));
    endpoint.network = TRY(json::text(object, "network"));
    endpoint.hostLink = TRY(json::text(object, "hostLink"));
    endpoint.containerLink = TRY(json::text(object, "containerLink"));
    endpoint.address = TRY(subnetOf(object, "address"));
    endpoint.address6 = TRY(subnetOf(object, "address6"));
    endpoint.gateway = TRY(addressOf(object, "gateway"));
    endpoint.gateway6 = TRY(addressOf(object, "gateway6"));
    const std::string mac = TRY(json::text(object, "mac"));
    endpoint.mac = TRY(network::parseMac(mac));
    if (const json::Array* ports = TRY(json::array(object, "ports"))) {
        for (const json::Value& value : *ports) {
            const json::Object& member = *TRY(wanted(value));
            network::PublishedPort port;
            const std::string protocol = TRY(json::text(member, "protocol"));
            port.protocol = TRY(network::parseProtocol(protocol));
            port.hostAddress = TRY(addressOf(member, "hostAddress"));
            port.hostPort = TRY(portFromJson(member, "hostPort"));
            port.containerAddress = TRY(addressOf(member, "containerAddress"));
            port.containerPort = TRY(portFromJson(member, "containerPort"));
            endpoint.ports.push_back(port);
        }
    }
    return endpoint;
}

Result<Digest> digestFromJson(const json::Object& object, std::string_view key)
{
    const std::string text = TRY(json::text(object, key));
    return text.empty() ? Result<Digest>(Digest()) : Digest::parse(text);
}

} // namespace

std::string_view name(Status status)
{
    return kStatusNames[static_cast<std::size_t>(status)];
}

json::Object toJson(const ContainerRecord& record)
{
    json::Array mounts;
    for (const MountRecord& mount : record.mounts)
        mounts.push_back(toJson(mount));
    json::Object networks;
    for (const auto& [name, settings] : record.networks)
        networks[name] = model::toJson(settings);
    return {{"id", record.id}, {"name", record.name}, {"created", model::formatTime(record.created)},
        {"imageId", record.imageId.text()}, {"chain", record.chain.text()}, {"imageName", record.imageName}, {"path", record.path},
        {"args", json::fromTexts(record.args)}, {"config", model::toJson(record.config)},
        {"hostConfig", model::toJson(record.hostConfig)}, {"mounts", std::move(mounts)},
        {"networks", std::move(networks)}};
}

Result<ContainerRecord> recordFromJson(const json::Value& value)
{
    const json::Object& object = *TRY(wanted(value));
    ContainerRecord record;
    record.id = TRY(json::text(object, "id"));
    record.name = TRY(json::text(object, "name"));
    record.created = TRY(timeOf(object, "created")).value_or(model::Time());
    record.imageId = TRY(digestFromJson(object, "imageId"));
    record.chain = TRY(digestFromJson(object, "chain"));
    record.imageName = TRY(json::text(object, "imageName"));
    record.path = TRY(json::text(object, "path"));
    record.args = TRY(json::texts(object, "args"));
    for (const char* key : {"config", "hostConfig"}) {
        if (!object.contains(key))
            return Error(ErrorCode::Corrupt, fmt::format("{} is missing", key));
    }
    record.config = TRY(model::fromJson<model::ContainerConfig>(object.at("config")));
    record.hostConfig = TRY(model::fromJson<model::HostConfig>(object.at("hostConfig")));
    if (const json::Array* mounts = TRY(json::array(object, "mounts"))) {
        for (const json::Value& member : *mounts) {
            const json::Object& mount = *TRY(wanted(member));
            record.mounts.push_back(TRY(mountFromJson(mount)));
        }
    }
    if (const json::Object* networks = TRY(json::object(object, "networks"))) {
        for (const auto& member : *networks)
            record.networks.emplace(std::string(member.key()), TRY(model::fromJson<model::EndpointSettings>(member.value())));
    }
    return record;
}

json::Object toJson(const ContainerState& state)
{
    json::Object object{{"status", name(state.status)}, {"pid", state.pid}, {"exitCode", state.exitCode},
        {"oomKilled", state.oomKilled}, {"error", state.error}, {"startedAt", model::formatTime(state.startedAt)},
        {"finishedAt", model::formatTime(state.finishedAt)}, {"restartCount", state.restartCount},
        {"stoppedByUser", state.stoppedByUser}, {"backOff", state.backOff}};
    if (state.health)
        object["health"] = model::toJson(*state.health);
    json::Object endpoints;
    for (const auto& [network, endpoint] : state.endpoints)
        endpoints[network] = toJson(endpoint);
    object["endpoints"] = std::move(endpoints);
    return object;
}

Result<ContainerState> stateFromJson(const json::Value& value)
{
    const json::Object& object = *TRY(wanted(value));
    ContainerState state;
    state.status = static_cast<Status>(TRY(wordOf(object, "status", kStatusNames)));
    state.pid = TRY(json::integer(object, "pid"));
    state.exitCode = TRY(json::integer(object, "exitCode"));
    state.oomKilled = TRY(json::boolean(object, "oomKilled"));
    state.error = TRY(json::text(object, "error"));
    state.startedAt = TRY(timeOf(object, "startedAt"));
    state.finishedAt = TRY(timeOf(object, "finishedAt"));
    state.restartCount = TRY(json::integer(object, "restartCount"));
    state.stoppedByUser = TRY(json::boolean(object, "stoppedByUser"));
    state.backOff = TRY(json::integer(object, "backOff"));
    if (object.contains("health"))
        state.health = TRY(model::fromJson<model::Health>(object.at("health")));
    if (const json::Object* endpoints = TRY(json::object(object, "endpoints"))) {
        for (const auto& member : *endpoints) {
            const json::Object& endpoint = *TRY(wanted(member.value()));
            state.endpoints.emplace(std::string(member.key()), TRY(endpointFromJson(endpoint)));
        }
    }
    return state;
}

} // namespace darsena::engine
