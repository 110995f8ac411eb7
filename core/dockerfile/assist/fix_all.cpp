// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/refactor.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

namespace darsena::dockerfile {

namespace {

/// Fixes uncover findings that have fixes; a chain longer than this was not seen.
constexpr int maxRounds = 40;

std::size_t refusalCount(const std::vector<Finding>& findings)
{
    return static_cast<std::size_t>(std::count_if(
        findings.begin(), findings.end(), [](const Finding& finding) { return finding.rule == buildErrorRule; }));
}

/// Edits that were chosen to be applied together: none may overlap another, nor go in at the same place.
class ChosenEdits {
public:
    bool take(const Fix& fix)
    {
        for (const TextEdit& edit : fix.edits) {
            if (clashes(edit.range))
                return false;
        }
        for (const TextEdit& edit : fix.edits)
            m_taken.emplace(edit.range.begin, edit.range.end);
        m_edits.insert(m_edits.end(), fix.edits.begin(), fix.edits.end());
        return true;
    }
    Fix together() const { return {.description = {}, .edits = m_edits}; }

private:
    bool clashes(Range range) const
    {
        const auto next = m_taken.lower_bound(range.begin);
        if (next != m_taken.end() && (next->first < range.end || next->first == range.begin))
            return true;
        return next != m_taken.begin() && std::prev(next)->second > range.begin;
    }

    std::map<std::uint32_t, std::uint32_t> m_taken; ///< begin -> end
    std::vector<TextEdit> m_edits;
};

class FixRunner {
public:
    FixRunner(std::string text, const LintOptions& options, std::vector<Finding>* mended)
        : m_text(std::move(text))
        , m_options(options)
        , m_mended(mended)
        , m_findings(lintNow(m_text))
    { }

    std::string run()
    {
        std::set<std::string> seen {m_text};
        for (int round = 0; round < maxRounds && applyRound(); ++round) {
            // Two rules that undo each other would go on for ever.
            if (!seen.insert(m_text).second)
                break;
        }
        return std::move(m_text);
    }

private:
    std::vector<Finding> lintNow(const std::string& text) const { return lint(readDockerfile(text), m_options); }

    std::map<std::string, std::size_t> fixableByRule() const
    {
        std::map<std::string, std::size_t> counts;
        for (const Finding& finding : m_findings)
            counts[finding.rule] += finding.fix.has_value();
        return counts;
    }

    bool applyRound()
    {
        ChosenEdits chosen;
        std::vector<const Finding*> applied;
        for (const Finding& finding : m_findings) {
            if (finding.fix && !finding.fix->edits.empty() && !m_leftOut.contains(finding.rule) && chosen.take(*finding.fix))
                applied.push_back(&finding);
        }
        return !applied.empty() && (accept(chosen.together(), applied) || applyOneByOne());
    }

    /// Takes the text with a fix applied, unless the builder refuses more of it than before or it is the same.
    bool accept(const Fix& fix, const std::vector<const Finding*>& applied)
    {
        std::string text = applyFix(m_text, fix);
        if (text == m_text)
            return false;
        std::vector<Finding> findings = lintNow(text);
        if (refusalCount(findings) > refusalCount(m_findings))
            return false;
        const auto before = fixableByRule();
        std::set<std::string> rules;
        for (const Finding* finding : applied) {
            rules.insert(finding->rule);
            if (m_mended != nullptr)
                m_mended->push_back(*finding);
        }
        m_text = std::move(text);
        m_findings = std::move(findings);
        const auto after = fixableByRule();
        for (const std::string& rule : rules) {
            const auto left = after.find(rule);
            // Another rule's fix may make one anew, so one round proves nothing.
            if (left != after.end() && left->second >= before.at(rule) && ++m_strikes[rule] >= 3)
                m_leftOut.insert(rule);
        }
        return true;
    }

    /// Some fix of the round does harm: the first that does none goes in, the rules before it are left out.
    bool applyOneByOne()
    {
        const std::vector<Finding> candidates = m_findings;
        for (const Finding& finding : candidates) {
            if (!finding.fix || m_leftOut.contains(finding.rule))
                continue;
            if (accept(*finding.fix, {&finding}))
                return true;
            m_leftOut.insert(finding.rule);
        }
        return false;
    }

    std::string m_text;
    const LintOptions& m_options;
    std::vector<Finding>* m_mended;
    std::vector<Finding> m_findings;
    std::map<std::string, int> m_strikes;
    std::set<std::string> m_leftOut;
};

} // namespace

std::string fixAll(std::string text, const LintOptions& options, std::vector<Finding>* mended)
{
    return FixRunner(std::move(text), options, mended).run();
}

} // namespace darsena::dockerfile
