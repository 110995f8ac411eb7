// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/api_shapes.h"

#include <array>
#include <string_view>

namespace darsena::server {

namespace {

constexpr ApiVersion before(int minor)
{
    return {1, minor};
}

json::Object* objectIn(json::Object& object, std::string_view key)
{
    json::Value* const member = object.if_contains(key);
    return member && member->is_object() ? &member->get_object() : nullptr;
}

json::Array* arrayIn(json::Object& object, std::string_view key)
{
    json::Value* const member = object.if_contains(key);
    return member && member->is_array() ? &member->get_array() : nullptr;
}

bool isEmpty(const json::Value& value)
{
    return value.is_null() || (value.is_bool() && !value.get_bool()) || (value.is_string() && value.get_string().empty())
        || (value.is_array() && value.get_array().empty()) || (value.is_object() && value.get_object().empty())
        || (value.is_int64() && value.get_int64() == 0);
}

/// A configuration as Go wrote it while these members had no "omitempty".
void fillConfig(json::Object& config)
{
    for (const char* text : {"Hostname", "Domainname", "User", "Image", "WorkingDir"}) {
        if (!config.contains(text))
            config[text] = "";
    }
    for (const char* flag : {"AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce"}) {
        if (!config.contains(flag))
            config[flag] = false;
    }
    for (const char* list : {"Env", "Cmd", "Volumes", "Entrypoint", "OnBuild", "Labels"}) {
        if (!config.contains(list))
            config[list] = nullptr;
    }
}

/// Of an image, members that only a container has are left out when they say nothing, from 1.50 on.
void thinConfig(json::Object& config)
{
    for (const char* key : {"Hostname", "Domainname", "AttachStdin", "AttachStdout", "AttachStderr", "Tty", "OpenStdin", "StdinOnce", "Image",
             "NetworkDisabled", "MacAddress", "StopTimeout", "User", "ExposedPorts", "Volumes", "WorkingDir", "OnBuild", "Labels", "Shell", "Env",
             "Cmd", "Entrypoint", "ArgsEscaped", "StopSignal"}) {
        if (const json::Value* member = config.if_contains(key); member && isEmpty(*member))
            config.erase(key);
    }
}

/// "name=seccomp,profile=builtin" was "seccomp".
void shortenSecurityOptions(json::Object& info)
{
    json::Array* const options = arrayIn(info, "SecurityOptions");
    if (!options)
        return;
    for (json::Value& option : *options) {
        if (!option.is_string())
            continue;
        std::string_view text(option.get_string().data(), option.get_string().size());
        if (text.starts_with("name="))
            text.remove_prefix(5);
        option = std::string(text.substr(0, text.find(',')));
    }
}

} // namespace

void shapeImageSummary(json::Object& image, ApiVersion version)
{
    if (version < before(44) && image.contains("Size"))
        image["VirtualSize"] = image.at("Size");
    if (version < before(43)) {
        // A nameless image had names that said so.
        json::Array* const tags = arrayIn(image, "RepoTags");
        json::Array* const digests = arrayIn(image, "RepoDigests");
        if (tags && digests && tags->empty() && digests->empty()) {
            tags->emplace_back("<none>:<none>");
            digests->emplace_back("<none>@<none>");
        }
    }
}

void shapeImage(json::Object& image, ApiVersion version)
{
    json::Object* const config = objectIn(image, "Config");
    if (config && version >= before(50))
        thinConfig(*config);
    else if (config)
        fillConfig(*config);
    if (version < before(45))
        image["Container"] = "";
    // It went with 1.45, but docker-compose 1.29, which asks for the newest version, cannot make a container anew without it.
    json::Object none;
    fillConfig(none);
    image["ContainerConfig"] = std::move(none);
    if (version < before(44) && image.contains("Size"))
        image["VirtualSize"] = image.at("Size");
}

void shapeContainer(json::Object& container, ApiVersion version)
{
    if (version >= before(44))
        return;
    // The address of the first network; from 1.44 on it is each network's own.
    json::Object* const config = objectIn(container, "Config");
    const json::Object* const network = objectIn(container, "NetworkSettings");
    if (!config || !network || !network->contains("MacAddress"))
        return;
    if (json::Value* const own = config->if_contains("MacAddress"); !own || isEmpty(*own))
        (*config)["MacAddress"] = network->at("MacAddress");
}

void shapeInfo(json::Object& info, ApiVersion version)
{
    if (version < before(49))
        info.erase("FirewallBackend");
    if (version < before(50)) {
        info.erase("DiscoveredDevices");
        // Nothing here needs br_netfilter; at false old clients would warn of it.
        info["BridgeNfIptables"] = true;
        info["BridgeNfIp6tables"] = true;
    }
    if (version < before(46))
        info.erase("Containerd");
    if (version < before(44))
        info.erase("CDISpecDirs");
    if (version < before(42))
        info["KernelMemory"] = false;
    if (version < before(25)) {
        info["ExecutionDriver"] = "<not supported>";
        shortenSecurityOptions(info);
    }
}

void shapeDiskUsage(json::Object& usage, ApiVersion version)
{
    if (json::Array* const images = arrayIn(usage, "Images")) {
        for (json::Value& image : *images) {
            if (image.is_object())
                shapeImageSummary(image.get_object(), version);
        }
    }
    if (version >= before(42))
        return;
    std::int64_t builder = 0;
    if (json::Array* const records = arrayIn(usage, "BuildCache")) {
        for (json::Value& value : *records) {
            if (!value.is_object())
                continue;
            json::Object& record = value.get_object();
            record.erase("Parents");
            if (record.contains("Shared") && isEmpty(record.at("Shared")) && record.contains("Size") && record.at("Size").is_int64())
                builder += record.at("Size").get_int64();
        }
    }
    usage["BuilderSize"] = builder;
}

} // namespace darsena::server
