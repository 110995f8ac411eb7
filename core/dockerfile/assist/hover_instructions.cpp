// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/hover_parts.h"

#include "core/dockerfile/assist/heredocs.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

/// What the form that was chosen here does.
std::string formText(const Hovering& hovering, const Statement& holder)
{
    const bool json = holder.jsonForm;
    if (holder.arguments.empty())
        return {};
    if (holder.name == "cmd" || holder.name == "entrypoint")
        return hovering.say(json
                ? "Exec form: the program is process 1 itself and gets the signals of `docker stop`. No shell: "
                  "variables, `&&` and `*` mean nothing."
                : "Shell form: a shell is process 1 and the program its child. Most shells do not pass on the signals "
                  "of `docker stop`, so the program is killed after the time allowed.");
    if (holder.name == "run")
        return json ? hovering.say("Exec form: the program runs without a shell; variables, `&&` and `*` mean nothing.")
                    : std::string();
    if (holder.name == "healthcheck" && holder.arguments.size() > 1)
        return hovering.say(json ? "Exec form: the program runs without a shell; variables, `&&` and `*` mean nothing."
                                 : "Shell form: runs in the shell, which the image must have.");
    return {};
}

std::optional<Hover> pageHover(const Hovering& hovering, Range range, std::string_view page, std::string_view summary)
{
    std::string text(instructionPage(page, hovering.world.language));
    if (text.empty() && !summary.empty())
        text = fmt::format("**{}**\n\n{}\n", page.substr(page.find(' ') + 1), hovering.say(summary));
    if (text.empty())
        return std::nullopt;
    return Hover {.range = range, .markdown = std::move(text)};
}

/// "rwxr-xr-x" for "755".
std::string modeText(std::string_view mode)
{
    if (mode.size() == 4)
        mode.remove_prefix(1);
    if (mode.size() != 3 || mode.find_first_not_of("01234567") != std::string_view::npos)
        return {};
    std::string text;
    for (const char digit : mode) {
        const int bits = digit - '0';
        text += (bits & 4) != 0 ? 'r' : '-';
        text += (bits & 2) != 0 ? 'w' : '-';
        text += (bits & 1) != 0 ? 'x' : '-';
    }
    return text;
}

/// Whether a source of COPY or ADD is in the build context.
std::optional<Hover> hoverPath(const Hovering& hovering, Range range)
{
    const Place& place = hovering.place;
    const bool hasFrom = std::any_of(place.flags.begin(), place.flags.end(),
        [&](const Span& flag) { return place.text(flag).starts_with("--from"); });
    std::string_view path = place.text(place.word);
    if (hasFrom || !hovering.world.list || place.index + 1 >= place.words.size()
        || path.find_first_of("*?[$\"'\\<") != std::string_view::npos || path.find(':') != std::string_view::npos)
        return std::nullopt;
    while (path.starts_with('/') || path.starts_with("./"))
        path.remove_prefix(path.starts_with('/') ? 1 : 2);
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (path.empty() || path == "." || path == ".." || path.starts_with("../"))
        return std::nullopt;
    const std::size_t slash = path.rfind('/');
    const std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
    const std::vector<ContextEntry> entries = hovering.world.list(
        std::string(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash)));
    const auto entry
        = std::find_if(entries.begin(), entries.end(), [&](const ContextEntry& known) { return known.name == name; });
    std::string_view sentence = "Not in the build context";
    if (entry != entries.end())
        sentence = entry->ignored ? "Left out of the build context by .dockerignore"
            : entry->folder       ? "A folder of the build context: its content is copied, not the folder itself"
                                  : "A file of the build context";
    return Hover {.range = range, .markdown = fmt::format("**{}**\n\n{}\n", path, hovering.say(sentence))};
}

