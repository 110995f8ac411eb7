// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/pages/pages.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

/// "from" of "--from=build".
std::string_view flagName(std::string_view flag)
{
    if (flag.starts_with("--"))
        flag.remove_prefix(2);
    return flag.substr(0, flag.find('='));
}

void offerFlagNames(CompletionList& list, const InstructionInfo& instruction)
{
    const Place& place = list.place();
    for (const FlagInfo& flag : instruction.flags) {
        const bool given = std::any_of(place.flags.begin(), place.flags.end(), [&](const Span& other) {
            const bool here = place.kind == Place::Kind::Flag && other.begin == place.word.begin;
            return !here && flagName(place.text(other)) == flag.name;
        });
        if (given && !flag.repeatable)
            continue;
        const bool isSwitch = flag.value == ValueKind::Boolean || flag.value == ValueKind::None;
        const std::string page = fmt::format("{} --{}", instruction.name, flag.name);
        list.add({.kind = CompletionKind::Flag,
            .label = fmt::format("--{}{}", flag.name, isSwitch ? "" : "="),
            .detail = translated(flag.summary, list.language()),
            .documentation = std::string(instructionPage(page, list.language())),
            .rank = place.kind == Place::Kind::Flag ? '2' : '8',
            .again = !isSwitch});
    }
}

void offerValues(CompletionList& list, std::span<const ValueInfo> values)
{
    for (const ValueInfo& value : values)
        list.add({.kind = CompletionKind::Value,
            .label = std::string(value.value),
            .detail = translated(value.summary, list.language())});
}

void offerFlagValue(CompletionList& list, const FlagInfo& flag, Span value)
{
    if (flag.value == ValueKind::Mount) {
        offerMount(list, value);
        return;
    }
    if (!list.aim(value))
        return;
    // The builder refuses variables in --from.
    if (flag.value == ValueKind::Source) {
        offerStages(list, true);
        offerImages(list);
        return;
    }
    if (offerVariables(list, value.begin, NameReader::Builder))
        return;
    switch (flag.value) {
    case ValueKind::Owner:
        offerUsers(list, value);
        break;
    case ValueKind::Number:
        for (const std::string_view number : {"1", "3", "5", "10"})
            list.add({.label = std::string(number)});
        break;
    default:
        offerValues(list, valuesOf(flag.value));
    }
    if (flag.name == "exclude") {
        for (const std::string_view pattern : {"*.md", "**/*.log", "**/node_modules", ".git"})
            list.add({.label = std::string(pattern)});
        offerContextPaths(list, value);
    }
    if (flag.name == "device")
        list.add({.label = "nvidia.com/gpu=all"});
}

} // namespace

void offerFlags(CompletionList& list)
{
    const Place& place = list.place();
    const InstructionInfo* instruction = findInstruction(place.name);
    if (instruction == nullptr)
        return;
    if (place.kind != Place::Kind::Flag) {
        offerFlagNames(list, *instruction);
        return;
    }
    const std::string_view text = place.text(place.word);
    const std::size_t equals = text.find('=');
    const auto valueBegin
        = equals == std::string_view::npos ? place.word.end : place.word.begin + static_cast<std::uint32_t>(equals) + 1;
    if (equals == std::string_view::npos || place.at < valueBegin) {
        // The name only: a value behind it stays.
        const bool hasValue = equals != std::string_view::npos;
        if (list.aim(place.word.begin, hasValue ? valueBegin : place.word.end))
            offerFlagNames(list, *instruction);
        return;
    }
    const FlagInfo* flag = findFlag(*instruction, flagName(text));
    if (flag == nullptr)
        return;
    Span value {valueBegin, place.word.end};
    // A quote in front is the author's.
    if (value.begin < place.at && (place.line()[value.begin] == '"' || place.line()[value.begin] == '\'')) {
        const char quote = place.line()[value.begin++];
        if (value.end > place.at && place.line()[value.end - 1] == quote)
            --value.end;
    }
    offerFlagValue(list, *flag, value);
}

} // namespace darsena::dockerfile::assist_detail
