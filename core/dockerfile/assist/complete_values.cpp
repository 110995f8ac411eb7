// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/assist/language.h"
#include "core/dockerfile/assist/users.h"
#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace darsena::dockerfile::assist_detail {

namespace {

void offerSignals(CompletionList& list)
{
    if (!list.aim(list.place().word))
        return;
    for (const ValueInfo& signal : stopSignals())
        list.add({.kind = CompletionKind::Signal,
            .label = std::string(signal.value),
            .detail = translated(signal.summary, list.language())});
}

void offerPorts(CompletionList& list)
{
    const Place& place = list.place();
    if (!list.aim(place.word))
        return;
    const std::string_view typed = place.text({place.word.begin, place.at});
    const auto isGiven = [&](std::string_view port) {
        return std::any_of(place.words.begin(), place.words.end(),
            [&](const Span& word) { return word.begin != place.word.begin && place.text(word) == port; });
    };
    if (const std::size_t slash = typed.find('/'); slash != std::string_view::npos) {
        for (const std::string_view protocol : {"tcp", "udp", "sctp"})
            list.add({.kind = CompletionKind::Port, .label = fmt::format("{}/{}", typed.substr(0, slash), protocol)});
        return;
    }
    const std::optional<std::size_t> stage = stageOf(list.file(), place.statementIndex);
    if (stage) {
        const StageGraph graph = stageGraph(list.file(), list.world().stages);
        if (const KnownImage* image = knownImage(baseImage(graph, *stage), list.world())) {
            for (const std::string& port : image->ports) {
                if (!isGiven(port))
                    list.add({.kind = CompletionKind::Port,
                        .label = port,
                        .detail = translated("from the base image", list.language()),
                        .rank = '2'});
            }
        }
    }
    for (const ValueInfo& port : wellKnownPorts()) {
        if (!isGiven(port.value))
            list.add({.kind = CompletionKind::Port,
                .label = std::string(port.value),
                .detail = translated(port.summary, list.language())});
    }
}

void offerWhole(CompletionList& list, std::initializer_list<std::string_view> texts)
{
    const Place& place = list.place();
    const auto size = static_cast<std::uint32_t>(place.line().size());
    if (!list.aim(std::min(place.rest, place.at), std::max(place.at, size)))
        return;
    for (const std::string_view text : texts)
        list.add({.label = std::string(text)});
}

void offerShells(CompletionList& list)
{
    offerWhole(list,
        {R"(["/bin/bash", "-o", "pipefail", "-c"])", R"(["/bin/bash", "-c"])", R"(["/bin/sh", "-c"])",
            R"(["/bin/ash", "-o", "pipefail", "-c"])", R"(["/bin/bash", "-euo", "pipefail", "-c"])",
            R"(["powershell", "-Command"])", R"(["pwsh", "-Command"])", R"(["cmd", "/S", "/C"])"});
}

void offerExecForm(CompletionList& list)
{
    const Place& place = list.place();
    if (!trim(place.line().substr(std::min<std::size_t>(place.rest, place.line().size()))).empty()
        || !list.aim(place.at, place.at))
        return;
    list.add({.kind = CompletionKind::Snippet,
        .label = "[\"program\", \"argument\"]",
        .text = "[\"${1:program}\", \"${2:argument}\"]$0",
        .detail = translated("The exec form: no shell, signals reach the program", list.language()),
        .snippet = true});
}

void offerHealthcheck(CompletionList& list)
{
    const Place& place = list.place();
    if (place.index > 0 || place.words.size() != 1 || !list.aim(place.word))
        return;
    const bool lowerCase = place.statement->keyword.text == place.statement->name;
    list.add({.kind = CompletionKind::Keyword,
        .label = lowerCase ? "cmd" : "CMD",
        .text = lowerCase ? "cmd " : "CMD ",
        .detail = translated("The command that checks; 0 = healthy, 1 = not", list.language()),
        .rank = '1'});
    if (place.flags.empty())
        list.add({.kind = CompletionKind::Keyword,
            .label = lowerCase ? "none" : "NONE",
            .detail = translated("Turns off the check of the base image", list.language()),
            .rank = '1'});
}

void offerLabelKeys(CompletionList& list)
{
    const Place& place = list.place();
    const std::string_view text = place.text(place.word);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos && place.word.begin + equals < place.at)
        return;
    const bool hasValue = equals != std::string_view::npos;
    if (!list.aim(place.word.begin, hasValue ? place.word.begin + static_cast<std::uint32_t>(equals) : place.word.end))
        return;
    for (const ValueInfo& key : labelKeys())
        list.add({.kind = CompletionKind::Key,
            .label = std::string(key.value),
            .text = hasValue ? std::string(key.value) : fmt::format("{}=\"${{1:value}}\"$0", key.value),
            .detail = translated(key.summary, list.language()),
            .snippet = !hasValue});
}

/// The names that ENV sets already, to be set anew, and one that is mostly added to.
void offerEnvironmentNames(CompletionList& list)
{
    const Place& place = list.place();
    const std::string_view text = place.text(place.word);
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
        return;
    if (!list.aim(place.word))
        return;
    for (const Variable& variable : variablesAt(list.file(), place.statementIndex, list.world())) {
        if (variable.name == "PATH")
            list.add({.kind = CompletionKind::Variable,
                .label = "PATH",
                .text = "PATH=\"${1:/opt/program/bin}:\\$PATH\"$0",
                .detail = describe(variable, list.world()),
                .rank = '4',
                .snippet = true});
        else
            list.add({.kind = CompletionKind::Variable,
                .label = variable.name,
                .text = variable.environment ? variable.name + "=" : fmt::format("{0}=${0}", variable.name),
                .detail = describe(variable, list.world()),
                .rank = variable.environment ? '5' : '3'});
    }
}

} // namespace

