// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/oci/runtime_spec.h"

#include <filesystem>

/// The files that an ExternalRuntime works from. Apart from it, because they need a JSON library and it must not.
namespace darsena::runtime {

/// Writes spec as config.json.
Result<void> writeBundle(const std::filesystem::path& bundle, const oci::RuntimeSpec& spec);
/// Writes the process object alone, as process.json.
Result<void> writeProcess(const std::filesystem::path& directory, const oci::Process& process);

} // namespace darsena::runtime
