// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/archive/stream.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace darsena::gui {

/// What a folder sends as a build context.
struct ContextFile {
    std::string path; ///< relative, with '/'
    std::uint64_t bytes = 0;
};
struct ContextSummary {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    std::uint64_t ignoredFiles = 0; ///< as far as seen: a folder that is ignored as a whole counts once
    std::uint64_t ignoredBytes = 0;
    std::vector<ContextFile> largest; ///< at most maxLargest, largest first
    static constexpr std::size_t maxLargest = 200;
};

/// Which files to send. The Dockerfile and the .dockerignore are sent even when a pattern ignores them, as docker does.
struct ContextSpec {
    std::filesystem::path folder;
    std::string dockerfile; ///< relative to the folder
};

/// The most entries a context may have: a home folder chosen by mistake ends here, with a sentence.
inline constexpr std::uint64_t maxContextEntries = 500'000;

/// Looks at the context; reads names and sizes only. Blocking. Errors: NotFound, System, TooLarge, Invalid (a pattern),
/// Cancelled.
Result<ContextSummary> scanContext(const ContextSpec& spec, std::stop_token stop);

/// Writes the context as a tar archive, sorted by name, owner 0:0 as docker sends it. Blocking; a file that changes its
/// size while it is read is an error that names it. Errors: as above.
Result<void> packContext(const ContextSpec& spec, archive::ByteSink& sink, std::stop_token stop);

} // namespace darsena::gui
