// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/registry/credentials.h"

#include "core/base/base64.h"
#include "core/base/json.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

namespace darsena::registry {

namespace {

constexpr std::size_t maxFileBytes = 4 << 20;

/// Docker Hub's name in docker's file, from the days of its first API.
constexpr std::string_view hubKey = "https://index.docker.io/v1/";

Result<std::optional<json::Object>> readConfig(const std::filesystem::path& path)
{
    std::optional<json::Object> none;
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error))
        return none;
    std::ifstream stream(path, std::ios::binary);
    if (!stream)
        return Error(ErrorCode::Denied, "cannot be read");
    std::string text(maxFileBytes + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    if (text.size() > maxFileBytes)
        return Error(ErrorCode::TooLarge, fmt::format("larger than {} bytes", maxFileBytes));
    if (text.find_first_not_of(" \t\r\n") == std::string::npos)
        return none;
    json::Value value = TRY(json::parse(text));
    if (!value.is_object())
        return Error(ErrorCode::Invalid, "not a JSON object");
    return std::optional(std::move(value.as_object()));
}

/// "https://example.org/v1/" and "example.org" are the same registry; podman also writes "example.org/some/name".
std::string_view withoutScheme(std::string_view key)
{
    for (const std::string_view scheme : { "https://", "http://" }) {
        if (key.starts_with(scheme))
            key.remove_prefix(scheme.size());
    }
    for (const std::string_view tail : { "/v1/", "/v1", "/v2/", "/v2", "/" }) {
        if (key.ends_with(tail)) {
            key.remove_suffix(tail.size());
            break;
        }
    }
    return key;
}

bool isHub(std::string_view name) { return name == "docker.io" || name == "index.docker.io" || name == "registry-1.docker.io"; }

/// How well a key fits: 0 = not, else the longer the better.
std::size_t fit(std::string_view key, std::string_view registry, std::string_view repository)
{
    const std::string_view name = withoutScheme(key);
    if (name == registry || (isHub(name) && isHub(registry)))
        return 1;
    const std::string full = fmt::format("{}/{}", registry, repository);
    const bool prefix = full.starts_with(name) && (full.size() == name.size() || full[name.size()] == '/');
    return prefix && name.size() > registry.size() ? name.size() : 0;
}

Result<std::optional<Login>> loginOf(const json::Object& entry)
{
    Login login;
    login.identityToken = TRY(json::text(entry, "identitytoken"));
    login.user = TRY(json::text(entry, "username"));
    login.password = TRY(json::text(entry, "password"));
    if (const std::string both = TRY(json::text(entry, "auth")); !both.empty()) {
        const std::string decoded = TRY(decodeBase64(both));
        const std::size_t colon = decoded.find(':');
        if (colon == std::string::npos)
            return Error(ErrorCode::Invalid, "\"auth\" holds no user and password");
        login.user = decoded.substr(0, colon);
        login.password = decoded.substr(colon + 1);
        while (login.password.ends_with('\0'))
            login.password.pop_back(); // docker pads
    }
    if (login.user.empty() && login.identityToken.empty())
        return std::optional<Login>(); // what docker writes when a store keeps the secret
    return std::optional(login);
}

Result<std::optional<Login>> fromAuths(const json::Object& config, std::string_view registry, std::string_view repository)
{
    const json::Object* const auths = TRY(json::object(config, "auths"));
    const json::Object* best = nullptr;
    std::size_t bestFit = 0;
    if (auths) {
        for (const auto& member : *auths) {
            const std::size_t quality = fit(member.key(), registry, repository);
            if (quality > bestFit && member.value().is_object()) {
                bestFit = quality;
                best = &member.value().as_object();
            }
        }
    }
    if (!best)
        return std::optional<Login>();
    return loginOf(*best);
}

/// The helper that answers for a registry; "" = none.
Result<std::string> helperFor(const json::Object& config, std::string_view registry)
{
    if (const json::Object* const helpers = TRY(json::object(config, "credHelpers"))) {
        for (const auto& member : *helpers) {
            if (fit(member.key(), registry, {}) > 0 && member.value().is_string())
                return std::string(member.value().as_string());
        }
    }
    return json::text(config, "credsStore");
}

Result<std::optional<Login>> parseHelperAnswer(const std::string& answer)
{
    const json::Value value = TRY(json::parse(answer));
    if (!value.is_object())
        return Error(ErrorCode::Invalid, "its answer is no JSON object");
    Login login;
    login.user = TRY(json::text(value.as_object(), "Username"));
    login.password = TRY(json::text(value.as_object(), "Secret"));
    if (login.user == "<token>") {
        login.user.clear();
        login.identityToken = std::exchange(login.password, {});
    }
    if (login.user.empty() && login.identityToken.empty())
        return std::optional<Login>();
    return std::optional(login);
}

bool isHelperName(std::string_view name)
{
    return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

Result<std::optional<Login>> findIn(
    const json::Object& config, std::string_view registry, std::string_view repository, const CredentialHelper& helper)
{
    const std::string name = TRY(helperFor(config, registry));
    if (!name.empty()) {
        if (!isHelperName(name))
            return Error(ErrorCode::Invalid, fmt::format("\"{}\" is no name of a credential helper", name.substr(0, 64)));
        const auto answer = helper(name, isHub(registry) ? std::string(hubKey) : std::string(registry));
        if (answer) {
            if (auto login = TRY_CONTEXT("docker-credential-" + name, parseHelperAnswer(*answer)))
                return login;
        } else if (answer.error().code() != ErrorCode::NotFound) {
            return answer.error();
        }
    }
    return fromAuths(config, registry, repository);
}

std::string fromEnvironment(const char* name)
{
    const char* const value = std::getenv(name);
    return value != nullptr ? value : "";
}

} // namespace

Credentials::Credentials(std::vector<std::filesystem::path> files, CredentialHelper helper)
    : m_files(std::move(files))
    , m_helper(std::move(helper))
{
}

Credentials Credentials::ofUser()
{
    std::vector<std::filesystem::path> files;
    if (const std::string file = fromEnvironment("REGISTRY_AUTH_FILE"); !file.empty())
        files.emplace_back(file);
    if (const std::string runtime = fromEnvironment("XDG_RUNTIME_DIR"); !runtime.empty())
        files.push_back(std::filesystem::path(runtime) / "containers/auth.json");
    if (const std::string folder = fromEnvironment("DOCKER_CONFIG"); !folder.empty())
        files.push_back(std::filesystem::path(folder) / "config.json");
    else if (const std::string home = fromEnvironment("HOME"); !home.empty())
        files.push_back(std::filesystem::path(home) / ".docker/config.json");
    return Credentials(std::move(files));
}

Result<std::optional<Login>> Credentials::find(std::string_view registry, std::string_view repository) const
{
    for (const std::filesystem::path& file : m_files) {
        const std::optional<json::Object> config = TRY_CONTEXT(file.native(), readConfig(file));
        if (!config)
            continue;
        if (auto login = TRY_CONTEXT(file.native(), findIn(*config, registry, repository, m_helper)))
            return login;
    }
    return std::optional<Login>();
}

} // namespace darsena::registry
