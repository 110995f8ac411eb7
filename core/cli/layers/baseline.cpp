// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/layers/baseline.h"

#include "core/base/json.h"

#include <fstream>

#include <fmt/format.h>

namespace darsena::cli {

namespace {

constexpr std::size_t maxReportBytes = 512U << 20;

Result<std::uint64_t> count(const json::Object& object, std::string_view key)
{
    const std::int64_t value = TRY(json::integer(object, key, -1));
    if (value < 0)
        return Error(ErrorCode::Invalid, fmt::format("the report has no {}", key));
    return static_cast<std::uint64_t>(value);
}

} // namespace

bool isReport(const std::string& baseline)
{
    std::ifstream file(baseline, std::ios::binary);
    char first = 0;
    return file >> first && first == '{';
}

Result<CiFigures> figuresInReport(std::string_view text, Score score)
{
    const json::Value document = TRY(json::parse(text));
    if (!document.is_object())
        return Error(ErrorCode::Invalid, "the report is no JSON object");
    const std::string_view key = score == Score::Dive ? "image" : "exact";
    const json::Object* part = TRY(json::object(document.get_object(), key));
    if (part == nullptr)
        return Error(ErrorCode::Invalid,
            fmt::format("the report has no \"{}\"{}", key, score == Score::Exact ? ": dive writes none" : ""));
    CiFigures figures;
    figures.sizeBytes = TRY(count(*part, score == Score::Dive ? "sizeBytes" : "storedBytes"));
    figures.wastedBytes = TRY(count(*part, score == Score::Dive ? "inefficientBytes" : "wastedBytes"));
    figures.efficiency = TRY(json::number(*part, score == Score::Dive ? "efficiencyScore" : "efficiency", 1));
    return figures;
}

Result<CiFigures> figuresOfReport(const std::string& name, Score score)
{
    std::ifstream file(name, std::ios::binary);
    std::string text;
    char buffer[64 * 1024];
    while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
        text.append(buffer, static_cast<std::size_t>(file.gcount()));
        if (text.size() > maxReportBytes)
            return Error(ErrorCode::TooLarge, name + ": more than 512 MiB");
    }
    return TRY_CONTEXT(name, figuresInReport(text, score));
}

} // namespace darsena::cli
