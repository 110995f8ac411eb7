// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/layers/dive.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::cli {

/// Whose figures the rules judge.
enum class Score { Dive, Exact };

/// The rules that an image has to keep, as ".dive-ci" and the command line give them. Values are texts, as people wrote
/// them: they are shown again. LAYERS.md says what each means.
struct CiConfig {
    // dive's own, with its defaults.
    std::string lowestEfficiency = "0.9";
    std::string highestWastedBytes = "disabled";
    std::string highestUserWastedPercent = "0.1";
    // Ours.
    std::string score = "dive"; ///< "dive" or "exact"
    std::vector<std::string> ignore; ///< globs of paths that are not counted
    std::string wasteFloor = "disabled";
    std::string baseline; ///< an image, an archive or a JSON file; "" = none
    std::string highestWastedBytesGrowth; ///< "" = not said: 0 when there is a baseline
    std::string highestSizeGrowth; ///< "" = not said: disabled

    /// Keys of the file that are no rules: dive passes over them, and so do we, but people should know.
    std::vector<std::string> unknown;

    /// Errors: Invalid, with the line.
    static Result<CiConfig> parse(std::string_view yaml);
    /// Reads a file; nothing given: ".dive-ci" if that is there, else the defaults. Errors: System, TooLarge, Invalid.
    static Result<CiConfig> read(const std::optional<std::string>& file);

    Result<Score> whose() const;
    /// Empty when nothing is to be ignored. Errors: Invalid.
    Result<layers::IgnorePath> ignored() const;
};

/// "disabled", "off", "false" or nothing, as dive takes them.
bool isDisabled(std::string_view value);

} // namespace darsena::cli
