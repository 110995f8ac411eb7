// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lint_config_file.h"

#include "core/cli/input.h"

#include <cstdlib>

namespace darsena::cli {

namespace {

/// A folder named by a variable of the environment; a relative one does not count (XDG base directories).
std::filesystem::path folderFromEnvironment(const char* name)
{
    const char* value = std::getenv(name);
    const std::filesystem::path path(value != nullptr ? value : "");
    return path.is_absolute() ? path : std::filesystem::path();
}

} // namespace

std::vector<std::filesystem::path> lintConfigPlaces(const std::string& dockerfile)
{
    std::vector<std::filesystem::path> places;
    const auto add = [&](const std::filesystem::path& folder, const std::string& name) {
        places.push_back(folder / (name + ".yaml"));
        places.push_back(folder / (name + ".yml"));
    };
    if (dockerfile != "-")
        add(std::filesystem::path(dockerfile).parent_path(), ".hadolint");
    add({}, ".hadolint");
    const std::filesystem::path home = folderFromEnvironment("HOME");
    if (const auto config = folderFromEnvironment("XDG_CONFIG_HOME"); !config.empty())
        add(config, "hadolint");
    else if (!home.empty())
        add(home / ".config", "hadolint");
    if (!home.empty()) {
        add(home / ".hadolint", "hadolint");
        add(home / ".hadolint", "config");
        add(home, ".hadolint");
    }
    return places;
}

Result<dockerfile::LintConfig> readLintConfig(const std::optional<std::string>& given, const std::string& dockerfile)
{
    std::optional<std::string> chosen = given;
    if (!chosen) {
        for (const std::filesystem::path& place : lintConfigPlaces(dockerfile)) {
            std::error_code error;
            if (std::filesystem::is_regular_file(place, error)) {
                chosen = place.native();
                break;
            }
        }
    }
    if (!chosen)
        return dockerfile::LintConfig {};
    const std::string text = TRY(readDockerfileText(*chosen));
    return TRY_CONTEXT(*chosen, dockerfile::LintConfig::parse(text));
}

} // namespace darsena::cli
