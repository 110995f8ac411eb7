// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint/context.h"
#include "core/dockerfile/values.h"

#include <algorithm>
#include <functional>

namespace darsena::dockerfile::lint_detail {

namespace {

/// What is wrong with a digest, in opencontainers/go-digest's words; empty if nothing is.
std::string_view digestProblem(std::string_view digest)
{
    const std::size_t colon = digest.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == digest.size())
        return "invalid checksum digest format";
    const std::string_view algorithm = digest.substr(0, colon);
    const std::string_view hex = digest.substr(colon + 1);
    const std::size_t length = algorithm == "sha256" ? 64 : algorithm == "sha384" ? 96 : algorithm == "sha512" ? 128 : 0;
    if (length == 0)
        return "unsupported digest algorithm";
    if (hex.size() != length)
        return "invalid checksum digest length";
    return hex.find_first_not_of("0123456789abcdef") == std::string_view::npos ? "" : "invalid checksum digest format";
}

/// What BuildKit refuses when it comes to an instruction, its words expanded.
class InstructionChecker {
public:
    InstructionChecker(LintContext& context, const RuleInfo& rule, const EvaluatedInstruction& entry)
        : m_context(context)
        , m_rule(rule)
        , m_entry(entry)
    { }

    void check()
    {
        for (const EvaluatedWord& word : m_entry.words) {
            if (!word.expansion && !word.uncertain)
                refuse(word.word->range, word.expansion.error().message());
        }
        for (const Problem& problem : m_entry.problems)
            refuse(problem.range, problem.message);
        const Instruction& instruction = *m_entry.instruction;
        if (const Copy* copy = instruction.as<Copy>())
            checkCopy(*copy);
        else if (const Add* add = instruction.as<Add>())
            checkAdd(*add);
        else if (const Volume* volume = instruction.as<Volume>())
            checkVolume(*volume);
        else if (instruction.as<Expose>() != nullptr)
            checkExpose();
        else if (const StopSignal* signal = instruction.as<StopSignal>())
            checkSignal(*signal);
    }

private:
    void refuse(Range range, std::string message)
    {
        m_context.reportAt(m_rule, m_entry.triggeredAt.value_or(range), std::move(message));
    }

    /// Visits the words of a list whose result is known, with it. Not by textOf() for each: lists may be a million long.
    template <typename Visit> void forEachOf(const std::vector<Word>& list, Visit visit) const
    {
        const std::less<const Word*> before;
        for (const EvaluatedWord& entry : m_entry.words) {
            const bool inList = !before(entry.word, list.data()) && before(entry.word, list.data() + list.size());
            if (inList && entry.expansion && !entry.uncertain)
                visit(*entry.word, entry.expansion->text);
        }
    }

    void checkMode(const std::optional<Word>& mode)
    {
        const std::string* text = mode ? m_entry.textOf(*mode) : nullptr;
        if (text != nullptr && !text->empty() && !isFileMode(*text))
            refuse(mode->range, invalidFileMode(*text));
    }
    void checkCopy(const Copy& copy)
    {
        checkMode(copy.chmod);
        if (copy.from)
            return;
        forEachOf(copy.paths.sources, [this](const Word& source, const std::string& text) {
            if (isUrl(text))
                refuse(source.range, std::string(urlForCopy));
            else if (isGit(text))
                refuse(source.range, std::string(gitForCopy));
        });
    }
    void checkAdd(const Add& add)
    {
        checkMode(add.chmod);
        if (!add.checksum)
            return;
        if (add.paths.sources.size() + add.paths.files.size() != 1)
            refuse(add.checksum->range, "checksum can't be specified for multiple sources");
        else if (const std::string* text
                 = add.paths.sources.empty() ? nullptr : m_entry.textOf(add.paths.sources.front());
                 text != nullptr && !isUrl(*text) && !isGit(*text))
            refuse(add.checksum->range, "checksum requires HTTP(S) or Git sources");
        else if (const std::string* checksum = m_entry.textOf(*add.checksum);
                 text != nullptr && checksum != nullptr && isUrl(*text) && !isRepository(*text)
                 && !digestProblem(*checksum).empty())
            refuse(add.checksum->range, std::string(digestProblem(*checksum)));
    }
    void checkVolume(const Volume& volume)
    {
        forEachOf(volume.paths, [this](const Word& path, const std::string& text) {
            if (text.empty())
                refuse(path.range, std::string(emptyVolume));
        });
    }
    void checkExpose()
    {
        for (const EvaluatedWord& word : m_entry.words) {
            for (const std::string& port : word.list) {
                if (const auto parsed = parseExposedPort(port); !parsed)
                    refuse(word.word->range, parsed.error().message());
            }
        }
    }
    void checkSignal(const StopSignal& signal)
    {
        const std::string* text = m_entry.textOf(signal.signal);
        if (text != nullptr && !isSignal(*text))
            refuse(signal.signal.range, invalidSignal(*text));
    }

    LintContext& m_context;
    const RuleInfo& m_rule;
    const EvaluatedInstruction& m_entry;
};

} // namespace

void checkBuildErrors(LintContext& context, const RuleInfo& rule)
{
    for (const Problem& problem : context.file().problems)
        context.reportAt(rule, problem.range, problem.message);
    for (const StageProblem& entry : context.graph().problems) {
        // A faulty FROM has its own problem; that its base is then blank would be said twice.
        const bool known
            = std::any_of(context.file().problems.begin(), context.file().problems.end(), [&](const Problem& other) {
                  const SourceText& source = context.file().document.source;
                  return source.lineOf(other.range.begin) == source.lineOf(entry.problem.range.begin);
              });
        if (!known && (!entry.stage || context.isBuilt(context.file().stages[*entry.stage])))
            context.reportAt(rule, entry.problem.range, entry.problem.message);
    }
    for (const EvaluatedInstruction& entry : context.evaluated())
        InstructionChecker(context, rule, entry).check();
    for (const EvaluatedInstruction& entry : context.triggered())
        InstructionChecker(context, rule, entry).check();
}

} // namespace darsena::dockerfile::lint_detail
