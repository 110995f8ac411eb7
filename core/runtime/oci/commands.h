// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/runtime/oci/options.h"
#include "core/runtime/oci_container.h"

#include <string>
#include <string_view>
#include <vector>

/// The commands of darsena-oci. Each gives the exit code of the program, or an error, which is reported and means 1.
namespace darsena::runtime::command {

// report.cpp
/// Where callers look: standard error, and the log file in the form that they asked for. Warnings go to standard error
/// only when there is no log file.
void report(const Options& options, std::string_view level, const std::string& text);
void reportWarnings(const Options& options, const std::vector<std::string>& warnings);

// lifecycle.cpp
Result<int> create(const OciRuntime& runtime, const Options& options);
Result<int> run(const OciRuntime& runtime, const Options& options);
Result<int> start(const OciRuntime& runtime, const Options& options);
Result<int> kill(const OciRuntime& runtime, const Options& options);
Result<int> remove(const OciRuntime& runtime, const Options& options);
Result<int> pause(const OciRuntime& runtime, const Options& options);
Result<int> resume(const OciRuntime& runtime, const Options& options);
// exec.cpp
Result<int> exec(const OciRuntime& runtime, const Options& options);
// listing.cpp
Result<int> state(const OciRuntime& runtime, const Options& options);
Result<int> list(const OciRuntime& runtime, const Options& options);
Result<int> processes(const OciRuntime& runtime, const Options& options);
// update.cpp
Result<int> update(const OciRuntime& runtime, const Options& options);
// spec.cpp
Result<int> writeSpec(const Options& options);
// features.cpp
Result<int> features();

} // namespace darsena::runtime::command
