// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/layers/ci_config.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace darsena::cli {

/// What rules judge.
struct CiFigures {
    double efficiency = 1;
    std::uint64_t wastedBytes = 0;
    double userWastedPercent = 0; ///< a share, 0…1 as a rule; may be infinite or no number (see DiveScore)
    std::uint64_t sizeBytes = 0;
};

enum class RuleStatus { Pass, Fail, Skip };
std::string_view name(RuleStatus status); ///< "PASS", "FAIL", "SKIP"

struct RuleResult {
    std::string rule;
    RuleStatus status = RuleStatus::Pass;
    std::string message; ///< of a rule that passed: its limit, as it was written
};

struct Evaluation {
    std::vector<RuleResult> results; ///< by the rules' names
    bool pass() const;
    std::size_t count(RuleStatus status) const;
};

/// The limits are strict: a rule fails when its limit is passed, not when it is met. Rules of growth are there when
/// there is a baseline. Errors: Invalid, for a limit that is none.
Result<Evaluation> evaluate(
    const CiConfig& config, const CiFigures& figures, const std::optional<CiFigures>& baseline = {});

/// The report, laid out as dive's, so that what reads dive's output reads ours: analysis, inefficient files,
/// evaluation.
std::string ciReport(
    const CiFigures& figures, const std::vector<layers::DiveScore::Match>& inefficient, const Evaluation& evaluation);

} // namespace darsena::cli
