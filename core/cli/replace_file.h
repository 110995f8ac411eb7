// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>

namespace darsena::cli {

/// Gives a file another content, in one step: whoever reads it sees the old or the new, and a crash leaves one of them.
/// A symbolic link stays one, and what it names is written; mode and, where allowed, owner stay. Errors: System.
Result<void> replaceFile(const std::filesystem::path& file, std::string_view content);

} // namespace darsena::cli
