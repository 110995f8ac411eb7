// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/instruction_reader.h"

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/heredoc.h"
#include "core/dockerfile/run_mount.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

using namespace std::string_view_literals;

using Body = OrProblem<ReadInstruction>;

/// As TRY, for OrProblem.
#define TRY_READ(...)                                                                                                  \
    __extension__({                                                                                                    \
        auto darsenaReadResult = (__VA_ARGS__);                                                                        \
        if (!darsenaReadResult)                                                                                        \
            return std::unexpected(std::move(darsenaReadResult).error());                                              \
        std::move(darsenaReadResult).value();                                                                          \
    })

bool isStageName(std::string_view name)
{
    if (name.empty() || name.front() < 'a' || name.front() > 'z')
        return false;
    return std::all_of(name.begin(), name.end(),
        [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; });
}

class InstructionReader {
public:
    InstructionReader(const Statement& statement, const SourceText& source, char escape)
        : m_statement(statement)
        , m_source(source)
        , m_escape(escape)
        , m_name(upper(statement.name))
    { }

    Body read() const;

private:
    using Reader = Body (InstructionReader::*)() const;

    std::unexpected<Problem> refuse(std::string message) const
    {
        return std::unexpected(Problem {.range = lineRange(), .message = std::move(message)});
    }
    std::unexpected<Problem> refuseAt(Range range, std::string message) const
    {
        return std::unexpected(Problem {.range = range, .message = std::move(message)});
    }
    /// The keyword and what follows it, heredocs left out.
    Range lineRange() const
    {
        const auto end = static_cast<std::uint32_t>(m_statement.line.text().size());
        return {m_statement.keyword.range.begin,
            std::max(m_statement.keyword.range.end, m_statement.line.source(0, end).end)};
    }
    OrProblem<Flags> flags(std::span<const FlagSpec> known = {}) const
    {
        return Flags::read(m_statement.flags, known, m_source);
    }
    CommandLine commandLine(std::size_t firstArgument = 0) const;
    const std::vector<Word>& arguments() const { return m_statement.arguments; }

    Body readAdd() const;
    Body readArg() const;
    Body readCmd() const;
    Body readCopy() const;
    Body readEntrypoint() const;
    Body readEnv() const;
    Body readExpose() const;
    Body readFrom() const;
    Body readHealthcheck() const;
    Body readLabel() const;
    Body readMaintainer() const;
    Body readOnBuild() const;
    Body readRun() const;
    Body readShell() const;
    Body readStopSignal() const;
    Body readUser() const;
    Body readVolume() const;
    Body readWorkdir() const;

    OrProblem<std::vector<KeyValue>> keyValues() const;
    OrProblem<SourcesAndDestination> sourcesAndDestination() const;
    OrProblem<Word> onlyArgument() const;
    OrProblem<std::chrono::nanoseconds> interval(const Flags& flags, std::string_view name) const;

    const Statement& m_statement;
    const SourceText& m_source;
    char m_escape;
    std::string m_name;
};

Body InstructionReader::read() const
{
    using Self = InstructionReader;
    static constexpr std::array<std::pair<std::string_view, Reader>, 18> readers {
        {{"add", &Self::readAdd}, {"arg", &Self::readArg}, {"cmd", &Self::readCmd}, {"copy", &Self::readCopy},
            {"entrypoint", &Self::readEntrypoint}, {"env", &Self::readEnv}, {"expose", &Self::readExpose},
            {"from", &Self::readFrom}, {"healthcheck", &Self::readHealthcheck}, {"label", &Self::readLabel},
            {"maintainer", &Self::readMaintainer}, {"onbuild", &Self::readOnBuild}, {"run", &Self::readRun},
            {"shell", &Self::readShell}, {"stopsignal", &Self::readStopSignal}, {"user", &Self::readUser},
            {"volume", &Self::readVolume}, {"workdir", &Self::readWorkdir}}};
    for (const auto& [name, reader] : readers) {
        if (name == m_statement.name)
            return (this->*reader)();
    }
    std::string message = fmt::format("unknown instruction: {}", m_statement.keyword.text);
    if (const std::string_view suggestion = closest(m_statement.name, instructionNames()); !suggestion.empty())
        message += fmt::format(" (did you mean {}?)", upper(suggestion));
    return refuseAt(m_statement.keyword.range, std::move(message));
}

CommandLine InstructionReader::commandLine(std::size_t firstArgument) const
{
    CommandLine command {.shellForm = !m_statement.jsonForm, .arguments = {}};
    for (std::size_t i = firstArgument; i < arguments().size(); ++i)
        command.arguments.push_back(arguments()[i].text);
    return command;
}

