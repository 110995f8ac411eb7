// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"

#include "core/dockerfile/lint/shellcheck/facts.h"
#include "core/dockerfile/run_mount.h"
#include "core/dockerfile/text.h"
#include "core/dockerfile/values.h"

#include <algorithm>
#include <array>

namespace darsena::dockerfile::lint_detail {

namespace {

/// What images that are much used as bases set; an unknown image may be built on one of them.
constexpr std::array<std::string_view, 27> commonImageVariables {"CARGO_HOME", "CATALINA_HOME", "DEBIAN_FRONTEND",
    "GEM_HOME", "GOPATH", "GOROOT", "GOTOOLCHAIN", "GRADLE_HOME", "HOME", "HOSTNAME", "JAVA_HOME", "JAVA_VERSION",
    "LANG", "LC_ALL", "LD_LIBRARY_PATH", "MAVEN_HOME", "NGINX_VERSION", "NODE_VERSION", "PATH", "PHP_INI_DIR",
    "PHP_VERSION", "PYTHONPATH", "PYTHON_VERSION", "RUBY_VERSION", "RUSTUP_HOME", "RUST_VERSION", "YARN_VERSION"};

/// Thousands of triggers in a stage that thousands are FROM would take minutes; nobody has them.
constexpr std::size_t maxTriggers = 5'000;

/// Whether a path comes to "/" once its dots are worked out.
bool isRootFolder(std::string_view path)
{
    std::size_t depth = 0;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (part == "..")
            depth -= depth > 0 ? 1 : 0;
        else if (!part.empty() && part != ".")
            ++depth;
    }
    return depth == 0;
}

} // namespace

const std::string* EvaluatedInstruction::textOf(const Word& word) const
{
    for (const EvaluatedWord& entry : words) {
        if (entry.word == &word)
            return entry.expansion && !entry.uncertain ? &entry.expansion->text : nullptr;
    }
    return nullptr;
}

LintContext::LintContext(const Dockerfile& file, const LintOptions& options, Depth depth)
    : m_file(file)
    , m_options(options)
    , m_depth(depth)
    , m_graph(stageGraph(file, options.stages))
    , m_global(GlobalScope::of(file, options.stages))
{
    if (const Directive* check = file.document.directive("check")) {
        std::vector<Problem> problems;
        m_directive = CheckDirective::parse(check->value, check->valueRange, problems);
        for (Problem& problem : problems)
            m_graph.problems.push_back({.problem = std::move(problem), .stage = {}});
    }
    evaluate();
}

const std::vector<shell::EmbeddedScript>& LintContext::scripts() const
{
    if (!m_scripts)
        m_scripts = shell::scriptsOf(m_file);
    return *m_scripts;
}

const std::vector<ShellFact>& LintContext::shellFacts() const
{
    if (!m_shellFacts)
        m_shellFacts = std::make_shared<const std::vector<ShellFact>>(collectShellFacts(*this));
    return *m_shellFacts;
}

bool LintContext::isBuilt(const Stage& stage) const
{
    return m_options.stages.target.empty() || m_graph.stages[stage.index].needed;
}

void LintContext::evaluate()
{
    std::vector<StageScope> scopes;
    scopes.reserve(m_file.stages.size());
    m_workdirs.resize(m_file.stages.size());
    for (const Stage& stage : m_file.stages) {
        const std::optional<std::size_t> base = m_graph.stages[stage.index].baseStage;
        scopes.push_back(base ? scopes[*base] : StageScope(m_global, m_options.stages));
        evaluateStage(stage, scopes.back());
    }
}

void LintContext::evaluateStage(const Stage& stage, StageScope& scope)
{
    if (!m_graph.stages[stage.index].baseStage) {
        // BuildKit gives every image a PATH that has none.
        scope.set("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        if (const auto known = m_options.imageVariables.find(m_graph.stages[stage.index].base);
            known != m_options.imageVariables.end()) {
            for (const std::string& name : known->second)
                scope.set(name, {});
        }
    }
    const std::optional<std::size_t> base = m_graph.stages[stage.index].baseStage;
    m_workdirs[stage.index] = base ? m_workdirs[*base]
        : hasUnknownBase(stage)    ? std::nullopt
                                   : std::optional<std::string>("/");
    evaluateTriggers(stage, scope);
    for (const Instruction& instruction : stage.instructions) {
        if (isBuilt(stage)) {
            m_evaluated.push_back(evaluateInstruction(stage, instruction, scope));
            followWorkdir(m_evaluated.back());
        }
        scope.apply(instruction, escape());
    }
}

