// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/ci_rules.h"

#include "core/cli/layers/plain_text.h"
#include "core/cli/layers/size_text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

/// "0.90", and as Go writes what is no number.
std::string shareText(double share)
{
    const std::string percent = percentText(share);
    return percent.ends_with("Inf %") || percent.starts_with("NaN") ? percent.substr(0, percent.size() - 2)
                                                                    : fmt::format("{:.2f}", share);
}

/// A limit between 0 and 1; nothing = the rule is off.
Result<std::optional<double>> readShare(std::string_view rule, const std::string& value)
{
    if (isDisabled(value))
        return std::optional<double>();
    const double limit = TRY_CONTEXT(rule, parseNumber(value));
    if (limit < 0 || limit > 1)
        return Error(ErrorCode::Invalid, fmt::format("{}: {} is not between 0 and 1", rule, value));
    return std::optional<double>(limit);
}

Result<std::optional<std::uint64_t>> readSize(std::string_view rule, const std::string& value)
{
    if (isDisabled(value))
        return std::optional<std::uint64_t>();
    return std::optional<std::uint64_t>(TRY_CONTEXT(rule, parseSize(value)));
}

RuleResult skipped(std::string_view rule)
{
    return {std::string(rule), RuleStatus::Skip, "disabled"};
}

/// A rule of a share, which the floor may excuse.
RuleResult judged(std::string_view rule, const std::string& limit, const std::optional<std::string>& failure,
    const CiFigures& figures, const std::optional<std::uint64_t>& floor)
{
    if (!failure)
        return {std::string(rule), RuleStatus::Pass, limit};
    if (floor && figures.wastedBytes <= *floor)
        return {std::string(rule), RuleStatus::Skip,
            fmt::format(
                "{} wasted, which is not above wasteFloor {}", sizeText(figures.wastedBytes), sizeText(*floor))};
    return {std::string(rule), RuleStatus::Fail, *failure};
}

/// "5MB" or "10%": how much more than before is let pass.
Result<RuleResult> judgeGrowth(
    std::string_view rule, std::string_view what, const std::string& value, std::uint64_t before, std::uint64_t after)
{
    if (isDisabled(value))
        return skipped(rule);
    std::uint64_t limit = 0;
    if (value.ends_with('%')) {
        const double percent = TRY_CONTEXT(rule, parseNumber(std::string_view(value).substr(0, value.size() - 1)));
        if (percent < 0)
            return Error(ErrorCode::Invalid, fmt::format("{}: {} is below 0", rule, value));
        limit = static_cast<std::uint64_t>(std::min(static_cast<double>(before) * percent / 100, 1.8e19));
    } else {
        limit = TRY_CONTEXT(rule, parseSize(value));
    }
    if (after > before && after - before > limit)
        return RuleResult {std::string(rule), RuleStatus::Fail,
            fmt::format("{} grew too much (before={} after={} growth={} > threshold={})", what, before, after,
                after - before, value)};
    return RuleResult {std::string(rule), RuleStatus::Pass, value};
}

} // namespace

std::string_view name(RuleStatus status)
{
    return status == RuleStatus::Pass ? "PASS" : status == RuleStatus::Fail ? "FAIL" : "SKIP";
}

bool Evaluation::pass() const
{
    return count(RuleStatus::Fail) == 0;
}

std::size_t Evaluation::count(RuleStatus status) const
{
    return static_cast<std::size_t>(std::ranges::count(results, status, &RuleResult::status));
}