OrProblem<Word> InstructionReader::onlyArgument() const
{
    if (arguments().size() != 1)
        return refuse(fmt::format("{} requires exactly one argument", m_name));
    return arguments().front();
}

OrProblem<std::vector<KeyValue>> InstructionReader::keyValues() const
{
    if (arguments().empty())
        return refuse(fmt::format("{} requires at least one argument", m_name));
    std::vector<KeyValue> pairs;
    for (std::size_t i = 0; i + 2 < arguments().size(); i += 3) {
        const Word& key = arguments()[i];
        if (key.text.empty())
            return refuseAt(
                {key.range.begin, arguments()[i + 1].range.end}, fmt::format("{} names can not be blank", m_name));
        pairs.push_back({.key = key, .value = arguments()[i + 1], .legacy = arguments()[i + 2].text.empty()});
    }
    return pairs;
}

OrProblem<SourcesAndDestination> InstructionReader::sourcesAndDestination() const
{
    SourcesAndDestination result;
    result.destination = arguments().back();
    const auto isHeredoc = [](const Word& word) {
        const auto heredoc = heredocFromWord(word.text);
        return heredoc && heredoc->has_value();
    };
    if (isHeredoc(result.destination))
        return refuseAt(result.destination.range, fmt::format("{} cannot accept a heredoc as a destination", m_name));
    for (std::size_t i = 0; i + 1 < arguments().size(); ++i) {
        const Word& source = arguments()[i];
        if (!isHeredoc(source)) {
            result.sources.push_back(source);
            continue;
        }
        const Heredoc opened = **heredocFromWord(source.text);
        InlineFile file {.name = opened.name, .content = {}, .expand = opened.expand, .range = source.range};
        // Of several heredocs with one name the last counts.
        for (const Heredoc& heredoc : m_statement.heredocs) {
            if (heredoc.name == opened.name)
                file.content = heredoc.text();
        }
        result.files.push_back(std::move(file));
    }
    return result;
}

Body InstructionReader::readAdd() const
{
    static constexpr std::array known {FlagSpec {"chown", FlagKind::Text}, FlagSpec {"chmod", FlagKind::Text},
        FlagSpec {"link", FlagKind::Boolean}, FlagSpec {"keep-git-dir", FlagKind::Boolean},
        FlagSpec {"checksum", FlagKind::Text}, FlagSpec {"unpack", FlagKind::Boolean},
        FlagSpec {"exclude", FlagKind::Texts}};
    if (arguments().size() < 2)
        return refuse(
            "ADD requires at least two arguments, but only one was provided. Destination could not be determined");
    const Flags given = TRY_READ(flags(known));
    return ReadInstruction {.body = Add {.paths = TRY_READ(sourcesAndDestination()),
                                .chown = given.text("chown"),
                                .chmod = given.text("chmod"),
                                .checksum = given.text("checksum"),
                                .link = given.boolean("link").value_or(false),
                                .keepGitDir = given.boolean("keep-git-dir").value_or(false),
                                .unpack = given.boolean("unpack"),
                                .excludes = given.texts("exclude")},
        .later = {}};
}

Body InstructionReader::readCopy() const
{
    static constexpr std::array known {FlagSpec {"chown", FlagKind::Text}, FlagSpec {"from", FlagKind::Text},
        FlagSpec {"chmod", FlagKind::Text}, FlagSpec {"link", FlagKind::Boolean},
        FlagSpec {"parents", FlagKind::Boolean}, FlagSpec {"exclude", FlagKind::Texts}};
    if (arguments().size() < 2)
        return refuse(
            "COPY requires at least two arguments, but only one was provided. Destination could not be determined");
    const Flags given = TRY_READ(flags(known));
    auto from = given.text("from");
    // An empty --from is none.
    if (from && from->text.empty())
        from.reset();
    return ReadInstruction {.body = Copy {.paths = TRY_READ(sourcesAndDestination()),
                                .from = std::move(from),
                                .chown = given.text("chown"),
                                .chmod = given.text("chmod"),
                                .link = given.boolean("link").value_or(false),
                                .parents = given.boolean("parents").value_or(false),
                                .excludes = given.texts("exclude")},
        .later = {}};
}

Body InstructionReader::readArg() const
{
    // BuildKit does not look at the flags of ARG.
    if (arguments().empty())
        return refuse("ARG requires at least one argument");
    Arg arg;
    for (const Word& word : arguments()) {
        const std::size_t equals = word.text.find('=');
        Arg::Variable variable {.name = word.text.substr(0, equals), .value = {}, .word = word, .comment = {}};
        if (equals != std::string::npos)
            variable.value = word.text.substr(equals + 1);
        if (variable.name.empty())
            return refuseAt(word.range, "ARG names can not be blank");
        variable.comment = commentOn(variable.name, m_statement.commentsAbove);
        arg.variables.push_back(std::move(variable));
    }
    return ReadInstruction {.body = std::move(arg), .later = {}};
}

