// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/history_text.h"

#include "core/dockerfile/arguments.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <set>

namespace darsena::dockerfile {

namespace {

constexpr char anything = '\1';
constexpr std::size_t maxText = 64 * 1024; // of one entry; what is longer is compared as far as that
constexpr std::size_t maxWords = 400;
/// What is not the same text is never as good as this.
constexpr double mostSimilar = 0.85;

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// The bytes that say something whoever wrote them.
std::string comparable(std::string_view text)
{
    std::string result;
    for (const char c : text.substr(0, maxText)) {
        if (c == '"' || c == '\'' || c == '\\')
            continue;
        if (isBlank(c) || c == '[' || c == ']' || c == ',') {
            if (!result.empty() && result.back() != ' ')
                result += ' ';
        } else {
            result += c;
        }
    }
    if (result.ends_with(' '))
        result.pop_back();
    return result;
}

std::vector<std::string> wordsOf(std::string_view text)
{
    std::vector<std::string> words;
    while (!text.empty() && words.size() < maxWords) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0)
            words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

/// A comparable text whose variables are wild.
std::string patternOf(std::string_view text)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '$' || i + 1 == text.size()) {
            result += text[i];
            continue;
        }
        std::size_t end = i + 1;
        if (text[end] == '{') {
            end = std::min(text.find('}', end), text.size() - 1) + 1;
        } else {
            while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
                ++end;
        }
        if (end > i + 1 && !result.ends_with(anything))
            result += anything;
        i = std::max(end, i + 1) - 1;
    }
    return result;
}

bool matches(std::string_view pattern, std::string_view text)
{
    std::size_t star = pattern.find(anything);
    if (star == std::string_view::npos)
        return pattern == text;
    // A pattern of variables only says nothing.
    if (pattern.size() < 2 || !text.starts_with(pattern.substr(0, star)))
        return false;
    text.remove_prefix(star);
    pattern.remove_prefix(star + 1);
    for (star = pattern.find(anything); star != std::string_view::npos; star = pattern.find(anything)) {
        const std::size_t found = text.find(pattern.substr(0, star));
        if (found == std::string_view::npos)
            return false;
        text.remove_prefix(found + star);
        pattern.remove_prefix(star + 1);
    }
    return text.ends_with(pattern);
}

/// Twice the words that both have, in all words of both.
double commonShare(const std::vector<std::string>& a, const std::vector<std::string>& b)
{
    if (a.empty() || b.empty())
        return 0;
    std::vector<std::string_view> common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
    return 2.0 * static_cast<double>(common.size()) / static_cast<double>(a.size() + b.size());
}

/// "map[443/tcp:{} 80/tcp:{}]", "80 443/tcp": "443/tcp 80/tcp".
std::string comparablePorts(std::string_view text)
{
    std::set<std::string> ports;
    for (std::string word : wordsOf(comparable(text))) {
        if (word == "map")
            continue;
        if (word.starts_with("map"))
            word.erase(0, 3);
        if (word.ends_with(":{}"))
            word.resize(word.size() - 3);
        ports.insert(word.find('/') == std::string::npos ? word + "/tcp" : lower(word));
    }
    std::string result;
    for (const std::string& port : ports)
        result += (result.empty() ? "" : " ") + port;
    return result;
}

std::string_view withoutFlags(std::string_view text)
{
    text = trim(text);
    while (text.starts_with("--")) {
        const std::size_t end = text.find_first_of(" \t\n");
        if (end == std::string_view::npos)
            return {};
        text = trim(text.substr(end));
    }
    return text;
}

/// "file:<hash> in /x", "dir:…", "multi:…", perhaps with flags directly before it, as the classic builder writes them.
bool readHiddenSources(std::string_view text, HistoryText& result)
{
    for (const std::string_view kind : {"file:", "dir:", "multi:"}) {
        const std::size_t at = text.find(kind);
        if (at == std::string_view::npos || (at > 0 && !text.starts_with("--")))
            continue;
        const std::string_view rest = text.substr(at + kind.size());
        const std::size_t digits = std::min(rest.find_first_not_of("0123456789abcdef"), rest.size());
        if (digits < 32 || !rest.substr(digits).starts_with(" in "))
            continue;
        result.text = ComparableText::of(rest.substr(digits + 4));
        result.hiddenSources = true;
        result.severalSources = kind == "multi:";
        return true;
    }
    return false;
}

/// "|2 A=1 B=2 /bin/sh -c …": from the shell on, as far as that can be told from a value that ends a word.
std::string_view withoutArguments(std::string_view text)
{
    if (!text.starts_with('|'))
        return text;
    std::size_t count = 0;
    std::size_t at = 1;
    for (; at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0; ++at)
        count = std::min<std::size_t>(count * 10 + static_cast<std::size_t>(text[at] - '0'), 1000);
    for (; count > 0; --count) {
        at = text.find(' ', at);
        if (at == std::string_view::npos)
            return text;
        ++at;
    }
    at = text.find(' ', at);
    return at == std::string_view::npos ? text : text.substr(at + 1);
}