Result<Evaluation> evaluate(const CiConfig& config, const CiFigures& figures, const std::optional<CiFigures>& baseline)
{
    Evaluation evaluation;
    const auto efficiency = TRY(readShare("lowestEfficiency", config.lowestEfficiency));
    const auto wasted = TRY(readSize("highestWastedBytes", config.highestWastedBytes));
    const auto share = TRY(readShare("highestUserWastedPercent", config.highestUserWastedPercent));
    const auto floor = TRY(readSize("wasteFloor", config.wasteFloor));

    if (baseline) {
        evaluation.results.push_back(TRY(judgeGrowth(
            "highestSizeGrowth", "the image", config.highestSizeGrowth, baseline->sizeBytes, figures.sizeBytes)));
    }
    if (share) {
        std::optional<std::string> failure;
        if (figures.userWastedPercent > *share)
            failure = fmt::format(
                "too many bytes wasted, relative to the user bytes added (%-user-wasted-bytes={} > threshold={})",
                shareText(figures.userWastedPercent), *share);
        evaluation.results.push_back(
            judged("highestUserWastedPercent", config.highestUserWastedPercent, failure, figures, floor));
    } else {
        evaluation.results.push_back(skipped("highestUserWastedPercent"));
    }
    if (!wasted)
        evaluation.results.push_back(skipped("highestWastedBytes"));
    else if (figures.wastedBytes > *wasted)
        evaluation.results.push_back({"highestWastedBytes", RuleStatus::Fail,
            fmt::format("too many bytes wasted (wasted-bytes={} > threshold={})", figures.wastedBytes, *wasted)});
    else
        evaluation.results.push_back({"highestWastedBytes", RuleStatus::Pass, config.highestWastedBytes});
    if (baseline) {
        const std::string& limit = config.highestWastedBytesGrowth;
        evaluation.results.push_back(TRY(judgeGrowth("highestWastedBytesGrowth", "the waste",
            limit.empty() ? "0B" : limit, baseline->wastedBytes, figures.wastedBytes)));
    }
    if (efficiency) {
        std::optional<std::string> failure;
        if (figures.efficiency < *efficiency)
            failure = fmt::format("image efficiency is too low (efficiency={} < threshold={})",
                shareText(figures.efficiency), *efficiency);
        evaluation.results.push_back(judged("lowestEfficiency", config.lowestEfficiency, failure, figures, floor));
    } else {
        evaluation.results.push_back(skipped("lowestEfficiency"));
    }
    return evaluation;
}

std::string ciReport(
    const CiFigures& figures, const std::vector<layers::DiveScore::Match>& inefficient, const Evaluation& evaluation)
{
    const bool anything = figures.wastedBytes > 0;
    std::string text = "Analysis:\n";
    text += fmt::format("  efficiency:        {}\n", percentText(figures.efficiency));
    text += fmt::format("  wastedBytes:       {} bytes {}\n", figures.wastedBytes,
        anything ? "(" + sizeText(figures.wastedBytes) + ")" : "");
    text += fmt::format("  userWastedPercent: {}\n\n", anything ? percentText(figures.userWastedPercent) : "0 %");

    text += "Inefficient Files:";
    if (inefficient.empty()) {
        text += " (None)\n";
    } else {
        text += fmt::format("\n  {:<5}  {:<12}  {}\n", "Count", "Wasted Space", "File Path");
        for (const layers::DiveScore::Match& match : inefficient)
            text += fmt::format("  {:<5}  {:<12}  {}\n", match.count, sizeText(match.bytes), plainText(match.path));
    }

    text += "\nEvaluation:\n";
    for (const RuleResult& result : evaluation.results)
        text += fmt::format("  {}  {} ({})\n", name(result.status), result.rule, result.message);
    std::string tally;
    constexpr std::pair<std::string_view, RuleStatus> tallied[]
        = {{"pass", RuleStatus::Pass}, {"fail", RuleStatus::Fail}, {"skip", RuleStatus::Skip}};
    for (const auto& [word, status] : tallied) {
        if (const std::size_t count = evaluation.count(status); count > 0)
            tally += fmt::format("{}{}:{}", tally.empty() ? "" : " ", word, count);
    }
    return text + fmt::format("\n{} [{}]\n", evaluation.pass() ? "PASS" : "FAIL", tally);
}

} // namespace darsena::cli
