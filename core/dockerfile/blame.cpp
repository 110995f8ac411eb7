// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/blame.h"

#include "core/dockerfile/history_text.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace {

// Bounds: images have about a hundred entries at most, files some dozen instructions.
constexpr std::size_t maxEntries = 512; // the last ones
constexpr std::size_t maxInstructions = 1024;
constexpr std::size_t maxTargets = 64;

constexpr double leastSimilar = 0.35;
constexpr double asGoodAsEqual = 0.9;
/// What it costs to leave an entry behind the first that is ours, or an instruction, without a partner.
constexpr double gap = 0.05;
/// Of instructions that some builders keep no entry of.
constexpr double smallGap = 0.01;
/// What a line is more worth that the builder itself told.
constexpr double told = 0.3;
constexpr double tolerance = 1e-9;

/// An instruction in the stages that make up the image.
struct Candidate {
    const Stage* stage = nullptr;
    const Instruction* instruction = nullptr;
    InstructionText text;
    double gapCost = gap;
};

/// The stages from the one that begins with an image to the target.
std::vector<std::size_t> chainOf(const StageGraph& graph, std::size_t target)
{
    std::vector<std::size_t> chain;
    for (std::optional<std::size_t> stage = target; stage && chain.size() <= graph.stages.size();
         stage = graph.stages[*stage].baseStage)
        chain.push_back(*stage);
    std::reverse(chain.begin(), chain.end());
    return chain;
}

std::string joined(const std::vector<std::string>& words)
{
    return fmt::format("{}", fmt::join(words, " "));
}

std::vector<Candidate> candidatesOf(const Dockerfile& file, const StageGraph& graph, std::size_t target, const StageOptions& options)
{
    const GlobalScope global = GlobalScope::of(file, options);
    StageScope scope(global, options);
    InstructionText::Place place {.scope = &scope, .shell = "/bin/sh -c", .workdir = {}, .escape = file.document.escape};
    std::vector<Candidate> candidates;
    for (const std::size_t index : chainOf(graph, target)) {
        const Stage& stage = file.stages[index];
        for (const Instruction& instruction : stage.instructions) {
            if (candidates.size() == maxInstructions)
                return candidates;
            Candidate candidate {.stage = &stage, .instruction = &instruction, .text = InstructionText::of(instruction, place)};
            if (instruction.name == "ARG" || instruction.name == "ONBUILD" || instruction.name == "MAINTAINER")
                candidate.gapCost = smallGap;
            candidates.push_back(std::move(candidate));
            scope.apply(instruction, place.escape);
            if (const Workdir* workdir = instruction.as<Workdir>())
                place.workdir = workdirAfter(*workdir, place);
            else if (const Shell* shell = instruction.as<Shell>())
                place.shell = joined(shell->arguments);
        }
    }
    return candidates;
}

/// Entries and instructions side by side: all instructions with the last entries, from a first entry on that is chosen so
/// that they fit best. What is before it is the base image's.
class Alignment {
public:
    Alignment(const std::vector<HistoryText>& entries, std::span<const HistoryEntry> history, const std::vector<Candidate>& candidates)
        : m_entries(entries.size())
        , m_candidates(candidates.size())
        , m_similarity(m_entries * m_candidates)
        , m_before(table())
        , m_behind(table())
    {
        for (std::size_t i = 0; i < m_entries; ++i) {
            for (std::size_t j = 0; j < m_candidates; ++j) {
                const double value = similarity(entries[i], candidates[j].text);
                const bool isTold = value >= asGoodAsEqual && candidates[j].instruction->firstLine == history[i].line;
                m_similarity[i * m_candidates + j] = value < leastSimilar ? 0 : isTold ? value + told : value;
            }
        }
        fillBefore(candidates);
        fillBehind(candidates);
    }

    double score() const { return m_before[at(m_entries, m_candidates)]; }