Body InstructionReader::readCmd() const
{
    TRY_READ(flags());
    return ReadInstruction {.body = Cmd {.command = commandLine()}, .later = {}};
}

Body InstructionReader::readEntrypoint() const
{
    TRY_READ(flags());
    return ReadInstruction {.body = Entrypoint {.command = commandLine()}, .later = {}};
}

Body InstructionReader::readEnv() const
{
    TRY_READ(flags());
    return ReadInstruction {.body = Env {.pairs = TRY_READ(keyValues())}, .later = {}};
}

Body InstructionReader::readLabel() const
{
    TRY_READ(flags());
    return ReadInstruction {.body = Label {.pairs = TRY_READ(keyValues())}, .later = {}};
}

Body InstructionReader::readExpose() const
{
    if (arguments().empty())
        return refuse("EXPOSE requires at least one argument");
    TRY_READ(flags());
    return ReadInstruction {.body = Expose {.ports = arguments()}, .later = {}};
}

Body InstructionReader::readFrom() const
{
    static constexpr std::array known {FlagSpec {"platform", FlagKind::Text}};
    From from;
    if (arguments().size() == 3 && equalsIgnoringCase(arguments()[1].text, "as")) {
        from.asRange = arguments()[1].range;
        from.alias = arguments()[2];
        if (!isStageName(lower(from.alias->text)))
            return refuseAt(from.alias->range,
                fmt::format("invalid name for build stage: {}, name can't start with a number or contain symbols",
                    goQuoted(from.alias->text)));
    } else if (arguments().size() != 1) {
        return refuse("FROM requires either one or three arguments");
    }
    const Flags given = TRY_READ(flags(known));
    from.image = arguments().front();
    from.platform = given.text("platform");
    return ReadInstruction {.body = std::move(from), .later = {}};
}

OrProblem<std::chrono::nanoseconds> InstructionReader::interval(const Flags& flags, std::string_view name) const
{
    const auto given = flags.text(name);
    if (!given || given->text.empty())
        return std::chrono::nanoseconds(0);
    const auto duration = parseDuration(given->text);
    if (!duration)
        return refuseAt(given->range, duration.error().message());
    if (duration->count() != 0 && *duration < std::chrono::milliseconds(1))
        return refuseAt(given->range, fmt::format("Interval {} cannot be less than 1ms", goQuoted(name)));
    return *duration;
}

Body InstructionReader::readHealthcheck() const
{
    static constexpr std::array known {FlagSpec {"interval", FlagKind::Text}, FlagSpec {"timeout", FlagKind::Text},
        FlagSpec {"start-period", FlagKind::Text}, FlagSpec {"start-interval", FlagKind::Text},
        FlagSpec {"retries", FlagKind::Text}};
    if (arguments().empty())
        return refuse("HEALTHCHECK requires at least one argument");
    const std::string type = upper(arguments().front().text);
    Healthcheck check;
    if (type == "NONE") {
        if (arguments().size() > 1)
            return refuseAt(arguments()[1].range, "HEALTHCHECK NONE takes no arguments");
        check.none = true;
        return ReadInstruction {.body = std::move(check), .later = {}};
    }
    const Flags given = TRY_READ(flags(known));
    if (type != "CMD")
        return refuseAt(
            arguments().front().range, fmt::format("Unknown type {} in HEALTHCHECK (try CMD)", goQuoted(type)));
    check.command = commandLine(1);
    if (check.command.arguments.empty())
        return refuse("Missing command after HEALTHCHECK CMD");
    check.interval = TRY_READ(interval(given, "interval"));
    check.timeout = TRY_READ(interval(given, "timeout"));
    check.startPeriod = TRY_READ(interval(given, "start-period"));
    check.startInterval = TRY_READ(interval(given, "start-interval"));
    if (const auto retries = given.text("retries"); retries && !retries->text.empty()) {
        const std::string& text = retries->text;
        // Go's strconv takes a plus sign, from_chars does not.
        const std::size_t sign = text.front() == '+' ? 1 : 0;
        std::int32_t number = 0;
        const auto [end, error] = std::from_chars(text.data() + sign, text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size())
            return refuseAt(retries->range, fmt::format("--retries is no number: {}", goQuoted(text)));
        if (number < 0)
            return refuseAt(retries->range, fmt::format("--retries cannot be negative ({})", number));
        check.retries = static_cast<std::uint32_t>(number);
    }
    return ReadInstruction {.body = std::move(check), .later = {}};
}

