// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

#include "core/dockerfile/assist/images.h"
#include "core/dockerfile/assist/occurrences.h"
#include "core/dockerfile/assist/variables.h"
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/pages/pages.h"
#include "core/dockerfile/text.h"

#include <algorithm>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

using namespace assist_detail;

/// A value as a hint shows it.
std::string hintText(std::string_view value)
{
    constexpr std::size_t longest = 40;
    std::string shown = "= ";
    while (!value.empty() && shown.size() < longest) {
        const std::size_t length = characterLength(value);
        shown += value.front() == '\n' ? " " : value.substr(0, length);
        value.remove_prefix(length);
    }
    return value.empty() ? shown : shown + "…";
}

class HintCollector {
public:
    HintCollector(const Dockerfile& file, const Surroundings& world)
        : m_file(file)
        , m_world(world)
        , m_options(optionsWithoutTarget(world))
        , m_context(file, m_options)
        , m_names(file, world.stages)
    { }

    std::vector<InlayHint> run();

private:
    /// Stages that the target does not need are read all the same.
    static LintOptions optionsWithoutTarget(const Surroundings& world)
    {
        LintOptions options;
        options.stages = world.stages;
        options.stages.target.clear();
        return options;
    }
    void add(std::uint32_t offset, std::string label, std::string tooltip)
    {
        m_hints.push_back({.offset = offset, .label = std::move(label), .tooltip = std::move(tooltip)});
    }
    void addStage(const Stage& stage);
    void addWords(const lint_detail::EvaluatedInstruction& evaluated);
    void addArgs();
    void addWorkdirs();
    void addNumbers();

    const Dockerfile& m_file;
    const Surroundings& m_world;
    LintOptions m_options;
    lint_detail::LintContext m_context;
    StageNames m_names;
    std::vector<InlayHint> m_hints;
};

std::vector<InlayHint> HintCollector::run()
{
    for (const Stage& stage : m_file.stages)
        addStage(stage);
    for (const lint_detail::EvaluatedInstruction& evaluated : m_context.evaluated())
        addWords(evaluated);
    addArgs();
    addWorkdirs();
    addNumbers();
    std::stable_sort(
        m_hints.begin(), m_hints.end(), [](const InlayHint& a, const InlayHint& b) { return a.offset < b.offset; });
    return std::move(m_hints);
}

/// What FROM comes to, and how big it is.
void HintCollector::addStage(const Stage& stage)
{
    const StageNode& node = m_context.graph().stages[stage.index];
    const From& from = stage.fromBody();
    if (from.platform && from.platform->text.find('$') != std::string::npos && !node.platform.empty())
        add(from.platform->range.end, hintText(node.platform), {});
    if (from.image.text.find('$') != std::string::npos && !node.base.empty())
        add(from.image.range.end, hintText(node.base), {});
    if (node.baseStage)
        return;
    const KnownImage* image = knownImage(node.base, m_world);
    if (image != nullptr && image->bytes > 0)
        add(from.image.range.end, sizeText(image->bytes), imageFacts(*image, m_world.language));
}

void HintCollector::addWords(const lint_detail::EvaluatedInstruction& evaluated)
{
    if (evaluated.instruction->as<Workdir>() != nullptr)
        return; // addWorkdirs() says more
    for (const lint_detail::EvaluatedWord& entry : evaluated.words) {
        const std::string* text = evaluated.textOf(*entry.word);
        if (text == nullptr || entry.expansion->uses.empty())
            continue;
        // Of a variable that nothing sets there is nothing to show; what PATH is, the image knows.
        const bool known = std::all_of(entry.expansion->uses.begin(), entry.expansion->uses.end(),
            [](const VariableUse& use) { return (use.set || use.guarded) && use.name != "PATH"; });
        if (known)
            add(entry.word->range.end, hintText(*text), {});
    }
}

/// ARG without a value, or with one that the build overrides.
void HintCollector::addArgs()
{
    const auto& given = m_world.stages.buildArgs;
    const auto addOne = [&](const Arg::Variable& variable, bool inStage) {
        const auto argument = given.find(variable.name);
        if (argument != given.end()) {
            add(variable.word.range.end, hintText(argument->second),
                translated("The build is given this value", m_world.language));
            return;
        }
        const auto& global = m_context.global().variables;
        const auto value = global.find(variable.name);
        if (inStage && !variable.value && value != global.end())
            add(variable.word.range.end, hintText(value->second), {});
        else if (!inStage && variable.value && variable.value->find('$') != std::string::npos && value != global.end())
            add(variable.word.range.end, hintText(value->second), {});
    };
    for (const Instruction& instruction : m_file.globalArgs) {
        for (const Arg::Variable& variable : std::get<Arg>(instruction.body).variables)
            addOne(variable, false);
    }
    for (const Stage& stage : m_file.stages) {
        for (const Instruction& instruction : stage.instructions) {
            if (const Arg* arg = instruction.as<Arg>()) {
                for (const Arg::Variable& variable : arg->variables)
                    addOne(variable, true);
            }
        }
    }
}

/// Where a WORKDIR that is relative or has variables leads.
void HintCollector::addWorkdirs()
{
    std::vector<std::string> folders(m_file.stages.size());
    std::size_t current = m_file.stages.size();
    for (const Stage& stage : m_file.stages) {
        const StageNode& node = m_context.graph().stages[stage.index];
        if (node.baseStage)
            folders[stage.index] = folders[*node.baseStage];
        else if (const KnownImage* image = knownImage(node.base, m_world); image != nullptr)
            folders[stage.index] = image->workdir.empty() ? "/" : image->workdir;
        else if (node.base == "scratch")
            folders[stage.index] = "/";
        current = stage.index;
        for (const Instruction& instruction : stage.instructions) {
            const Workdir* workdir = instruction.as<Workdir>();
            if (workdir == nullptr)
                continue;
            const auto evaluated = std::partition_point(m_context.evaluated().begin(), m_context.evaluated().end(),
                [&](const lint_detail::EvaluatedInstruction& entry) {
                    return entry.instruction->statement < instruction.statement;
                });
            const std::string* path
                = evaluated != m_context.evaluated().end() ? evaluated->textOf(workdir->path) : nullptr;
            std::string& folder = folders[current];
            if (path == nullptr || path->empty()) {
                folder.clear();
                continue;
            }
            const bool relative = path->front() != '/';
            if (!relative)
                folder = *path;
            else if (!folder.empty())
                folder += (folder.ends_with('/') ? "" : "/") + *path;
            if (!folder.empty() && (relative || workdir->path.text.find('$') != std::string::npos))
                add(workdir->path.range.end, hintText(folder), {});
        }
    }
}

/// "--from=0" is a stage with a name.
void HintCollector::addNumbers()
{
    for (const Statement& statement : m_file.document.statements) {
        visitSourceNames(m_file, statement, [&](const SourceName& source) {
            const auto stage = m_names.find(source);
            const bool isNumber
                = std::all_of(source.text.begin(), source.text.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (!stage || !isNumber)
                return;
            const Stage& named = m_file.stages[*stage];
            add(source.range.end, hintText(named.name.empty() ? named.base : named.name),
                translated(fmt::format("line {}", named.firstLine), m_world.language));
        });
    }
}

} // namespace

std::vector<InlayHint> inlayHints(const Dockerfile& file, const Surroundings& world)
{
    return HintCollector(file, world).run();
}

} // namespace darsena::dockerfile
