// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/assist/place.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

using namespace assist_detail;

/// What an instruction takes behind its flags: text that stands between parameters, and the parameters.
struct PositionalInfo {
    std::string_view instruction;
    std::string_view before; ///< not part of the parameter
    std::string_view label;
    std::string_view summary;
};
constexpr std::array positionals {
    PositionalInfo {"ADD", " ", "source…", "Files and folders of the context, URLs, Git repositories, or heredocs."},
    PositionalInfo {"ADD", " ", "destination", "Where in the image; a folder if it ends with '/'."},
    PositionalInfo {"ARG", " ", "name[=default]…", "The variable, and its value where the build gives none."},
    PositionalInfo {"CMD", " [\"", "program", "The program, as a path or a name that PATH has."},
    PositionalInfo {"CMD", "\", \"", "argument", "Its arguments, a string each."},
    PositionalInfo {"CMD", "\"…]", "", ""},
    PositionalInfo {
        "COPY", " ", "source…", "Files and folders of the context, of the stage or image of --from, or heredocs."},
    PositionalInfo {"COPY", " ", "destination", "Where in the image; a folder if it ends with '/'."},
    PositionalInfo {"ENTRYPOINT", " [\"", "program", "The program, as a path or a name that PATH has."},
    PositionalInfo {"ENTRYPOINT", "\", \"", "argument", "Its arguments, a string each."},
    PositionalInfo {"ENTRYPOINT", "\"…]", "", ""},
    PositionalInfo {"ENV", " ", "name=value…", "Variables and their values; quotes around a value that has blanks."},
    PositionalInfo {"EXPOSE", " ", "port[/protocol]…", "A port or a range of ports; tcp if no protocol is given."},
    PositionalInfo {"FROM", " ", "image[:tag][@digest]", "The image or the earlier stage to begin with."},
    PositionalInfo {"FROM", " [", "AS", "Gives the stage a name."},
    PositionalInfo {"FROM", " ", "name", "The stage's name for FROM, --from and --target; lower case."},
    PositionalInfo {"FROM", "]", "", ""},
    PositionalInfo {"HEALTHCHECK", " ", "CMD",
        "A command follows, in shell or exec form; NONE turns off the check of the base image."},
    PositionalInfo {"HEALTHCHECK", " ", "command", "0 means healthy, 1 not."},
    PositionalInfo {"LABEL", " ", "key=value…", "Keys and their values; quotes around a value that has blanks."},
    PositionalInfo {"MAINTAINER", " ", "name", "The author."},
    PositionalInfo {"ONBUILD", " ", "instruction", "Any but FROM, ONBUILD and MAINTAINER."},
    PositionalInfo {"RUN", " ", "command", "Shell code, a heredoc, or a program and its arguments as a JSON array."},
    PositionalInfo {"SHELL", " [\"", "program", "The shell."},
    PositionalInfo {"SHELL", "\", \"", "argument", "Its arguments, a string each; the last lets it take code: -c."},
    PositionalInfo {"SHELL", "\"…]", "", ""},
    PositionalInfo {"STOPSIGNAL", " ", "signal", "A name or a number."},
    PositionalInfo {"USER", " ", "user", "A name or a number."},
    PositionalInfo {"USER", "[:", "group", "A name or a number; the user's own group if left out."},
    PositionalInfo {"USER", "]", "", ""},
    PositionalInfo {"VOLUME", " ", "path…", "Folders in the container."},
    PositionalInfo {"WORKDIR", " ", "path", "A folder; a relative one counts from the WORKDIR before."},
};

class SignatureBuilder {
public:
    SignatureBuilder(const Place& place, const std::string& language)
        : m_place(place)
        , m_language(language)
    { }

    std::optional<SignatureHelp> run();

private:
    void add(std::string_view before, std::string_view label, std::string_view summary)
    {
        m_help.label += before;
        if (label.empty())
            return;
        const auto begin = static_cast<std::uint32_t>(m_help.label.size());
        m_help.label += label;
        m_help.parameters.push_back({.begin = begin,
            .end = static_cast<std::uint32_t>(m_help.label.size()),
            .documentation = translated(summary, m_language)});
    }
    void addInstruction(const InstructionInfo& instruction);
    bool addMount();
    int positional(const InstructionInfo& instruction) const;

    const Place& m_place;
    const std::string& m_language;
    SignatureHelp m_help;
};

/// Which of the parameters behind the flags the caret is in.
int SignatureBuilder::positional(const InstructionInfo& instruction) const
{
    const auto index = static_cast<int>(m_place.index);
    const std::string_view name = instruction.name;
    if (name == "COPY" || name == "ADD")
        return index > 0 && m_place.index + 1 >= m_place.words.size() ? 1 : 0;
    if (name == "FROM")
        return index < 3 ? index : -1;
    if (name == "CMD" || name == "ENTRYPOINT" || name == "SHELL")
        return m_place.json ? std::min(index, 1) : 0;
    if (name == "USER")
        return m_place.typed().find(':') == std::string_view::npos ? 0 : 1;
    if (name == "HEALTHCHECK")
        return m_place.shell || m_place.json ? 1 : 0;
    return 0;
}

