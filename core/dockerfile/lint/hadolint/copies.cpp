// SPDX-License-Identifier: GPL-3.0-or-later
// DL rules on COPY and ADD.
#include "core/dockerfile/lint/hadolint/instruction_rules.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

/// ADD fetches it; COPY could not.
bool isFetched(std::string_view source)
{
    return source.find("://") != std::string_view::npos || source.starts_with("git@");
}

/// Whatever its variables stand for, it is neither fetched nor an archive: "app-$VERSION.deb".
bool isFileHoweverExpanded(std::string_view source)
{
    const std::size_t last = source.rfind('$');
    return !source.starts_with('$') && last != std::string_view::npos
        && source.find('.', last) != std::string_view::npos && !source.ends_with('}') && !isArchiveName(source)
        && !isFetched(source);
}

/// What a source is called in a message: the text, shortened by nothing but quotes.
std::string nameOf(const Word& word)
{
    return std::string(withoutQuotes(word.text));
}

/// ADD written as COPY; nullopt where COPY would do something else, or has no such flag.
std::optional<Fix> asCopy(const LintContext& context, const Instruction& instruction, const Add& add)
{
    const bool onlyFiles = std::none_of(add.paths.sources.begin(), add.paths.sources.end(), [](const Word& source) {
        return isArchiveName(source.text) || isFetched(source.text) || source.text.find('$') != std::string::npos;
    });
    if (!onlyFiles || add.checksum || add.keepGitDir || add.unpack)
        return std::nullopt;
    // A pattern may take in archives too, which ADD unpacks and COPY does not.
    const bool hasPattern = std::any_of(add.paths.sources.begin(), add.paths.sources.end(),
        [](const Word& source) { return source.text.find_first_of("*?[") != std::string::npos; });
    const std::string& keyword = context.keywordOf(instruction);
    return Fix {.description = "Use COPY",
        .edits = {{.range = context.statementOf(instruction).keyword.range,
            .replacement = keyword == lower(keyword) ? "copy" : "COPY"}},
        .sameMeaning = !hasPattern};
}

bool isAbsolute(std::string_view path)
{
    const bool hasDrive = path.size() > 2 && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
    return path.starts_with('/') || path.starts_with('$') || hasDrive;
}

} // namespace

void checkAddOfFiles(LintContext& context, const RuleInfo& rule)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Add* add = entry.instruction->as<Add>();
        if (add == nullptr)
            continue;
        const auto isFile = [&](const Word& source) {
            const std::string* text = entry.textOf(source);
            if (text == nullptr || text->empty())
                return isFileHoweverExpanded(withoutQuotes(source.text));
            return !isArchiveName(*text) && !isFetched(*text);
        };
        const auto file = std::find_if(add->paths.sources.begin(), add->paths.sources.end(), isFile);
        if (file == add->paths.sources.end() && (add->paths.files.empty() || !add->paths.sources.empty()))
            continue;
        const std::string name
            = file != add->paths.sources.end() ? nameOf(*file) : "<<" + add->paths.files.front().name;
        context.report(rule, *entry.instruction, context.statementOf(*entry.instruction).keyword.range,
            fmt::format("ADD is for archives and what is fetched: use COPY for {}", name),
            asCopy(context, *entry.instruction, *add));
    }
}

void checkFolderDestination(LintContext& context, const RuleInfo& rule)
{
    for (const EvaluatedInstruction& entry : context.evaluated()) {
        const Copy* copy = entry.instruction->as<Copy>();
        if (copy == nullptr || copy->paths.sources.size() + copy->paths.files.size() < 2)
            continue;
        const Word& destination = copy->paths.destination;
        const std::string* text = entry.textOf(destination);
        const std::string_view written = withoutQuotes(destination.text);
        if (written.empty() || written.ends_with('/') || (text != nullptr && text->ends_with('/')))
            continue;
        // Behind the last character, before a quote that closes.
        const std::string_view inFile = context.file().document.source.slice(destination.range);
        const bool isQuoted = inFile.ends_with('"') || inFile.ends_with('\'');
        const std::uint32_t at = destination.range.end - (isQuoted ? 1 : 0);
        context.report(rule, *entry.instruction, destination.range,
            fmt::format("Several sources need a folder: end {} with /", written),
            Fix {.description = "Add /", .edits = {{.range = {at, at}, .replacement = "/"}}, .sameMeaning = false});
    }
}

void checkRelativeDestination(LintContext& context, const RuleInfo& rule)
{
    // Whether WORKDIR was set, here or in a stage that this one is FROM.
    const auto& stages = context.file().stages;
    std::vector<char> isSet(stages.size(), 0);
    std::vector<char> isEmpty(stages.size(), 0);
    for (const Stage& stage : stages) {
        const StageNode& node = context.graph().stages[stage.index];
        isSet[stage.index] = node.baseStage ? isSet[*node.baseStage] : 0;
        isEmpty[stage.index] = node.baseStage ? isEmpty[*node.baseStage] : node.base == "scratch";
        for (const Instruction& instruction : stage.instructions) {
            if (instruction.as<Workdir>() != nullptr)
                isSet[stage.index] = 1;
            const Copy* copy = instruction.as<Copy>();
            if (copy == nullptr || isSet[stage.index] != 0 || !context.isBuilt(stage))
                continue;
            const Word& destination = copy->paths.destination;
            const std::string_view written = withoutQuotes(destination.text);
            if (isAbsolute(written))
                continue;
            std::optional<Fix> fix;
            // In an empty image all begins in /.
            std::size_t dots = written.starts_with("./") ? 2 : written == "." ? 1 : 0;
            const auto quote = static_cast<std::size_t>(written.data() - destination.text.data());
            const Range front = partOf(context, destination, quote, quote + dots);
            if (isEmpty[stage.index] != 0 && !written.starts_with("..") && front != destination.range)
                fix = Fix {.description = "Make the path absolute", .edits = {{.range = front, .replacement = "/"}}};
            context.report(rule, instruction, destination.range,
                fmt::format("The destination {} is relative, and no WORKDIR says to what", written), std::move(fix));
        }
    }
}

void checkWholeFileSystem(LintContext& context, const RuleInfo& rule)
{
    forEach<Copy>(context, [&](const Stage&, const Instruction& instruction, const Copy& copy) {
        if (!copy.from || withoutQuotes(copy.paths.destination.text) != "/")
            return;
        const auto root = std::find_if(copy.paths.sources.begin(), copy.paths.sources.end(),
            [](const Word& source) { return withoutQuotes(source.text) == "/"; });
        if (root != copy.paths.sources.end())
            context.report(rule, instruction, {root->range.begin, copy.paths.destination.range.end},
                fmt::format("This takes all that {} holds, file by file: name what is needed", copy.from->text));
    });
}

} // namespace darsena::dockerfile::lint_detail
