// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/log_config.h"

#include "core/engine/texts.h"

#include <charconv>

namespace darsena::engine {

namespace {

Error badOption(std::string message)
{
    return Error(ErrorCode::Invalid, std::move(message));
}

std::vector<std::string> namesIn(std::string_view list)
{
    std::vector<std::string> names;
    while (!list.empty()) {
        const std::string_view name = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), name.size() + 1));
        if (!name.empty())
            names.emplace_back(name);
    }
    return names;
}

using TagWords = std::map<std::string, std::string, std::less<>>;

TagWords tagWords(const ContainerRecord& record)
{
    const std::string image = record.imageId.text();
    return {{".ID", record.id.substr(0, 12)}, {".FullID", record.id}, {".Name", record.name}, {".ImageName", record.imageName},
        {".ImageID", image.substr(0, 12)}, {".ImageFullID", image}, {".DaemonName", "darsena"}};
}

/// Errors: Invalid when the template names something else.
Result<std::string> expandTag(std::string_view text, const TagWords& words)
{
    std::string out;
    for (;;) {
        const auto open = text.find("{{");
        out += text.substr(0, open);
        if (open == std::string_view::npos)
            return out;
        text.remove_prefix(open + 2);
        const auto close = text.find("}}");
        std::string_view word = text.substr(0, close);
        word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
        word = word.substr(0, word.find_last_not_of(' ') + 1);
        const auto known = words.find(word);
        if (close == std::string_view::npos || known == words.end())
            return badOption(fmt::format("log option tag: '{}' is not known", word.substr(0, 100)));
        out += known->second;
        text.remove_prefix(close + 2);
    }
}

Result<void> readOption(LogSettings& settings, const std::string& driver, const std::string& key, const std::string& value)
{
    const bool ofFile = driver == "json-file";
    if (key == "max-size") {
        const std::int64_t size = TRY_CONTEXT("log option max-size", parseBytes(value));
        if (size < 4096)
            return badOption("log option max-size: at least 4096 bytes");
        settings.maxSize = static_cast<std::uint64_t>(size);
    } else if (key == "max-file") {
        unsigned files = 0;
        const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), files);
        if (error != std::errc() || end != value.data() + value.size() || files < 1 || files > 100)
            return badOption("log option max-file: a number from 1 to 100");
        settings.maxFiles = files;
    } else if (key == "labels" && ofFile) {
        settings.labels = namesIn(value);
    } else if (key == "env" && ofFile) {
        settings.env = namesIn(value);
    } else if (key == "tag" && ofFile) {
        if (value.size() > 1024)
            return badOption("log option tag: too long");
        (void)TRY(expandTag(value, tagWords({})));
        settings.tag = value;
    } else if (key == "mode") {
        // The monitor writes to a local file and loses lines rather than wait for a full disk: both are the same.
        if (value != "blocking" && value != "non-blocking")
            return badOption(fmt::format("logger: logging mode not supported: {}", value));
    } else if (key == "max-buffer-size") {
        (void)TRY_CONTEXT("log option max-buffer-size", parseBytes(value));
    } else if (key == "compress" && (value == "true" || value == "false")) {
        if (value == "true")
            return Error(ErrorCode::Unsupported, "HostConfig.LogConfig: the log option compress=true is not supported");
    } else if (key == "labels-regex" || key == "env-regex") {
        return Error(ErrorCode::Unsupported, fmt::format("HostConfig.LogConfig: the log option '{}' is not supported", key));
    } else {
        return badOption(fmt::format("unknown log opt '{}' for {} log driver", key, driver));
    }
    return {};
}

} // namespace

Result<LogSettings> parseLogConfig(const model::LogConfig& config)
{
    LogSettings settings;
    const std::string driver = config.type.empty() ? "json-file" : config.type;
    settings.none = driver == "none";
    if (driver != "json-file" && driver != "local" && !settings.none)
        return Error(ErrorCode::Unsupported, fmt::format("HostConfig.LogConfig: the log driver '{}' is not supported; use json-file, local or none", driver));
    for (const auto& [key, value] : config.config)
        TRY(readOption(settings, driver, key, value));
    return settings;
}

std::string logAttributes(const ContainerRecord& record, const LogSettings& settings)
{
    json::Object attributes;
    for (const std::string& name : settings.labels) {
        if (const auto label = record.config.labels.find(name); label != record.config.labels.end())
            attributes[name] = label->second;
    }
    for (const std::string& name : settings.env) {
        for (const std::string& entry : record.config.env) {
            if (entry.starts_with(name) && entry.size() > name.size() && entry[name.size()] == '=')
                attributes[name] = entry.substr(name.size() + 1);
        }
    }
    if (!settings.tag.empty())
        attributes["tag"] = expandTag(settings.tag, tagWords(record)).valueOr("");
    return attributes.empty() ? std::string() : json::serialize(attributes);
}

} // namespace darsena::engine
