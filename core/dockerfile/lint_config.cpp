// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint_config.h"

#include "core/dockerfile/text.h"

#include <array>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace darsena::dockerfile {

namespace {

using namespace std::string_view_literals;

constexpr std::array severities {std::pair {"error"sv, Severity::Error}, std::pair {"warning"sv, Severity::Warning},
    std::pair {"info"sv, Severity::Info}, std::pair {"style"sv, Severity::Info}};

constexpr std::array labelTypes {std::pair {"text"sv, LabelType::Text}, std::pair {"url"sv, LabelType::Url},
    std::pair {"rfc3339"sv, LabelType::Rfc3339}, std::pair {"semver"sv, LabelType::Semver},
    std::pair {"hash"sv, LabelType::Hash}, std::pair {"spdx"sv, LabelType::Spdx},
    std::pair {"email"sv, LabelType::Email}};

Error errorAt(const YAML::Mark& mark, std::string_view message)
{
    return {ErrorCode::Invalid, fmt::format("line {}: {}", mark.line + 1, message)};
}

template <typename Value, std::size_t count>
Result<Value> named(
    const std::array<std::pair<std::string_view, Value>, count>& values, const YAML::Node& node, std::string_view key)
{
    std::string allowed;
    for (const auto& [name, value] : values) {
        if (node.IsScalar() && node.Scalar() == name)
            return value;
        allowed += fmt::format("{}{}", allowed.empty() ? "" : ", ", name);
    }
    return errorAt(node.Mark(), fmt::format("{} is one of {}", key, allowed));
}

Result<bool> truth(const YAML::Node& node, std::string_view key)
{
    bool value = false;
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value))
        return errorAt(node.Mark(), fmt::format("{} is true or false", key));
    return value;
}

/// A list of texts; nothing stands for an empty one.
Result<std::vector<std::string>> texts(const YAML::Node& node, std::string_view key)
{
    std::vector<std::string> result;
    if (node.IsNull())
        return result;
    if (!node.IsSequence())
        return errorAt(node.Mark(), fmt::format("{} is a list", key));
    for (const YAML::Node& item : node) {
        if (!item.IsScalar())
            return errorAt(item.Mark(), fmt::format("{} is a list of names", key));
        result.push_back(item.Scalar());
    }
    return result;
}

/// Reads a map; nothing stands for an empty one.
template <typename Read> Result<void> readMap(const YAML::Node& node, std::string_view key, const Read& read)
{
    if (node.IsNull())
        return {};
    if (!node.IsMap())
        return errorAt(node.Mark(), fmt::format("{} is a map", key));
    for (const auto& entry : node) {
        if (!entry.first.IsScalar())
            return errorAt(entry.first.Mark(), fmt::format("{} has a key that is no name", key));
        TRY(read(entry.first, entry.second));
    }
    return {};
}

Result<void> readOverride(LintConfig& config, const YAML::Node& node)
{
    return readMap(node, "override", [&](const YAML::Node& key, const YAML::Node& value) -> Result<void> {
        const Severity severity = TRY(named(severities, key, "a key of override"));
        for (std::string& rule : TRY(texts(value, key.Scalar())))
            config.severities.insert_or_assign(std::move(rule), severity);
        return {};
    });
}

Result<void> readLabels(LintConfig& config, const YAML::Node& node)
{
    return readMap(node, "label-schema", [&](const YAML::Node& label, const YAML::Node& type) -> Result<void> {
        const bool isAnything = type.IsNull() || (type.IsScalar() && type.Scalar().empty());
        config.labelSchema.insert_or_assign(
            label.Scalar(), isAnything ? LabelType::Text : TRY(named(labelTypes, type, "the form of a label")));
        return {};
    });
}

Result<void> readThreshold(LintConfig& config, const YAML::Node& node)
{
    // hadolint's names for everything; it is the same, as what is ignored is not told anyway.
    if (node.IsScalar() && (node.Scalar() == "ignore" || node.Scalar() == "none"))
        config.failureThreshold = Severity::Info;
    else
        config.failureThreshold = TRY(named(severities, node, "failure-threshold"));
    return {};
}

Result<void> readSetting(LintConfig& config, const std::string& key, const YAML::Node& value)
{
    if (key == "ignored") {
        for (std::string& rule : TRY(texts(value, key)))
            config.ignored.insert(std::move(rule));
    } else if (key == "override") {
        TRY(readOverride(config, value));
    } else if (key == "trustedRegistries") {
        if (value.IsScalar())
            config.trustedRegistries = {value.Scalar()};
        else
            config.trustedRegistries = TRY(texts(value, key));
    } else if (key == "label-schema") {
        return readLabels(config, value);
    } else if (key == "failure-threshold") {
        TRY(readThreshold(config, value));
    } else if (key == "strict-labels") {
        config.strictLabels = TRY(truth(value, key));
    } else if (key == "disable-ignore-pragma") {
        config.disableIgnorePragma = TRY(truth(value, key));
    } else if (key == "no-fail") {
        config.noFail = TRY(truth(value, key));
    }
    return {};
}

} // namespace

std::string_view severityName(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Info:
        break;
    }
    return "info";
}

Result<LintConfig> LintConfig::parse(std::string_view yaml)
{
    LintConfig config;
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        TRY(readMap(root, "the configuration",
            [&](const YAML::Node& key, const YAML::Node& value) { return readSetting(config, key.Scalar(), value); }));
    } catch (const YAML::Exception& exception) {
        return errorAt(exception.mark, exception.msg);
    }
    return config;
}

} // namespace darsena::dockerfile