/// With what the file tells; variables that it does not set stay, or give what the word says for that case.
std::string expanded(std::string_view word, const InstructionText::Place& place, bool keepUnset = true)
{
    if (place.scope == nullptr)
        return std::string(word);
    auto result = expandWord(word, place.scope->lookup(), {.escape = place.escape, .keepUnset = keepUnset});
    return result ? std::move(result->text) : std::string(word);
}

/// Collects the forms of an instruction.
class Forms {
public:
    Forms(InstructionText& result, const InstructionText::Place& place)
        : m_result(result)
        , m_place(place)
    { }

    void add(std::string_view text)
    {
        ComparableText form = ComparableText::of(text);
        const auto same = [&](const ComparableText& each) { return each.text == form.text; };
        if (std::none_of(m_result.forms.begin(), m_result.forms.end(), same))
            m_result.forms.push_back(std::move(form));
    }
    /// A text that the builder expands.
    void addPattern(std::string_view text) { m_result.patterns.push_back(patternOf(comparable(text))); }

    void addCommand(const CommandLine& command)
    {
        std::string text;
        for (const std::string& argument : command.arguments)
            text += (text.empty() ? "" : " ") + argument;
        if (command.shellForm)
            add(m_place.shell + " " + text);
        // buildah writes this shell whatever ran, before the JSON form too.
        add("/bin/sh -c " + text);
        add(text);
    }
    void addPairs(const std::vector<KeyValue>& pairs)
    {
        addExpanded([&](const auto& expand) {
            std::string text;
            for (const KeyValue& pair : pairs)
                text += expand(pair.key.text) + "=" + expand(pair.value.text) + " ";
            return text;
        });
    }
    void addWords(const std::vector<Word>& words)
    {
        addExpanded([&](const auto& expand) { return joinedWords(words, expand); });
    }
    void addPaths(const SourcesAndDestination& paths)
    {
        addExpanded([&](const auto& expand) {
            std::string text = joinedWords(paths.sources, expand);
            for (const InlineFile& file : paths.files)
                text += "<<" + file.name + " ";
            text += expand(paths.destination.text);
            return text;
        });
        for (const bool keepUnset : {true, false})
            m_result.destinations.push_back(patternOf(comparable(expanded(paths.destination.text, m_place, keepUnset))));
        // As written, dollars too.
        m_result.destinations.push_back(comparable(paths.destination.text));
        m_result.sources = paths.sources.size() + paths.files.size();
    }

private:
    template <typename Expand> static std::string joinedWords(const std::vector<Word>& words, const Expand& expand)
    {
        std::string text;
        for (const Word& word : words)
            text += expand(word.text) + " ";
        return text;
    }
    /// Expanded in each way, and wild where a variable is left.
    template <typename Make> void addExpanded(const Make& make)
    {
        const auto known = [&](const std::string& word) { return expanded(word, m_place); };
        add(make([&](const std::string& word) { return expanded(word, m_place, false); }));
        add(make(known));
        addPattern(make(known));
        addPattern(make([](const std::string& word) { return word; }));
    }

    InstructionText& m_result;
    const InstructionText::Place& m_place;
};

} // namespace

ComparableText ComparableText::of(std::string_view text)
{
    ComparableText result {.text = comparable(text), .words = {}};
    // The shell is no likeness.
    constexpr std::string_view shell = "/bin/sh -c ";
    const bool behindShell = result.text.starts_with(shell);
    result.words = wordsOf(std::string_view(result.text).substr(behindShell ? shell.size() : 0));
    std::sort(result.words.begin(), result.words.end());
    return result;
}

HistoryText HistoryText::of(std::string_view createdBy)
{
    constexpr std::string_view noOperation = "#(nop)";
    constexpr std::string_view buildKit = "# buildkit";
    std::string_view text = trim(createdBy.substr(0, maxText));
    if (text.ends_with(buildKit))
        text = trim(text.substr(0, text.size() - buildKit.size()));
    HistoryText result;
    const std::size_t nop = text.find(noOperation);
    if (nop != std::string_view::npos)
        text = trim(text.substr(nop + noOperation.size()));
    const std::size_t end = std::min(text.find_first_of(" \t\n"), text.size());
    const std::string_view first = text.substr(0, end);
    std::string_view rest = trim(text.substr(end));
    if (isInstructionName(lower(first)) && first == upper(first)) {
        result.name = first;
    } else if (nop == std::string_view::npos && (text.starts_with('/') || text.starts_with('|'))) {
        result.name = "RUN";
        rest = text;
    } else {
        return result;
    }
    if (result.name == "COPY" || result.name == "ADD") {
        if (!readHiddenSources(rest, result))
            result.text = ComparableText::of(withoutFlags(rest));
    } else if (result.name == "RUN") {
        result.text = ComparableText::of(withoutArguments(rest));
    } else if (result.name == "EXPOSE") {
        result.text = ComparableText::of(comparablePorts(rest));
    } else {
        result.text = ComparableText::of(rest);
    }
    return result;
}