std::optional<Hover> hoverMountField(const Hovering& hovering, Span value)
{
    const Place& place = hovering.place;
    const std::string_view line = place.line();
    std::uint32_t begin = value.begin;
    for (std::uint32_t i = value.begin; i < place.at; ++i) {
        if (line[i] == ',')
            begin = i + 1;
    }
    const auto end
        = static_cast<std::uint32_t>(std::min<std::size_t>(line.substr(0, value.end).find(',', place.at), value.end));
    const std::string_view field = line.substr(begin, end - begin);
    const std::size_t equals = field.find('=');
    const std::string name = lower(field.substr(0, equals));
    const MountKey* key = findMountKey(name);
    const Range range = place.wholeRange({begin, end});
    if (key == nullptr)
        return std::nullopt;
    const std::string_view given = equals == std::string_view::npos ? std::string_view() : field.substr(equals + 1);
    if (key->name == "type") {
        if (auto page = pageHover(hovering, range, fmt::format("RUN --mount=type={}", lower(given)), {}))
            return page;
    }
    std::string text = fmt::format(
        "**{}**{}\n\n{}\n", key->name, name == key->name ? "" : fmt::format(" ({})", name), hovering.say(key->summary));
    for (const ValueInfo& known : valuesOf(key->value)) {
        if (!known.summary.empty() && known.value == given)
            text += fmt::format("\n{}: {}\n", codeSpan(given), hovering.say(known.summary));
    }
    if (const std::string mode = key->name == "mode" ? modeText(given) : std::string(); !mode.empty())
        text += fmt::format("\n{} = {}\n", codeSpan(given), codeSpan(mode));
    if (key->name == "target") {
        for (const ValueInfo& cache : cacheTargets()) {
            if (cache.value == given)
                text += fmt::format("\n{}: {}\n", codeSpan(given), hovering.say(cache.summary));
        }
    }
    return Hover {.range = range, .markdown = std::move(text)};
}

} // namespace

std::optional<Hover> hoverKeyword(const Hovering& hovering)
{
    const Place& place = hovering.place;
    const Range range = place.wholeRange(place.word);
    const std::string name = upper(place.text(place.word));
    const InstructionInfo* instruction = findInstruction(name);
    if (instruction == nullptr)
        return std::nullopt;
    auto result = pageHover(hovering, range, instruction->name, instruction->summary);
    const Statement& holder = place.trigger
        ? place.statement->trigger.empty() ? *place.statement : place.statement->trigger.front()
        : *place.statement;
    const std::string form = holder.name == lower(name) ? formText(hovering, holder) : std::string();
    if (result && !form.empty())
        result->markdown = fmt::format("{}\n\n---\n\n{}", form, result->markdown);
    return result;
}

std::optional<Hover> hoverFlag(const Hovering& hovering)
{
    const Place& place = hovering.place;
    const InstructionInfo* instruction = findInstruction(place.name);
    if (instruction == nullptr)
        return std::nullopt;
    const std::string_view text = place.text(place.word);
    const std::size_t equals = std::min(text.find('='), text.size());
    const FlagInfo* flag = text.starts_with("--") ? findFlag(*instruction, text.substr(2, equals - 2)) : nullptr;
    if (flag == nullptr)
        return std::nullopt;
    const auto valueBegin = place.word.begin + static_cast<std::uint32_t>(std::min(equals + 1, text.size()));
    if (flag->value == ValueKind::Mount && place.at >= valueBegin) {
        if (auto field = hoverMountField(hovering, {valueBegin, place.word.end}))
            return field;
    }
    const Range range = place.wholeRange(place.word);
    auto result = pageHover(hovering, range, fmt::format("{} --{}", instruction->name, flag->name), flag->summary);
    const std::string_view value = text.substr(std::min(equals + 1, text.size()));
    std::string note;
    if (flag->value == ValueKind::Mode && !modeText(value).empty())
        note = fmt::format("{} = {}", codeSpan(value), codeSpan(modeText(value)));
    for (const ValueInfo& known : valuesOf(flag->value)) {
        if (known.value == value && !known.summary.empty() && note.empty())
            note = fmt::format("{}: {}", codeSpan(value), hovering.say(known.summary));
    }
    if (result && !note.empty())
        result->markdown = fmt::format("{}\n\n---\n\n{}", note, result->markdown);
    return result;
}