void offerUsers(CompletionList& list, Span word)
{
    const Place& place = list.place();
    const std::optional<std::size_t> stage = stageOf(list.file(), place.statementIndex);
    if (!stage)
        return;
    const std::string_view typed = place.text({word.begin, place.at});
    const std::size_t colon = typed.find(':');
    const bool group = colon != std::string_view::npos;
    const std::string_view whole = place.text(word);
    const std::size_t end = group ? whole.size() : std::min(whole.find(':'), whole.size());
    if (!list.aim(group ? word.begin + static_cast<std::uint32_t>(colon) + 1 : word.begin,
            word.begin + static_cast<std::uint32_t>(end)))
        return;
    const StageGraph graph = stageGraph(list.file(), list.world().stages);
    for (const MadeUser& user : usersMade(list.file(), stageChain(graph, *stage), place.statementIndex)) {
        if (user.group && !group)
            continue;
        list.add({.kind = CompletionKind::User,
            .label = user.name,
            .detail = translated(fmt::format("line {}", user.line), list.language()),
            .rank = '2'});
    }
    if (const KnownImage* image = knownImage(baseImage(graph, *stage), list.world())) {
        for (const std::string& user : image->users)
            list.add({.kind = CompletionKind::User,
                .label = user,
                .detail = translated("from the base image", list.language()),
                .rank = user == "root" ? '4' : '3'});
    }
    list.add({.kind = CompletionKind::User, .label = "root", .detail = "0", .rank = '4'});
    list.add({.kind = CompletionKind::User, .label = group ? "nogroup" : "nobody", .detail = "65534", .rank = '4'});
    for (const std::string_view number : {"1000", "65532"})
        list.add({.kind = CompletionKind::User, .label = std::string(number), .rank = '7'});
}

void offerArguments(CompletionList& list)
{
    const Place& place = list.place();
    const std::string& name = place.name;
    if (name == "from")
        offerFrom(list);
    else if (name == "copy" || name == "add")
        offerCopyArguments(list);
    else if (name == "arg")
        offerVariableNames(list);
    else if (name == "env")
        offerEnvironmentNames(list);
    else if (name == "label")
        offerLabelKeys(list);
    else if (name == "user")
        offerUsers(list, place.word);
    else if (name == "stopsignal")
        offerSignals(list);
    else if (name == "expose")
        offerPorts(list);
    else if (name == "workdir" || (name == "volume" && (!place.json || place.inJsonString)))
        offerFolders(list, place.word);
    else if (name == "shell")
        offerShells(list);
    else if (name == "healthcheck")
        offerHealthcheck(list);
    else if (place.inJsonString && (name == "cmd" || name == "entrypoint") && place.typed().starts_with('/'))
        offerFolders(list, place.word, true);
    else if (name == "cmd" || name == "entrypoint")
        offerExecForm(list);
}

bool offerHeredocWords(CompletionList& list)
{
    const Place& place = list.place();
    if (place.json || (place.name != "run" && place.name != "copy" && place.name != "add"))
        return false;
    // "<<", "<<-", "<<E" before the caret, at the beginning of a word.
    std::uint32_t begin = place.at;
    while (begin > place.rest
        && (isNameCharacter(place.line()[begin - 1]) || place.line()[begin - 1] == '"'
            || place.line()[begin - 1] == '\''))
        --begin;
    const std::uint32_t word = begin;
    if (begin > place.rest && place.line()[begin - 1] == '-')
        --begin;
    if (begin < place.rest + 2 || place.line().substr(begin - 2, 2) != "<<")
        return false;
    begin -= 2;
    if (begin > 0 && std::string_view(" \t0123456789;&|").find(place.line()[begin - 1]) == std::string_view::npos)
        return false;
    std::uint32_t end = place.at;
    while (end < place.line().size()
        && (isNameCharacter(place.line()[end]) || place.line()[end] == '"' || place.line()[end] == '\''))
        ++end;
    if (!list.aim(word, end))
        return true;
    // The body comes with the word where nothing follows yet.
    const bool last = trim(place.line().substr(end)).empty() && place.name == "run";
    const bool hasBody = std::any_of(place.statement->heredocs.begin(), place.statement->heredocs.end(),
        [](const Heredoc& heredoc) { return !heredoc.endRange.empty(); });
    for (const std::string_view name : {"EOF", "EOT", "END"}) {
        for (const std::string_view quote : {"", "\""}) {
            const std::string label = fmt::format("{0}{1}{0}", quote, name);
            list.add({.kind = CompletionKind::Keyword,
                .label = label,
                .text = last && !hasBody ? fmt::format("{}\n$0\n{}", label, name) : std::string(),
                .detail
                = translated(quote.empty() ? "A heredoc" : "A heredoc whose variables are left alone", list.language()),
                .rank = quote.empty() ? '3' : '4',
                .snippet = last && !hasBody});
        }
    }
    return true;
}

} // namespace darsena::dockerfile::assist_detail
