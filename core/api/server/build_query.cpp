// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/api/server/build_query.h"

#include <charconv>

#include <fmt/format.h>

namespace darsena::server {
namespace {

constexpr std::size_t maxOriginBytes = 4096;

/// {"NAME":"value"}; null stands for a --build-arg that the client's environment does not have.
Result<std::map<std::string, std::string>> parseMap(const http::Query& query, std::string_view name)
{
    std::map<std::string, std::string> map;
    const std::string_view text = query.value(name);
    if (text.empty())
        return map;
    const json::Value value = TRY_CONTEXT(name, json::parse(text));
    if (value.is_null())
        return map;
    if (!value.is_object())
        return Error(ErrorCode::Invalid, fmt::format("{}: expected an object", name));
    for (const auto& member : value.get_object()) {
        if (member.value().is_null())
            continue;
        if (!member.value().is_string())
            return Error(ErrorCode::Invalid, fmt::format("{}: {}: expected a text", name, std::string_view(member.key())));
        map[std::string(member.key())] = std::string(member.value().get_string());
    }
    return map;
}

/// Limits of the machine that RUN steps would get: 0 and empty are the same as not asked.
Result<void> refuseLimits(const http::Query& query)
{
    for (const std::string_view name : { "memory", "memswap", "cpushares", "cpuperiod", "cpuquota", "cpusetcpus", "cpusetmems",
             "cgroupparent", "ulimits", "securityopt", "squash", "outputs", "remote", "isolation", "secrets", "ssh" }) {
        const std::string_view value = query.value(name);
        const bool asked = !(value.empty() || value == "0" || value == "null" || value == "[]" || value == "{}" || value == "default");
        if (asked && query.flag(name))
            return Error(ErrorCode::Unsupported, fmt::format("build: \"{}\" is not done by this version of Darsena", name));
    }
    return {};
}

} // namespace

Result<engine::BuildParameters> parseBuildQuery(const http::Query& query)
{
    if (query.value("version") == "2")
        return Error(ErrorCode::Unsupported, "build: BuildKit's protocol is not spoken; build with DOCKER_BUILDKIT=0");
    TRY(refuseLimits(query));
    engine::BuildParameters parameters;
    if (const std::string_view dockerfile = query.value("dockerfile"); !dockerfile.empty())
        parameters.dockerfile = dockerfile;
    // Of ours: other clients do not say where their file lies.
    if (const std::string_view origin = query.value("origin"); origin.size() <= maxOriginBytes)
        parameters.origin = origin;
    for (std::string& tag : query.values("t")) {
        if (!tag.empty())
            parameters.tags.push_back(std::move(tag));
    }
    parameters.target = query.value("target");
    parameters.buildArgs = TRY(parseMap(query, "buildargs"));
    parameters.labels = TRY(parseMap(query, "labels"));
    parameters.platform = query.value("platform");
    parameters.noCache = query.flag("nocache");
    parameters.pull = query.flag("pull");
    parameters.network = query.value("networkmode");
    if (const std::string_view shm = query.value("shmsize"); !shm.empty()) {
        const auto [end, error] = std::from_chars(shm.data(), shm.data() + shm.size(), parameters.shmBytes);
        if (error != std::errc() || end != shm.data() + shm.size() || parameters.shmBytes < 0)
            return Error(ErrorCode::Invalid, fmt::format("shmsize: \"{}\" is not a number of bytes", shm));
    }
    for (const std::string& hosts : query.values("extrahosts")) {
        // Docker's client sends one "name:address,name:address".
        std::string_view rest = hosts;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            const std::string_view entry = rest.substr(0, comma);
            const std::size_t colon = entry.find(':');
            if (colon == 0 || colon == std::string_view::npos || colon + 1 == entry.size())
                return Error(ErrorCode::Invalid, fmt::format("extrahosts: \"{}\" is not name:address", entry));
            parameters.extraHosts.emplace_back(std::string(entry.substr(0, colon)), std::string(entry.substr(colon + 1)));
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
    }
    return parameters;
}

} // namespace darsena::server
