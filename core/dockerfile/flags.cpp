// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/flags.h"

#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

std::string unknownFlag(std::string_view name, std::span<const FlagSpec> known)
{
    std::vector<std::string_view> names;
    for (const FlagSpec& spec : known)
        names.push_back(spec.name);
    std::string message = fmt::format("unknown flag: --{}", name);
    if (const std::string_view suggestion = closest(name, names); !suggestion.empty())
        message += fmt::format(" (did you mean {}?)", suggestion);
    return message;
}

/// The part of a flag behind its '='. Quotes before the '=' are so rare that its place may be that of the whole flag.
Word valueOf(const Word& flag, std::size_t equals, const SourceText& source)
{
    Word value = flag;
    value.text = flag.text.substr(equals + 1);
    const std::size_t place = source.slice(flag.range).find('=');
    if (place != std::string_view::npos) {
        value.range.begin += static_cast<std::uint32_t>(place + 1);
        value.logicalOffset += static_cast<std::uint32_t>(equals + 1);
    }
    return value;
}

} // namespace

OrProblem<Flags> Flags::read(const std::vector<Word>& flags, std::span<const FlagSpec> known, const SourceText& source)
{
    Flags result;
    for (const Word& flag : flags) {
        const auto refuse = [&](std::string message) {
            return std::unexpected(Problem {.range = flag.range, .message = std::move(message)});
        };
        if (!flag.text.starts_with("--"))
            return refuse(fmt::format("arg should start with -- : {}", flag.text));
        const std::size_t equals = flag.text.find('=');
        const bool hasValue = equals != std::string::npos;
        const std::string name = flag.text.substr(2, hasValue ? equals - 2 : std::string::npos);
        const auto spec = std::find_if(
            known.begin(), known.end(), [&](const FlagSpec& candidate) { return candidate.name == name; });
        if (spec == known.end())
            return refuse(unknownFlag(name, known));
        if (spec->kind != FlagKind::Texts && result.text(name))
            return refuse(fmt::format("duplicate flag specified: --{}", name));
        Word value = hasValue ? valueOf(flag, equals, source) : flag;
        if (!hasValue)
            value.text.clear();
        if (spec->kind == FlagKind::Boolean) {
            if (hasValue && value.text.empty())
                return refuse(fmt::format("missing a value on flag: --{}", name));
            const std::string truth = hasValue ? lower(value.text) : "true";
            if (truth != "true" && truth != "false")
                return refuse(fmt::format("expecting boolean value for flag --{}, not: {}", name, value.text));
            value.text = truth;
        } else if (!hasValue) {
            return refuse(fmt::format("missing a value on flag: --{}", name));
        }
        result.m_entries.push_back({.name = name, .value = std::move(value)});
    }
    return result;
}

std::optional<Word> Flags::text(std::string_view name) const
{
    const auto found
        = std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& entry) { return entry.name == name; });
    if (found == m_entries.end())
        return std::nullopt;
    return found->value;
}

std::vector<Word> Flags::texts(std::string_view name) const
{
    std::vector<Word> result;
    for (const Entry& entry : m_entries) {
        if (entry.name == name)
            result.push_back(entry.value);
    }
    return result;
}

std::optional<bool> Flags::boolean(std::string_view name) const
{
    const auto value = text(name);
    if (!value)
        return std::nullopt;
    return value->text == "true";
}

} // namespace darsena::dockerfile