Body InstructionReader::readMaintainer() const
{
    Word name = TRY_READ(onlyArgument());
    TRY_READ(flags());
    return ReadInstruction {.body = Maintainer {.name = std::move(name)}, .later = {}};
}

Body InstructionReader::readOnBuild() const
{
    if (m_statement.trigger.empty())
        return refuse("ONBUILD requires at least one argument");
    TRY_READ(flags());
    const Statement& trigger = m_statement.trigger.front();
    const std::string name = upper(trigger.name);
    if (name == "ONBUILD")
        return refuseAt(trigger.keyword.range, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    if (name == "FROM" || name == "MAINTAINER")
        return refuseAt(trigger.keyword.range, fmt::format("{} isn't allowed as an ONBUILD trigger", name));
    const std::string_view line = trimLeft(m_statement.line.text());
    OnBuild onBuild {.expression = std::string(trimLeft(line.substr(m_statement.keyword.text.size())))};
    for (const Heredoc& heredoc : m_statement.heredocs)
        onBuild.expression += "\n" + heredoc.content + heredoc.name;
    return ReadInstruction {.body = std::move(onBuild), .later = {}};
}

Body InstructionReader::readRun() const
{
    static constexpr std::array known {FlagSpec {"mount", FlagKind::Texts}, FlagSpec {"network", FlagKind::Text},
        FlagSpec {"security", FlagKind::Text}, FlagSpec {"device", FlagKind::Texts}};
    static constexpr std::array networks {"default"sv, "none"sv, "host"sv};
    static constexpr std::array securities {"sandbox"sv, "insecure"sv};
    const Flags given = TRY_READ(flags(known));
    ReadInstruction result;
    Run run {
        .command = commandLine(), .heredocs = m_statement.heredocs, .mounts = {}, .devices = given.texts("device")};
    for (const Word& flag : given.texts("mount")) {
        DraftMount draft = TRY_READ(draftMount(flag, m_source, m_escape));
        if (draft.later)
            result.later.push_back(std::move(*draft.later));
        run.mounts.push_back(std::move(draft.mount));
    }
    if (const auto network = given.text("network")) {
        const auto found = std::find(networks.begin(), networks.end(), network->text);
        if (found == networks.end())
            return refuseAt(network->range, fmt::format("unsupported network mode {}", goQuoted(network->text)));
        run.network = static_cast<RunNetwork>(found - networks.begin());
    }
    if (const auto security = given.text("security")) {
        const auto found = std::find(securities.begin(), securities.end(), security->text);
        if (found == securities.end())
            return refuseAt(security->range, fmt::format("security {} is not valid", goQuoted(security->text)));
        run.security = static_cast<RunSecurity>(found - securities.begin());
    }
    result.body = std::move(run);
    return result;
}

Body InstructionReader::readShell() const
{
    TRY_READ(flags());
    if (arguments().empty())
        return refuse("SHELL requires at least one argument");
    if (!m_statement.jsonForm)
        return refuse("SHELL requires the arguments to be in JSON form");
    return ReadInstruction {.body = Shell {.arguments = commandLine().arguments}, .later = {}};
}

Body InstructionReader::readStopSignal() const
{
    return ReadInstruction {.body = StopSignal {.signal = TRY_READ(onlyArgument())}, .later = {}};
}

Body InstructionReader::readUser() const
{
    Word user = TRY_READ(onlyArgument());
    TRY_READ(flags());
    return ReadInstruction {.body = User {.user = std::move(user)}, .later = {}};
}

Body InstructionReader::readVolume() const
{
    if (arguments().empty())
        return refuse("VOLUME requires at least one argument");
    TRY_READ(flags());
    Volume volume {.paths = arguments()};
    for (Word& path : volume.paths) {
        path.text = trim(path.text);
        if (path.text.empty())
            return refuseAt(path.range, "VOLUME specified can not be an empty string");
    }
    return ReadInstruction {.body = std::move(volume), .later = {}};
}

Body InstructionReader::readWorkdir() const
{
    Word path = TRY_READ(onlyArgument());
    TRY_READ(flags());
    return ReadInstruction {.body = Workdir {.path = std::move(path)}, .later = {}};
}

} // namespace

std::string commentOn(std::string_view name, const std::vector<Comment>& comments)
{
    if (name.empty())
        return {};
    for (const Comment& comment : comments) {
        const std::string_view text = comment.text;
        if (text.starts_with(name) && text.size() > name.size() && spaceLength(text.substr(name.size())) > 0)
            return std::string(trim(text.substr(name.size())));
    }
    return {};
}

OrProblem<ReadInstruction> readBody(const Statement& statement, const SourceText& source, char escape)
{
    return InstructionReader(statement, source, escape).read();
}

} // namespace darsena::dockerfile