std::optional<Hover> hoverArgument(const Hovering& hovering)
{
    const Place& place = hovering.place;
    const Range range = place.wholeRange(place.word);
    if (range.empty())
        return std::nullopt;
    const std::string word(place.text(place.word));
    const auto tell = [&](std::span<const ValueInfo> values, const std::string& wanted) -> std::optional<Hover> {
        for (const ValueInfo& value : values) {
            if (equalsIgnoringCase(value.value, wanted) && !value.summary.empty())
                return Hover {.range = range,
                    .markdown = fmt::format("**{}**\n\n{}\n", value.value, hovering.say(value.summary))};
        }
        return std::nullopt;
    };
    if (place.name == "stopsignal") {
        if (auto signal = tell(stopSignals(), word))
            return signal;
        return tell(stopSignals(), "SIG" + word);
    }
    if (place.name == "expose")
        return tell(wellKnownPorts(), word.ends_with("/tcp") ? word.substr(0, word.size() - 4) : word);
    if (place.name == "label")
        return tell(labelKeys(), word.substr(0, word.find('=')));
    if (place.name == "copy" || place.name == "add")
        return hoverPath(hovering, range);
    if (place.name == "healthcheck" && place.index == 0)
        return pageHover(hovering, range, "HEALTHCHECK", {});
    return std::nullopt;
}

std::optional<Hover> hoverHeredoc(const Hovering& hovering)
{
    const Place& place = hovering.place;
    for (const Heredoc& heredoc : place.statement->heredocs) {
        const bool onWord = heredoc.wordRange.begin <= place.caret && place.caret <= heredoc.wordRange.end;
        const bool onEnd = place.kind == Place::Kind::HeredocEnd && place.heredoc == &heredoc;
        if (!onWord && !onEnd)
            continue;
        const auto lines = std::count(heredoc.content.begin(), heredoc.content.end(), '\n');
        std::string text
            = fmt::format("**{}**\n\n", hovering.say(fmt::format("Heredoc {}, lines: {}", heredoc.name, lines)));
        const auto add = [&](std::string_view sentence) { text += fmt::format("- {}\n", hovering.say(sentence)); };
        const auto reader = heredocReader(hovering.file, *place.statement, heredoc);
        const bool executed = isExecuted(*place.statement, heredoc);
        switch (bodyLanguage(*place.statement, heredoc)) {
        case BodyLanguage::Shell:
            if (executed)
                add("Read by the shell");
            break;
        case BodyLanguage::Python:
            add("Read as Python");
            break;
        case BodyLanguage::PowerShell:
            add("Read as PowerShell");
            break;
        case BodyLanguage::Json:
            add("Read as JSON");
            break;
        case BodyLanguage::Other:
            break;
        }
        if (reader == NameReader::BuilderHeredoc)
            add(fmt::format(
                "The builder puts in the values of variables; <<\"{}\" would leave them alone", heredoc.name));
        else if (reader == NameReader::ShellHeredoc)
            add(fmt::format(
                "The shell puts in the values of variables; <<\"{}\" would leave them alone", heredoc.name));
        else if (!reader)
            add("Variables are left alone");
        if (heredoc.chomp)
            add("Tabs at the beginning of its lines are removed");
        if (heredoc.endRange.empty())
            add("The line that ends it is missing");
        return Hover {.range = onWord ? heredoc.wordRange : heredoc.endRange, .markdown = std::move(text)};
    }
    return std::nullopt;
}

std::optional<Hover> hoverComment(const Hovering& hovering)
{
    const SourceText& source = hovering.file.document.source;
    const std::uint32_t caret = hovering.place.caret;
    for (const Directive& directive : hovering.file.document.directives) {
        if (directive.range.begin <= caret && caret < directive.valueRange.begin)
            return pageHover(hovering, directive.range, directive.name, {});
    }
    // A rule's name in "# check=skip=…" or "# hadolint ignore=…".
    const auto isNameByte
        = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
    const std::string& text = source.text();
    std::uint32_t begin = caret;
    std::uint32_t end = caret;
    while (begin > 0 && isNameByte(text[begin - 1]))
        --begin;
    while (end < text.size() && isNameByte(text[end]))
        ++end;
    const Range line = source.lineRange(source.lineOf(caret));
    const std::string_view before = source.slice({line.begin, begin});
    if (before.find("ignore=") == std::string_view::npos && before.find("skip=") == std::string_view::npos
        && before.find("experimental=") == std::string_view::npos) {
        if (before.find("check") != std::string_view::npos || source.slice({begin, end}) == "check")
            return pageHover(hovering, {begin, end}, "check", {});
        return std::nullopt;
    }
    const std::string_view page = rulePage(source.slice({begin, end}), hovering.world.language);
    if (page.empty())
        return std::nullopt;
    return Hover {.range = {begin, end}, .markdown = std::string(page)};
}

} // namespace darsena::dockerfile::assist_detail
