// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/confine_self.h"
#include "core/layers/source/image_source.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

namespace darsena::cli {

struct SourceOptions {
    std::string socket; ///< of the engine to ask; "" = see findEngines()
    bool insecure = false; ///< a registry may speak plain http and have a certificate that nobody vouches for
    std::filesystem::path scratch; ///< where what cannot be read twice is kept, in unlinked files; empty = scratchFolder()
    /// Enough is what a layer holds, not its bytes: of Darsena's engine the source then gives indexes and single files
    /// (EngineSource), and layers::extract has nothing to read. For who starts no thread before he opens.
    bool filesOnly = false;
    std::function<void(std::uint64_t)> progress; ///< bytes of what must come whole before it can be read
    std::stop_token stop;
};

/// $XDG_CACHE_HOME/darsena/scratch, or ~/.cache/darsena/scratch: /tmp is memory on many machines.
std::filesystem::path scratchFolder();

/// An image that was found, of which nothing was read yet: the moment to confine oneself.
struct PreparedSource {
    Confinement needs; ///< what open() and the source still need; the scratch folder is in it
    std::function<Result<std::unique_ptr<layers::ImageSource>>()> open; ///< once
};

/// Finds what an address names (see parseAddress); asks engines, looks up logins. Errors: NotFound, Invalid, Unavailable,
/// Unsupported, Denied, each saying what can be done.
Result<PreparedSource> prepareSource(const std::string& address, const SourceOptions& options = {});

/// Both steps in one.
Result<std::unique_ptr<layers::ImageSource>> openSource(const std::string& address, const SourceOptions& options = {});

} // namespace darsena::cli
