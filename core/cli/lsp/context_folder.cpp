// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/lsp/context_folder.h"

#include "core/cli/lint_config_file.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <charconv>
#include <fstream>

#include <fmt/format.h>

namespace darsena::cli::lsp {

namespace fs = std::filesystem;
using dockerfile::ContextEntry;
using dockerfile::IgnoreRules;
using dockerfile::LintConfig;

namespace {

constexpr std::size_t maxSettingsBytes = std::size_t {1} << 20;
constexpr std::size_t maxEntries = 2000;

std::optional<std::string> percentDecoded(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            result += text[i];
            continue;
        }
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2 || value == 0)
            return std::nullopt;
        result += static_cast<char>(value);
        i += 2;
    }
    return result;
}

bool isPlainInUri(char c)
{
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || std::string_view("-._~/!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

std::string readBounded(const fs::path& path, std::size_t limit)
{
    std::ifstream stream(path, std::ios::binary);
    std::string text(limit, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(limit));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(stream.gcount(), 0)));
    return text;
}

/// Whether a relative path stays below where it begins.
bool staysBelow(const fs::path& relative)
{
    return !relative.is_absolute()
        && std::none_of(relative.begin(), relative.end(), [](const fs::path& part) { return part == ".."; });
}

} // namespace

std::optional<fs::path> pathOfUri(std::string_view uri)
{
    constexpr std::string_view scheme = "file://";
    if (!dockerfile::equalsIgnoringCase(uri.substr(0, scheme.size()), scheme))
        return std::nullopt;
    uri.remove_prefix(scheme.size());
    const std::size_t slash = uri.find('/');
    const std::string_view host = uri.substr(0, slash);
    if (slash == std::string_view::npos || (!host.empty() && !dockerfile::equalsIgnoringCase(host, "localhost")))
        return std::nullopt;
    const auto path = percentDecoded(uri.substr(slash, uri.find_first_of("?#", slash) - slash));
    return path ? std::optional(fs::path(*path).lexically_normal()) : std::nullopt;
}

std::string uriOfPath(const fs::path& path)
{
    std::string result = "file://";
    for (const char c : path.native()) {
        if (isPlainInUri(c))
            result += c;
        else
            result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return result;
}

template<typename T>
typename WatchedFile<T>::State WatchedFile<T>::state(const fs::path& path, Parser parser)
{
    std::error_code error;
    const fs::file_time_type time = fs::last_write_time(path, error);
    const std::uintmax_t size = error ? 0 : fs::file_size(path, error);
    const std::scoped_lock lock(m_mutex);
    Entry& entry = m_entries[path];
    const bool known = entry.state.generation != 0;
    if (error) {
        if (!known || entry.state.value || entry.state.error)
            entry = {.time = {}, .size = 0, .state = {.value = {}, .error = {}, .generation = ++m_generation}};
        return entry.state;
    }
    if (known && entry.time == time && entry.size == size && (entry.state.value || entry.state.error))
        return entry.state;
    entry = {.time = time, .size = size, .state = {.value = {}, .error = {}, .generation = ++m_generation}};
    auto parsed = parser(readBounded(path, maxSettingsBytes));
    if (parsed)
        entry.state.value = std::move(*parsed);
    else
        entry.state.error = parsed.error();
    return entry.state;
}

template<typename T>
void WatchedFile<T>::forget()
{
    const std::scoped_lock lock(m_mutex);
    m_entries.clear();
}

std::optional<ContextFolder::Place> ContextFolder::placeOf(
    std::string_view uri, const fs::path& root, const std::string& setting) const
{
    const auto path = pathOfUri(uri);
    if (!path)
        return std::nullopt;
    Place place {.dockerfile = *path, .context = path->parent_path(), .ignoreFile = {}};
    if (!setting.empty())
        place.context = (root.empty() ? place.context : root) / setting;
    place.context = place.context.lexically_normal();
    const fs::path own = fs::path(path->native() + ".dockerignore");
    std::error_code error;
    place.ignoreFile = fs::is_regular_file(own, error) ? own : place.context / ".dockerignore";
    return place;
}

WatchedFile<IgnoreRules>::State ContextFolder::ignoreRules(const Place& place)
{
    return m_ignore.state(place.ignoreFile, &IgnoreRules::parse);
}

WatchedFile<LintConfig>::State ContextFolder::lintConfig(const Place& place, const fs::path& root)
{
    std::vector<fs::path> candidates;
    const fs::path own = place.dockerfile.parent_path();
    for (fs::path folder = own; !root.empty() && folder != root && staysBelow(folder.lexically_relative(root));
         folder = folder.parent_path())
        candidates.insert(candidates.end(), {folder / ".hadolint.yaml", folder / ".hadolint.yml"});
    if (!root.empty())
        candidates.insert(candidates.end(), {root / ".hadolint.yaml", root / ".hadolint.yml"});
    for (fs::path& candidate : lintConfigPlaces(place.dockerfile.native()))
        candidates.push_back(std::move(candidate));
    const auto found = std::find_if(candidates.begin(), candidates.end(), [](const fs::path& candidate) {
        std::error_code error;
        return fs::is_regular_file(candidate, error);
    });
    return m_config.state(found != candidates.end() ? *found : own / ".hadolint.yaml", &LintConfig::parse);
}

std::vector<ContextEntry> ContextFolder::list(const Place& place, const std::string& folder)
{
    std::vector<ContextEntry> result;
    const fs::path relative = fs::path(folder).lexically_normal();
    if (!staysBelow(relative))
        return result;
    const auto rules = ignoreRules(place);
    std::error_code error;
    fs::directory_iterator entries(place.context / relative, fs::directory_options::skip_permission_denied, error);
    for (; !error && entries != fs::directory_iterator() && result.size() < maxEntries; entries.increment(error)) {
        std::error_code unknown;
        const std::string name = entries->path().filename().native();
        const std::string below = (relative / name).lexically_normal().generic_string();
        result.push_back({.name = name,
            .folder = entries->is_directory(unknown),
            .ignored = rules.value && rules.value->ignores(below)});
    }
    std::sort(result.begin(), result.end(),
        [](const ContextEntry& a, const ContextEntry& b) { return a.name < b.name; });
    return result;
}

void ContextFolder::forget()
{
    m_ignore.forget();
    m_config.forget();
}

} // namespace darsena::cli::lsp