void SignatureBuilder::addInstruction(const InstructionInfo& instruction)
{
    m_help.label = instruction.name;
    m_help.documentation = translated(instruction.summary, m_language);
    std::string_view current;
    if (m_place.kind == Place::Kind::Flag) {
        current = m_place.text(m_place.word);
        current.remove_prefix(std::min<std::size_t>(2, current.size()));
        current = current.substr(0, current.find('='));
    }
    for (const FlagInfo& flag : instruction.flags) {
        if (!current.empty() && flag.name == current)
            m_help.active = static_cast<int>(m_help.parameters.size());
        const bool isSwitch = flag.value == ValueKind::Boolean;
        add(" [", fmt::format("--{}{}", flag.name, isSwitch ? "" : "=…"), flag.summary);
        m_help.label += flag.repeatable ? "]…" : "]";
    }
    const auto first = static_cast<int>(m_help.parameters.size());
    for (const PositionalInfo& info : positionals) {
        if (info.instruction == instruction.name)
            add(info.before, info.label, info.summary);
    }
    if (m_place.kind != Place::Kind::Flag) {
        const int offset = positional(instruction);
        m_help.active = offset < 0 ? -1 : first + offset;
    }
}

/// The keys of the mount's type, the one at the caret active.
bool SignatureBuilder::addMount()
{
    constexpr std::string_view flag = "--mount=";
    const std::string_view text = m_place.text(m_place.word);
    if (!text.starts_with(flag) || m_place.at < m_place.word.begin + flag.size())
        return false;
    std::string type = "bind";
    std::string current;
    std::size_t at = flag.size();
    const std::size_t caret = m_place.at - m_place.word.begin;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::string_view field = text.substr(at, end - at);
        const std::string key = lower(field.substr(0, field.find('=')));
        if (key == "type" && field.size() > 5)
            type = lower(field.substr(5));
        if (caret >= at && caret <= end)
            current = key;
        at = end + 1;
    }
    if (std::none_of(
            mountTypes().begin(), mountTypes().end(), [&](const ValueInfo& known) { return known.value == type; }))
        type = "bind";
    m_help.label = "--mount=";
    for (const MountKey& key : mountKeys()) {
        if (!key.goesWith(type))
            continue;
        const MountKey* active = findMountKey(current);
        if (active == &key)
            m_help.active = static_cast<int>(m_help.parameters.size());
        const bool isType = key.name == "type";
        const bool isSwitch = key.value == ValueKind::Boolean;
        add(isType ? "" : ",", isType ? "type=" + type : fmt::format("{}{}", key.name, isSwitch ? "" : "=…"),
            key.summary);
    }
    for (const ValueInfo& known : mountTypes()) {
        if (known.value == type)
            m_help.documentation = translated(known.summary, m_language);
    }
    return true;
}

std::optional<SignatureHelp> SignatureBuilder::run()
{
    if (m_place.statement == nullptr || (m_place.kind != Place::Kind::Flag && m_place.kind != Place::Kind::Argument))
        return std::nullopt;
    const InstructionInfo* instruction = findInstruction(m_place.name);
    if (instruction == nullptr)
        return std::nullopt;
    const bool inMount = m_place.kind == Place::Kind::Flag && instruction->name == "RUN" && addMount();
    if (!inMount)
        addInstruction(*instruction);
    return std::move(m_help);
}

/// "# check=skip=…;error=…".
std::optional<SignatureHelp> directiveSignature(
    const Dockerfile& file, std::uint32_t caret, const std::string& language)
{
    for (const Directive& directive : file.document.directives) {
        if (caret < directive.valueRange.begin || caret > directive.range.end)
            continue;
        SignatureHelp help;
        help.label = fmt::format("# {}=", directive.name);
        const auto add = [&](std::string_view before, std::string_view label, std::string_view summary) {
            help.label += before;
            const auto begin = static_cast<std::uint32_t>(help.label.size());
            help.label += label;
            help.parameters.push_back({.begin = begin,
                .end = static_cast<std::uint32_t>(help.label.size()),
                .documentation = translated(summary, language)});
        };
        if (directive.name == "escape") {
            add("", "` | \\", "The character that continues lines; ` leaves the \\ of Windows paths alone.");
            help.active = 0;
        } else if (directive.name == "syntax") {
            add("", "image", "The image that reads the file: docker/dockerfile:1 for the newest stable syntax.");
            help.active = 0;
        } else {
            add("", "skip=name,…", "Checks that are skipped; all of them: all");
            add(";", "error=true", "Whether a finding makes the build fail");
            add(";", "experimental=name,…", "Checks that are still being tried out");
            const std::string_view before = file.document.source.slice({directive.valueRange.begin, caret});
            const std::string_view part
                = trimLeft(before.substr(before.rfind(';') == std::string_view::npos ? 0 : before.rfind(';') + 1));
            help.active = part.starts_with("er") ? 1 : part.starts_with("ex") ? 2 : 0;
        }
        return help;
    }
    return std::nullopt;
}

} // namespace

std::optional<SignatureHelp> signatureHelp(const Dockerfile& file, std::uint32_t offset, const Surroundings& world)
{
    const Place place = placeAt(file, offset);
    if (place.kind == Place::Kind::Comment)
        return directiveSignature(file, place.caret, world.language);
    return SignatureBuilder(place, world.language).run();
}

} // namespace darsena::dockerfile
