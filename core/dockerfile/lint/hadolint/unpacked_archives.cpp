// SPDX-License-Identifier: GPL-3.0-or-later
// DL3010: archives that are copied and then unpacked.
#include "core/dockerfile/lint/hadolint/instruction_rules.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace darsena::dockerfile::lint_detail {

namespace {

using namespace std::string_view_literals;

std::string_view baseName(std::string_view path)
{
    path = withoutQuotes(path);
    return path.substr(path.find_last_of("/\\") + 1);
}

/// The command unpacks what it is given.
bool unpacks(const shell::Command& command)
{
    static constexpr std::array unpackers {
        "bunzip2"sv, "gunzip"sv, "gzcat"sv, "uncompress"sv, "unlzma"sv, "unxz"sv, "unzip"sv, "zcat"sv, "zgz"sv};
    const std::string program = command.program();
    if (std::find(unpackers.begin(), unpackers.end(), program) != unpackers.end())
        return true;
    if (program != "tar")
        return false;
    for (std::size_t i = 1; i < command.words.size(); ++i) {
        const std::string word = command.words[i].value();
        const bool isShort = word.starts_with('-') ? !word.starts_with("--") : i == 1;
        if (word == "--extract" || word == "--get" || (isShort && word.find('x') != std::string::npos))
            return true;
    }
    return false;
}

struct CopiedArchive {
    const Instruction* instruction = nullptr;
    const Word* word = nullptr;
};
/// The archives that a stage has copied so far, by the name that they have in the image.
using CopiedArchives = std::map<std::string, std::vector<CopiedArchive>, std::less<>>;

void remember(CopiedArchives& archives, const Instruction& instruction, const Copy& copy)
{
    if (isArchiveName(copy.paths.destination.text)) {
        if (!copy.paths.sources.empty())
            archives[std::string(baseName(copy.paths.destination.text))].push_back(
                {&instruction, &copy.paths.sources.front()});
        return;
    }
    for (const Word& source : copy.paths.sources) {
        if (isArchiveName(source.text))
            archives[std::string(baseName(source.text))].push_back({&instruction, &source});
    }
}

} // namespace

void checkUnpackedArchive(LintContext& context, const RuleInfo& rule)
{
    const std::vector<shell::EmbeddedScript>& scripts = context.scripts();
    auto script = scripts.begin();
    for (const Stage& stage : context.file().stages) {
        CopiedArchives archives;
        for (const Instruction& instruction : stage.instructions) {
            if (const Copy* copy = instruction.as<Copy>(); copy != nullptr && !copy->from)
                remember(archives, instruction, *copy);
            if (archives.empty() || instruction.as<Run>() == nullptr || !context.isBuilt(stage))
                continue;
            while (script != scripts.end() && script->statement < instruction.statement)
                ++script;
            for (; script != scripts.end() && script->statement == instruction.statement; ++script) {
                shell::visitCommands(script->parsed.script, [&](const shell::Command& command, const auto&) {
                    if (!unpacks(command))
                        return;
                    for (std::size_t i = 1; i < command.words.size(); ++i) {
                        const auto found = archives.find(std::string(baseName(command.words[i].value())));
                        if (found == archives.end())
                            continue;
                        for (const CopiedArchive& archive : found->second)
                            context.report(rule, *archive.instruction, archive.word->range,
                                fmt::format("ADD copies and unpacks {} in one step", found->first));
                        archives.erase(found);
                    }
                });
            }
        }
    }
}

} // namespace darsena::dockerfile::lint_detail
