// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layer_lines.h"

#include "gui/base/text.h"

#include <memory>

namespace darsena::gui {

LayerLines::LayerLines(DockerfileDesk* desk, QObject* parent)
    : QObject(parent)
    , m_desk(desk)
    , m_job(this)
{
    if (desk)
        connect(desk, &DockerfileDesk::changed, this, [this] { update(); });
}

void LayerLines::setHistory(std::vector<dockerfile::HistoryEntry> history)
{
    m_history = std::move(history);
    m_text = {};
    m_ready = false;
    update();
}

void LayerLines::update()
{
    DockerfileDesk::Text text = m_desk && !m_history.empty() ? m_desk->current() : DockerfileDesk::Text();
    if (m_ready && text.path == m_text.path && text.text == m_text.text && text.target == m_text.target)
        return;
    if (text.path.isEmpty()) {
        m_job.cancel();
        m_text = {};
        m_blame = {};
        m_fits = false;
        m_ready = true;
        Q_EMIT changed();
        return;
    }
    struct Found {
        dockerfile::Blame blame;
        std::vector<QString> stageNames;
    };
    m_job.start(
        [text, history = m_history] {
            const dockerfile::Dockerfile file = dockerfile::readDockerfile(text.text);
            Found found {.blame = dockerfile::blame(file, history), .stageNames = {}};
            for (const dockerfile::Stage& stage : file.stages)
                found.stageNames.push_back(toQString(stage.name));
            return std::make_shared<Found>(std::move(found));
        },
        [this, text](const std::shared_ptr<Found>& found) {
            m_text = text;
            m_blame = std::move(found->blame);
            m_stageNames = std::move(found->stageNames);
            m_fits = m_blame.fits();
            m_ready = true;
            Q_EMIT changed();
        });
}

std::optional<LayerLines::Line> LayerLines::lineOf(const std::optional<dockerfile::BlamedLines>& lines) const
{
    if (!m_fits || !lines)
        return std::nullopt;
    return Line {.dockerfile = m_text.path, .line = static_cast<int>(lines->firstLine), .endLine = static_cast<int>(lines->lastLine),
        .stage = static_cast<int>(lines->stage),
        .stageName = lines->stage < m_stageNames.size() ? m_stageNames[lines->stage] : QString(), .certainty = lines->certainty};
}

std::optional<LayerLines::Line> LayerLines::ofLayer(int layer) const
{
    const bool there = layer >= 0 && static_cast<std::size_t>(layer) < m_blame.layers.size();
    return there ? lineOf(m_blame.layers[static_cast<std::size_t>(layer)]) : std::nullopt;
}

std::optional<LayerLines::Line> LayerLines::ofEntry(int entry) const
{
    const bool there = entry >= 0 && static_cast<std::size_t>(entry) < m_blame.entries.size();
    return there ? lineOf(m_blame.entries[static_cast<std::size_t>(entry)]) : std::nullopt;
}

int LayerLines::layerOfLine(int line) const
{
    for (std::size_t i = 0; m_fits && i < m_blame.layers.size(); ++i) {
        const auto& lines = m_blame.layers[i];
        if (lines && static_cast<int>(lines->firstLine) <= line && line <= static_cast<int>(lines->lastLine))
            return static_cast<int>(i);
    }
    return -1;
}

} // namespace darsena::gui