std::string workdirAfter(const Workdir& instruction, const InstructionText::Place& place)
{
    const std::string path = expanded(instruction.path.text, place);
    if (path.find('$') != std::string::npos || (!path.starts_with('/') && place.workdir.empty()))
        return {};
    return cleanPath(place.workdir, path);
}

InstructionText InstructionText::of(const Instruction& instruction, const Place& place)
{
    InstructionText result;
    result.name = instruction.name;
    Forms forms(result, place);
    const std::string_view original = instruction.original;
    // As written: buildah keeps it so.
    const std::size_t keyword = std::min(original.find_first_of(" \t"), original.size());
    const std::string_view written = trim(original.substr(keyword));

    if (const Run* run = instruction.as<Run>()) {
        if (run->command.shellForm)
            forms.addCommand({.shellForm = true, .arguments = {run->script().text}});
        else
            forms.addCommand(run->command);
        forms.add("/bin/sh -c " + std::string(written));
    } else if (const Copy* copy = instruction.as<Copy>()) {
        forms.addPaths(copy->paths);
    } else if (const Add* add = instruction.as<Add>()) {
        forms.addPaths(add->paths);
    } else if (const Env* env = instruction.as<Env>()) {
        forms.addPairs(env->pairs);
    } else if (const Label* label = instruction.as<Label>()) {
        forms.addPairs(label->pairs);
    } else if (const Arg* arg = instruction.as<Arg>()) {
        // buildah names the variable and no more.
        for (const Arg::Variable& variable : arg->variables)
            forms.add(variable.name);
    } else if (const Workdir* workdir = instruction.as<Workdir>()) {
        forms.add(workdirAfter(*workdir, place));
        forms.addPattern(expanded(workdir->path.text, place));
    } else if (const User* user = instruction.as<User>()) {
        forms.addWords({user->user});
    } else if (const StopSignal* signal = instruction.as<StopSignal>()) {
        forms.addWords({signal->signal});
    } else if (const Volume* volume = instruction.as<Volume>()) {
        forms.addWords(volume->paths);
    } else if (const Expose* expose = instruction.as<Expose>()) {
        std::string ports;
        std::string asWritten;
        for (const Word& word : expose->ports) {
            ports += expanded(word.text, place, false) + " ";
            asWritten += word.text + " ";
        }
        forms.add(comparablePorts(ports));
        forms.add(comparablePorts(asWritten));
        result.patterns.push_back(patternOf(comparablePorts(asWritten)));
    } else if (const Cmd* cmd = instruction.as<Cmd>()) {
        forms.addCommand(cmd->command);
    } else if (const Entrypoint* entrypoint = instruction.as<Entrypoint>()) {
        forms.addCommand(entrypoint->command);
    } else if (const Healthcheck* healthcheck = instruction.as<Healthcheck>()) {
        // BuildKit and the classic builder dump a structure of Go.
        std::string command;
        for (const std::string& argument : healthcheck->command.arguments)
            command += " " + argument;
        result.patterns.push_back(comparable("&{[\"CMD" + std::string(healthcheck->command.shellForm ? "-SHELL" : "") + command + "\"]")
            + " " + anything);
    }
    if (!written.empty())
        forms.add(written);
    return result;
}

double similarity(const HistoryText& entry, const InstructionText& instruction)
{
    if (entry.name.empty() || entry.name != instruction.name)
        return 0;
    if (entry.hiddenSources) {
        const bool same = std::any_of(instruction.destinations.begin(), instruction.destinations.end(),
            [&](const std::string& pattern) { return matches(pattern, entry.text.text); });
        if (!same)
            return 0;
        return entry.severalSources == (instruction.sources > 1) ? 0.95 : 0.7;
    }
    double best = 0;
    for (const ComparableText& form : instruction.forms) {
        if (form.text == entry.text.text)
            return 1;
        // Values of arguments that have blanks are still in front.
        if (entry.text.text.starts_with('|') && form.text.size() > 1 && entry.text.text.ends_with(" " + form.text))
            return 1;
        best = std::max(best, commonShare(entry.text.words, form.words));
    }
    const bool wild = std::any_of(instruction.patterns.begin(), instruction.patterns.end(),
        [&](const std::string& pattern) { return matches(pattern, entry.text.text); });
    return wild ? 0.95 : best * mostSimilar;
}

} // namespace darsena::dockerfile
