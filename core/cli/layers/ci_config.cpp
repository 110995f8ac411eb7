// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/ci_config.h"

#include "core/cli/input.h"
#include "core/layers/filter.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

namespace darsena::cli {

namespace {

struct CiKey {
    std::string_view name;
    std::string CiConfig::*value;
};

/// dive's names; those that its own configuration file has; ours.
constexpr CiKey ciKeys[] = {
    {"lowestEfficiency", &CiConfig::lowestEfficiency},
    {"highestWastedBytes", &CiConfig::highestWastedBytes},
    {"highestUserWastedPercent", &CiConfig::highestUserWastedPercent},
    {"lowest-efficiency", &CiConfig::lowestEfficiency},
    {"lowest-efficiency-threshold", &CiConfig::lowestEfficiency},
    {"highest-wasted-bytes", &CiConfig::highestWastedBytes},
    {"highest-user-wasted-percent", &CiConfig::highestUserWastedPercent},
    {"score", &CiConfig::score},
    {"wasteFloor", &CiConfig::wasteFloor},
    {"baseline", &CiConfig::baseline},
    {"highestWastedBytesGrowth", &CiConfig::highestWastedBytesGrowth},
    {"highestSizeGrowth", &CiConfig::highestSizeGrowth},
};

Error ciErrorAt(const YAML::Mark& mark, std::string_view message)
{
    return {ErrorCode::Invalid, fmt::format("line {}: {}", mark.line + 1, message)};
}

Result<void> readIgnoreList(CiConfig& config, const YAML::Node& value)
{
    if (value.IsScalar()) {
        config.ignore.push_back(value.Scalar());
        return {};
    }
    if (!value.IsSequence() && !value.IsNull())
        return ciErrorAt(value.Mark(), "ignore: expected a list of globs");
    for (const YAML::Node& glob : value) {
        if (!glob.IsScalar())
            return ciErrorAt(glob.Mark(), "ignore: expected a list of globs");
        config.ignore.push_back(glob.Scalar());
    }
    return {};
}

Result<void> readRule(CiConfig& config, const YAML::Node& key, const YAML::Node& value)
{
    const std::string name = key.IsScalar() ? key.Scalar() : std::string();
    if (name == "ignore")
        return readIgnoreList(config, value);
    const auto known = std::ranges::find(ciKeys, name, &CiKey::name);
    if (known == std::end(ciKeys)) {
        config.unknown.push_back(name);
        return {};
    }
    if (value.IsNull())
        return {}; // the default stays
    if (!value.IsScalar())
        return ciErrorAt(value.Mark(), fmt::format("{}: expected one value", name));
    config.*(known->value) = value.Scalar();
    return {};
}

} // namespace

bool isDisabled(std::string_view value)
{
    std::string text;
    for (const char c : value) {
        if (c != ' ' && c != '\t')
            text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return text.empty() || text == "disabled" || text == "off" || text == "false";
}

Result<CiConfig> CiConfig::parse(std::string_view yaml)
{
    CiConfig config;
    try {
        const YAML::Node root = YAML::Load(std::string(yaml));
        if (root.IsNull())
            return config;
        if (!root.IsMap())
            return ciErrorAt(root.Mark(), "expected \"rules:\" and a list of rules beneath it");
        const YAML::Node rules = root["rules"];
        if (!rules || rules.IsNull())
            return config;
        if (!rules.IsMap())
            return ciErrorAt(rules.Mark(), "rules: expected NAME: VALUE lines");
        for (const auto& rule : rules)
            TRY(readRule(config, rule.first, rule.second));
    } catch (const YAML::Exception& exception) {
        return ciErrorAt(exception.mark, exception.msg);
    }
    return config;
}

Result<CiConfig> CiConfig::read(const std::optional<std::string>& file)
{
    const std::string name = file.value_or(".dive-ci");
    std::error_code error;
    if (!file && !std::filesystem::exists(name, error))
        return CiConfig {};
    const std::string text = TRY(readDockerfileText(name));
    return TRY_CONTEXT(name, parse(text));
}

Result<Score> CiConfig::whose() const
{
    if (score == "dive" || score == "exact")
        return score == "dive" ? Score::Dive : Score::Exact;
    return Error(ErrorCode::Invalid, fmt::format("score: \"{}\" is neither dive nor exact", score));
}

Result<layers::IgnorePath> CiConfig::ignored() const
{
    std::vector<layers::PathFilter> filters;
    for (std::string glob : ignore) {
        while (glob.ends_with('/'))
            glob.pop_back();
        if (glob.find('/') != std::string::npos && !glob.starts_with('/'))
            glob.insert(0, 1, '/');
        for (const std::string& pattern : {glob, (glob.starts_with('/') ? glob : "/**/" + glob) + "/**"})
            filters.push_back(TRY_CONTEXT("ignore: " + glob, layers::PathFilter::glob(pattern)));
    }
    if (filters.empty())
        return layers::IgnorePath();
    return layers::IgnorePath([filters = std::move(filters)](std::string_view path) {
        const std::string absolute = "/" + std::string(path);
        return std::ranges::any_of(filters, [&](const layers::PathFilter& filter) { return filter.matches(absolute); });
    });
}

} // namespace darsena::cli
