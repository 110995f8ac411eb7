// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/waste/layer_fixes.h"

#include "core/layers/view.h"
#include "gui/base/text.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace darsena::gui {

namespace {

using layers::Stack;

constexpr std::size_t LargestShown = 5;

QString pathOf(const Stack& stack, Stack::NodeId node)
{
    return u'/' + toQString(stack.node(node).path);
}

const layers::IndexEntry* entryIn(const Stack& stack, Stack::NodeId node, std::uint32_t layer)
{
    for (const Stack::Version& version : stack.versions(node)) {
        if (version.layer == layer)
            return &stack.entry(version);
    }
    return nullptr;
}

/// The highest folder that went at once with a file, or the file itself.
Stack::NodeId treeOf(const Stack& stack, const layers::Waste& waste)
{
    Stack::NodeId result = waste.node;
    for (Stack::NodeId node = waste.node; node != Stack::none && node != Stack::root; node = stack.node(node).parent) {
        const layers::IndexEntry* entry = entryIn(stack, node, waste.hiddenBy);
        const bool takesAll = entry && (entry->type == layers::EntryType::Whiteout || entry->opaque);
        if (takesAll)
            result = node;
    }
    return result;
}

bool isSameContent(const Stack& stack, const layers::Waste& waste)
{
    const layers::IndexEntry* before = entryIn(stack, waste.node, waste.storedIn);
    const layers::IndexEntry* after = entryIn(stack, waste.node, waste.hiddenBy);
    return before && after && waste.how == layers::How::Overwritten
        && (layers::differences(*before, *after) & (layers::Content | layers::Type | layers::Link)) == 0;
}

dockerfile::WasteEntry::How howOf(layers::How how)
{
    switch (how) {
    case layers::How::Removed:
        return dockerfile::WasteEntry::How::Removed;
    case layers::How::Opaque:
        return dockerfile::WasteEntry::How::Opaque;
    case layers::How::Overwritten:
        break;
    }
    return dockerfile::WasteEntry::How::Overwritten;
}

class PlanMaker {
public:
    PlanMaker(const Stack& stack, const layers::Analysis& analysis, const std::vector<int>& lineOfLayer)
        : m_stack(stack)
        , m_waste(analysis.waste)
        , m_lineOfLayer(lineOfLayer)
    { }

    bool isKnown(const layers::Waste& waste) const { return lineOf(waste.storedIn) != unknownLine && lineOf(waste.hiddenBy) != unknownLine; }

    std::vector<dockerfile::WasteEntry> entries(const std::vector<std::size_t>& indices) const
    {
        std::vector<dockerfile::WasteEntry> result;
        result.reserve(indices.size());
        for (const std::size_t index : indices) {
            const layers::Waste& waste = m_waste[index];
            result.push_back({.path = std::string(m_stack.node(waste.node).path), .bytes = waste.bytes,
                .storedIn = static_cast<std::uint32_t>(lineOf(waste.storedIn)), .hiddenBy = static_cast<std::uint32_t>(lineOf(waste.hiddenBy)),
                .how = howOf(waste.how), .sameContent = isSameContent(m_stack, waste)});
        }
        return result;
    }

    /// One row for all of these.
    WasteRow row(const std::vector<std::size_t>& indices, const QString& path) const
    {
        const layers::Waste& first = m_waste[indices.front()];
        WasteRow row {.path = path, .files = static_cast<int>(indices.size()), .how = first.how, .storedIn = static_cast<int>(first.storedIn),
            .hiddenBy = static_cast<int>(first.hiddenBy), .storedLine = std::max(0, lineOf(first.storedIn)), .hiddenLine = std::max(0, lineOf(first.hiddenBy)), .fixes = {}, .largest = {}};
        for (const std::size_t index : indices) {
            row.bytes += static_cast<qint64>(m_waste[index].bytes);
            if (indices.size() > 1 && row.largest.size() < LargestShown)
                row.largest.push_back({pathOf(m_stack, m_waste[index].node), static_cast<qint64>(m_waste[index].bytes)});
        }
        return row;
    }