void LintContext::evaluateTriggers(const Stage& stage, StageScope& scope)
{
    const std::optional<std::size_t> base = m_graph.stages[stage.index].baseStage;
    if (!base || !isBuilt(stage))
        return;
    for (const Instruction& instruction : m_file.stages[*base].instructions) {
        const OnBuild* onBuild = instruction.as<OnBuild>();
        if (onBuild == nullptr)
            continue;
        if (m_triggers.size() == maxTriggers)
            return;
        // The graph has told what cannot be read.
        auto trigger = readInstruction(onBuild->expression, escape());
        if (!trigger)
            continue;
        trigger->statement = stage.from.statement;
        m_triggers.push_back(std::move(*trigger));
        m_triggered.push_back(evaluateInstruction(stage, m_triggers.back(), scope));
        m_triggered.back().triggeredAt = stage.fromBody().image.range;
        followWorkdir(m_triggered.back());
        scope.apply(m_triggers.back(), escape());
    }
}

void LintContext::followWorkdir(const EvaluatedInstruction& entry)
{
    const Workdir* workdir = entry.instruction->as<Workdir>();
    if (workdir == nullptr)
        return;
    std::optional<std::string>& current = m_workdirs[entry.stage->index];
    const std::string* path = entry.textOf(workdir->path);
    if (path == nullptr)
        current.reset();
    else if (path->starts_with('/'))
        current = *path;
    else if (current)
        *current += "/" + *path;
    // Longer than any kernel takes (PATH_MAX).
    if (current && current->size() > 4'096)
        current.reset();
}

EvaluatedInstruction LintContext::evaluateInstruction(
    const Stage& stage, const Instruction& instruction, const StageScope& scope) const
{
    EvaluatedInstruction result {
        .stage = &stage, .instruction = &instruction, .words = {}, .undefined = {}, .problems = {},
        .workdir = m_workdirs[stage.index]};
    const ExpandOptions options {.escape = escape()};
    for (const ExpandedWord& entry : expandedWords(instruction)) {
        EvaluatedWord word = evaluateWord(stage, *entry.word, scope);
        if (word.expansion)
            addUses(result, *word.expansion, *entry.word, scope);
        if (entry.isList && !word.uncertain)
            word.list = expandWords(entry.word->text, scope.lookup(), options).valueOr({});
        result.words.push_back(std::move(word));
    }
    const auto expandOther = [&](const Word& word, std::string_view text, const ExpandOptions& how) {
        const auto expansion = expandWord(text, scope.lookup(), how);
        if (expansion)
            addUses(result, *expansion, word, scope);
        else if (!dependsOnBase(stage, scope, text))
            result.problems.push_back({.range = word.range, .message = expansion.error().message()});
    };
    if (const Arg* arg = instruction.as<Arg>()) {
        for (const Arg::Variable& variable : arg->variables) {
            Word value = variable.word;
            value.logicalOffset += static_cast<std::uint32_t>(variable.name.size() + 1);
            if (variable.value && !m_options.stages.buildArgs.contains(variable.name))
                expandOther(value, *variable.value, options);
        }
    } else if (const Run* run = instruction.as<Run>()) {
        checkMounts(result, scope);
        if (!run->command.shellForm && run->command.arguments.empty())
            result.problems.push_back({.range = statementOf(instruction).keyword.range, .message = std::string(emptyCommand)});
    }
    const SourcesAndDestination* paths = nullptr;
    if (const Copy* copy = instruction.as<Copy>())
        paths = &copy->paths;
    else if (const Add* add = instruction.as<Add>())
        paths = &add->paths;
    for (const InlineFile& file : paths != nullptr ? paths->files : std::vector<InlineFile>()) {
        if (file.expand)
            expandOther({.text = {}, .range = file.range, .logicalOffset = 0}, file.content, ExpandOptions::heredoc());
    }
    return result;
}

void LintContext::checkMounts(EvaluatedInstruction& result, const StageScope& scope) const
{
    for (const Mount& written : result.instruction->as<Run>()->mounts) {
        const std::string& text = written.flag.text;
        std::optional<Mount> expanded;
        if (text.find('$') != std::string::npos) {
            // The fields are expanded one by one; for the variables' names the whole will do.
            if (const auto expansion = expandWord(text, scope.lookup(), {.escape = escape()}))
                addUses(result, *expansion, written.flag, scope);
            auto read = readMount(written.flag, scope.lookup(), escape());
            if (dependsOnBase(*result.stage, scope, text))
                continue;
            if (!read) {
                result.problems.push_back({.range = written.flag.range, .message = read.error().message()});
                continue;
            }
            expanded = std::move(*read);
        }
        const Mount& mount = expanded ? *expanded : written;
        if (mount.type == MountType::Secret || mount.type == MountType::Ssh)
            continue;
        // What is relative begins in the WORKDIR.
        const std::optional<std::string>& workdir = m_workdirs[result.stage->index];
        const bool isRoot = mount.target.starts_with('/') ? mount.target == "/"
            : workdir.has_value()                         ? isRootFolder(*workdir + "/" + mount.target)
                                                          : false;
        if (isRoot)
            result.problems.push_back({.range = written.flag.range, .message = std::string(mountOnRoot)});
    }
}

void LintContext::addUses(
    EvaluatedInstruction& result, const Expansion& expansion, const Word& word, const StageScope& scope) const
{
    if (m_depth == Depth::Refusals)
        return;
    const Statement& statement = statementOf(*result.instruction);
    for (const VariableUse& use : expansion.uses) {
        const bool reported = std::any_of(result.undefined.begin(), result.undefined.end(),
            [&](const UndefinedUse& other) { return other.name == use.name; });
        if (use.set || reported || scope.isDeclared(use.name))
            continue;
        if (hasUnknownBase(*result.stage)
            && std::binary_search(commonImageVariables.begin(), commonImageVariables.end(), use.name))
            continue;
        // The place within the word, where the word stands in the file as it is; else the word will do.
        const std::uint32_t begin = word.logicalOffset + use.range.begin;
        const std::uint32_t end = word.logicalOffset + use.range.end;
        const bool exact = end <= statement.line.text().size() && statement.line.text()[begin] == '$'
            && std::string_view(statement.line.text()).substr(begin, end - begin).find(use.name)
                != std::string_view::npos;
        result.undefined.push_back({.name = use.name,
            .range = exact ? statement.line.source(begin, end) : word.range,
            .suggestion = suggestionFor(use.name, scope)});
    }
}

/// The stage goes back to an image of which nothing is known.
bool LintContext::hasUnknownBase(const Stage& stage) const
{
    std::size_t root = stage.index;
    while (m_graph.stages[root].baseStage)
        root = *m_graph.stages[root].baseStage;
    const std::string& image = m_graph.stages[root].base;
    return image != "scratch" && !m_options.imageVariables.contains(image);
}

/// Whether what a text expands to, or whether it does, hangs on variables that only an unknown base image could set.
bool LintContext::dependsOnBase(const Stage& stage, const StageScope& scope, std::string_view text) const
{
    if (!hasUnknownBase(stage))
        return false;
    bool depends = false;
    const VariableLookup known = scope.lookup();
    const VariableLookup watching = [&](std::string_view name) -> std::optional<std::string> {
        auto value = known(name);
        depends = depends || !value;
        return value ? value : "x";
    };
    return expandWord(text, watching, {.escape = escape()}).ok() && depends;
}

EvaluatedWord LintContext::evaluateWord(const Stage& stage, const Word& word, const StageScope& scope) const
{
    const bool hasVariables = word.text.find('$') != std::string::npos;
    return {.word = &word,
        .expansion = expandWord(word.text, scope.lookup(), {.escape = escape()}),
        .uncertain = hasVariables && dependsOnBase(stage, scope, word.text),
        .list = {}};
}

std::string LintContext::suggestionFor(std::string_view name, const StageScope& scope) const
{
    std::vector<std::string_view> names;
    for (const auto& [other, value] : scope.variables())
        names.push_back(other);
    return std::string(closest(name, names));
}

void LintContext::report(
    const RuleInfo& rule, const Instruction& instruction, Range words, std::string message, std::optional<Fix> fix)
{
    // BuildKit names the instruction's first line, so the range begins there and reaches to the words.
    Range range = words;
    if (m_file.document.source.lineOf(words.begin) != instruction.firstLine)
        range.begin = statementOf(instruction).keyword.range.begin;
    reportAt(rule, range, words, std::move(message), std::move(fix));
}

Position LintContext::positionOf(std::uint32_t offset)
{
    const SourceText& source = m_file.document.source;
    const std::uint32_t line = source.lineOf(offset);
    const bool isAhead = line == m_lastPosition.line && offset >= m_lastOffset && offset <= source.size();
    // What begins within a character would be counted otherwise from here than from the line's front.
    const auto byte
        = static_cast<unsigned char>(isAhead && m_lastOffset < source.size() ? source.text()[m_lastOffset] : 0);
    if (!isAhead || (byte & 0xC0) == 0x80) {
        m_lastPosition = source.position(offset);
    } else {
        std::string_view between = source.slice({m_lastOffset, offset});
        while (!between.empty()) {
            between.remove_prefix(characterLength(between));
            ++m_lastPosition.column;
        }
    }
    m_lastOffset = offset;
    return m_lastPosition;
}

void LintContext::reportAt(const RuleInfo& rule, Range range, std::string message, std::optional<Fix> fix)
{
    reportAt(rule, range, range, std::move(message), std::move(fix));
}

void LintContext::reportAt(
    const RuleInfo& rule, Range range, Range words, std::string message, std::optional<Fix> fix)
{
    if (fix)
        std::stable_sort(fix->edits.begin(), fix->edits.end(),
            [](const TextEdit& a, const TextEdit& b) { return a.range.begin < b.range.begin; });
    const auto configured = m_options.config.severities.find(rule.name);
    const Severity severity = configured != m_options.config.severities.end() ? configured->second : rule.severity;
    const bool raised = m_directive.findingsAreErrors && rule.family == RuleFamily::BuildKit;
    m_findings.push_back({.rule = std::string(rule.name),
        .severity = raised ? Severity::Error : severity,
        .range = range,
        .begin = positionOf(range.begin),
        .end = positionOf(range.end),
        .message = std::move(message),
        .url = std::string(rule.url),
        .fix = std::move(fix),
        .words = words});
}

} // namespace darsena::dockerfile::lint_detail