    struct Match {
        std::size_t candidate = 0;
        BlameCertainty certainty = BlameCertainty::Certain;
    };
    /// By entry.
    std::vector<std::optional<Match>> matches(const std::vector<Candidate>& candidates) const
    {
        std::vector<std::optional<Match>> result(m_entries);
        std::size_t i = m_entries;
        std::size_t j = m_candidates;
        // From the end, and a match where one is possible: of lines that are alike the last ones are taken.
        while (i > 0 && j > 0) {
            const double here = m_before[at(i, j)];
            const double value = similar(i - 1, j - 1);
            if (value > 0 && isSame(m_before[at(i - 1, j - 1)] + value, here)) {
                --i;
                --j;
                result[i] = Match {.candidate = j, .certainty = certaintyOf(i, j)};
            } else if (isSame(m_before[at(i, j - 1)] - candidates[j - 1].gapCost, here)) {
                --j;
            } else {
                --i;
            }
        }
        return result;
    }
    double similar(std::size_t entry, std::size_t candidate) const { return m_similarity[entry * m_candidates + candidate]; }

private:
    std::vector<double> table() const { return std::vector<double>((m_entries + 1) * (m_candidates + 1)); }
    std::size_t at(std::size_t i, std::size_t j) const { return i * (m_candidates + 1) + j; }
    static bool isSame(double a, double b) { return a - b < tolerance && b - a < tolerance; }

    /// The best of the first i entries and j instructions. Entries before the first of ours cost nothing.
    void fillBefore(const std::vector<Candidate>& candidates)
    {
        for (std::size_t i = 0; i <= m_entries; ++i) {
            for (std::size_t j = 1; j <= m_candidates; ++j) {
                double best = m_before[at(i, j - 1)] - candidates[j - 1].gapCost;
                if (i > 0) {
                    best = std::max(best, m_before[at(i - 1, j)] - gap);
                    if (const double value = similar(i - 1, j - 1); value > 0)
                        best = std::max(best, m_before[at(i - 1, j - 1)] + value);
                }
                m_before[at(i, j)] = best;
            }
        }
    }
    /// The best of the entries and instructions from i and j on, none of them before the first of ours.
    void fillBehind(const std::vector<Candidate>& candidates)
    {
        for (std::size_t i = m_entries + 1; i-- > 0;) {
            for (std::size_t j = m_candidates + 1; j-- > 0;) {
                if (i == m_entries && j == m_candidates)
                    continue;
                double best = -std::numeric_limits<double>::infinity();
                if (j < m_candidates)
                    best = m_behind[at(i, j + 1)] - candidates[j].gapCost;
                if (i < m_entries)
                    best = std::max(best, m_behind[at(i + 1, j)] - gap);
                if (i < m_entries && j < m_candidates && similar(i, j) > 0)
                    best = std::max(best, m_behind[at(i + 1, j + 1)] + similar(i, j));
                m_behind[at(i, j)] = best;
            }
        }
    }
    /// Whether all would fit as well, or with one gap more, if an entry and an instruction belonged together.
    bool isPossible(std::size_t entry, std::size_t candidate) const
    {
        const double value = similar(entry, candidate);
        return value >= asGoodAsEqual
            && m_before[at(entry, candidate)] + value + m_behind[at(entry + 1, candidate + 1)] > score() - gap - tolerance;
    }
    BlameCertainty certaintyOf(std::size_t entry, std::size_t candidate) const
    {
        if (similar(entry, candidate) < asGoodAsEqual)
            return BlameCertainty::Similar;
        for (std::size_t j = 0; j < m_candidates; ++j) {
            if (j != candidate && isPossible(entry, j))
                return BlameCertainty::Ambiguous;
        }
        for (std::size_t i = 0; i < m_entries; ++i) {
            if (i != entry && isPossible(i, candidate))
                return BlameCertainty::Ambiguous;
        }
        return BlameCertainty::Certain;
    }

    std::size_t m_entries;
    std::size_t m_candidates;
    std::vector<double> m_similarity;
    std::vector<double> m_before;
    std::vector<double> m_behind;
};

