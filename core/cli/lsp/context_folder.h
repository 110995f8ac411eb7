// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/ignore.h"
#include "core/dockerfile/lint_config.h"

#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::cli::lsp {

/// The path that a file: URI names; nullopt for other URIs ("untitled:") and for those of other machines.
std::optional<std::filesystem::path> pathOfUri(std::string_view uri);
std::string uriOfPath(const std::filesystem::path& path);

/// A small file beside Dockerfiles: read again only when it changed on disk. Any thread.
template<typename T>
class WatchedFile {
public:
    using Parser = Result<T> (*)(std::string_view);

    struct State {
        std::optional<T> value; ///< nullopt: no such file, or an error
        std::optional<Error> error; ///< Invalid, with the line
        std::uint64_t generation = 0; ///< another number after each change
    };
    State state(const std::filesystem::path& path, Parser parser);
    void forget();

private:
    struct Entry {
        std::filesystem::file_time_type time {};
        std::uintmax_t size = 0;
        State state;
    };
    std::mutex m_mutex;
    std::map<std::filesystem::path, Entry> m_entries;
    std::uint64_t m_generation = 0;
};

/// What lies around a Dockerfile on disk: the files of its context, the ignore file, hadolint's configuration. Bounded
/// reads only. Any thread.
class ContextFolder {
public:
    struct Place {
        std::filesystem::path dockerfile;
        std::filesystem::path context;
        std::filesystem::path ignoreFile; ///< "<name>.dockerignore" if it is there, else ".dockerignore" of the context
    };
    /// `root` is the workspace's, `setting` the user's word for the context (relative to `root`), both maybe empty.
    /// nullopt: the document is no file.
    std::optional<Place> placeOf(
        std::string_view uri, const std::filesystem::path& root, const std::string& setting) const;

    WatchedFile<dockerfile::IgnoreRules>::State ignoreRules(const Place& place);
    /// ".hadolint.yaml" or ".hadolint.yml" in the Dockerfile's folder or above it, no further than the workspace; else
    /// where `darsena lint` looks.
    WatchedFile<dockerfile::LintConfig>::State lintConfig(const Place& place, const std::filesystem::path& root);
    /// The entries of a folder of the context, at most 2 000, ordered by name. A path that leads out of it has none.
    std::vector<dockerfile::ContextEntry> list(const Place& place, const std::string& folder);
    /// Read everything again: a client told us of changes.
    void forget();

private:
    WatchedFile<dockerfile::IgnoreRules> m_ignore;
    WatchedFile<dockerfile::LintConfig> m_config;
};

} // namespace darsena::cli::lsp
