// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

enum class Severity { Error, Warning, Info };
/// "error", "warning", "info".
std::string_view severityName(Severity severity);

/// What the value of a label must look like (DL3049 … DL3056, DL3058).
enum class LabelType { Text, Url, Rfc3339, Semver, Hash, Spdx, Email };

/// The settings of hadolint's configuration file (hadolint's README, "Configure"). Values only.
struct LintConfig {
    std::set<std::string, std::less<>> ignored; ///< rules that are silent
    std::map<std::string, Severity, std::less<>> severities; ///< override; a rule that is off by default is on with one
    std::vector<std::string> trustedRegistries; ///< DL3026; empty = all are
    std::map<std::string, LabelType, std::less<>> labelSchema;
    bool strictLabels = false; ///< DL3050: no label beside the schema's
    bool disableIgnorePragma = false; ///< "# hadolint ignore=" is not honoured
    bool noFail = false; ///< findings do not make the command fail
    std::optional<Severity> failureThreshold; ///< the least severity that makes the command fail; nullopt = not given

    /// From YAML. Keys that are not known are skipped. Errors: Invalid, with the line.
    static Result<LintConfig> parse(std::string_view yaml);
};

} // namespace darsena::dockerfile