/// Whether an instruction of this name can put files into a layer.
bool writesFiles(std::string_view name)
{
    return name == "RUN" || name == "COPY" || name == "ADD" || name == "WORKDIR";
}

std::vector<std::optional<BlamedLines>> layersOf(
    std::span<const HistoryEntry> history, const std::vector<std::optional<BlamedLines>>& entries, const Dockerfile& file)
{
    const auto writes = [&](const BlamedLines& lines) {
        const Stage& stage = file.stages[lines.stage];
        return std::any_of(stage.instructions.begin(), stage.instructions.end(), [&](const Instruction& instruction) {
            return instruction.firstLine == lines.firstLine && writesFiles(instruction.name);
        });
    };
    std::vector<std::optional<BlamedLines>> layers;
    std::optional<BlamedLines> pending; // the first line since the last layer that may have written files
    for (std::size_t i = 0; i < history.size(); ++i) {
        const auto& lines = entries[i];
        if (history[i].emptyLayer) {
            if (lines && !pending && writes(*lines))
                pending = lines;
            continue;
        }
        std::optional<BlamedLines> layer = lines;
        if (layer && !writes(*layer) && pending) {
            layer->firstLine = pending->stage == layer->stage ? pending->firstLine : file.stages[layer->stage].firstLine;
            layer->certainty = std::max(layer->certainty, BlameCertainty::Ambiguous);
        }
        layers.push_back(layer);
        pending.reset();
    }
    return layers;
}

} // namespace

std::string_view name(BlameCertainty certainty)
{
    switch (certainty) {
    case BlameCertainty::Certain:
        return "certain";
    case BlameCertainty::Ambiguous:
        return "ambiguous";
    case BlameCertainty::Similar:
        break;
    }
    return "similar";
}

Blame blame(const Dockerfile& file, std::span<const HistoryEntry> history, const StageOptions& options)
{
    Blame result;
    result.entries.resize(history.size());
    const std::size_t skipped = history.size() - std::min(history.size(), maxEntries);
    std::vector<HistoryText> texts;
    const std::span<const HistoryEntry> looked = history.subspan(skipped);
    for (const HistoryEntry& entry : looked)
        texts.push_back(HistoryText::of(entry.createdBy));

    const StageGraph graph = stageGraph(file, options);
    // The last stage first: of targets that fit alike it is the likeliest.
    std::vector<std::size_t> targets;
    if (!options.target.empty() && graph.target)
        targets.push_back(*graph.target);
    else
        for (std::size_t i = file.stages.size(); i-- > 0 && targets.size() < maxTargets;)
            targets.push_back(i);

    double bestScore = 0;
    bool any = false;
    for (const std::size_t target : targets) {
        const std::vector<Candidate> candidates = candidatesOf(file, graph, target, options);
        const Alignment alignment(texts, looked, candidates);
        // A stage with nothing in it fits every image; one that was found in part says more.
        if (any && alignment.score() <= bestScore + tolerance)
            continue;
        any = true;
        bestScore = alignment.score();
        result.target = target;
        std::fill(result.entries.begin(), result.entries.end(), std::nullopt);
        double found = 0;
        double wanted = 0;
        for (const Candidate& candidate : candidates)
            wanted += candidate.gapCost == gap ? 1 : 0;
        const auto matches = alignment.matches(candidates);
        for (std::size_t i = 0; i < matches.size(); ++i) {
            if (!matches[i])
                continue;
            const Candidate& candidate = candidates[matches[i]->candidate];
            found += candidate.gapCost == gap ? std::min(1.0, alignment.similar(i, matches[i]->candidate)) : 0;
            result.entries[skipped + i] = BlamedLines {.stage = candidate.stage->index,
                .firstLine = candidate.instruction->firstLine,
                .lastLine = candidate.instruction->lastLine,
                .certainty = matches[i]->certainty};
        }
        result.fit = wanted > 0 ? found / wanted : 0;
    }
    result.layers = layersOf(history, result.entries, file);
    return result;
}

} // namespace darsena::dockerfile