    /// A row for each folder that went at once, and each file that went alone.
    void addTrees(const std::vector<std::size_t>& indices, const std::vector<dockerfile::SavingFix>& fixes, std::vector<WasteRow>& rows) const
    {
        using Key = std::tuple<Stack::NodeId, std::uint32_t, std::uint32_t>;
        std::map<Key, std::vector<std::size_t>> trees;
        for (const std::size_t index : indices)
            trees[{treeOf(m_stack, m_waste[index]), m_waste[index].storedIn, m_waste[index].hiddenBy}].push_back(index);
        for (const auto& [key, own] : trees) {
            rows.push_back(row(own, pathOf(m_stack, std::get<0>(key))));
            rows.back().fixes = fixes;
        }
    }

private:
    int lineOf(std::uint32_t layer) const { return layer < m_lineOfLayer.size() ? m_lineOfLayer[layer] : 0; }

    const Stack& m_stack;
    const std::vector<layers::Waste>& m_waste;
    const std::vector<int>& m_lineOfLayer;
};

} // namespace

WastePlan makeWastePlan(const Stack& stack, const layers::Analysis& analysis, const std::vector<int>& lineOfLayer, const DockerfileDesk::Text& text)
{
    WastePlan plan {.rows = {}, .text = text, .all = {}};
    const PlanMaker maker(stack, analysis, lineOfLayer);
    std::vector<std::size_t> known;
    std::vector<std::size_t> unknown;
    for (std::size_t i = 0; i < analysis.waste.size(); ++i)
        (!text.path.isEmpty() && maker.isKnown(analysis.waste[i]) ? known : unknown).push_back(i);
    maker.addTrees(unknown, {}, plan.rows);
    if (!known.empty()) {
        const dockerfile::Dockerfile file = dockerfile::readDockerfile(text.text);
        std::vector<dockerfile::WasteEntry> entries = maker.entries(known);
        for (const dockerfile::WasteGroup& group : dockerfile::savings(file, entries)) {
            std::vector<std::size_t> indices;
            for (const std::size_t entry : group.entries)
                indices.push_back(known[entry]);
            // What no edit cures is told folder by folder.
            if (!group.fixes.front().applies()) {
                maker.addTrees(indices, group.fixes, plan.rows);
                continue;
            }
            plan.rows.push_back(maker.row(indices, toQString(group.path)));
            plan.rows.back().fixes = group.fixes;
        }
        plan.all = dockerfile::applyAllSavings(file, std::move(entries));
    }
    std::stable_sort(plan.rows.begin(), plan.rows.end(), [](const WasteRow& a, const WasteRow& b) { return a.bytes > b.bytes; });
    return plan;
}

LayerFixes::LayerFixes(LayerLines& lines, QObject* parent)
    : QObject(parent)
    , m_lines(lines)
    , m_job(this)
{
    connect(&lines, &LayerLines::changed, this, [this] { update(); });
}

void LayerFixes::setImage(std::shared_ptr<const Stack> stack, std::shared_ptr<const layers::Analysis> analysis)
{
    m_stack = std::move(stack);
    m_analysis = std::move(analysis);
    m_plan.reset();
    update();
    Q_EMIT changed();
}

void LayerFixes::update()
{
    if (!m_stack || !m_analysis) {
        m_job.cancel();
        return;
    }
    std::vector<int> lineOfLayer;
    bool isBase = true;
    for (std::size_t i = 0; i < m_stack->layerCount(); ++i) {
        const auto line = m_lines.ofLayer(static_cast<int>(i));
        isBase = isBase && !line;
        // Of a likeness only, nothing is edited.
        const bool isSure = line && line->certainty != dockerfile::BlameCertainty::Similar;
        lineOfLayer.push_back(isSure ? line->line : isBase ? 0 : unknownLine);
    }
    const DockerfileDesk::Text text = m_lines.known() ? m_lines.text() : DockerfileDesk::Text();
    m_job.start(
        [stack = m_stack, analysis = m_analysis, lineOfLayer = std::move(lineOfLayer), text] {
            return std::make_shared<const WastePlan>(makeWastePlan(*stack, *analysis, lineOfLayer, text));
        },
        [this](std::shared_ptr<const WastePlan> plan) {
            m_plan = std::move(plan);
            Q_EMIT changed();
        });
}

} // namespace darsena::gui
