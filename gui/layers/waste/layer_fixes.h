// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/savings.h"
#include "core/layers/analysis.h"
#include "gui/base/async.h"
#include "gui/layers/layer_lines.h"

#include <QObject>
#include <QString>

#include <memory>
#include <vector>

namespace darsena::gui {

/// A piece of waste as the list shows it: what one edit cures, or where there is no edit, one file or one removed folder.
struct WasteRow {
    QString path; ///< with '/' in front; of a folder that is gone, the folder
    qint64 bytes = 0;
    int files = 0;
    layers::How how = layers::How::Overwritten;
    int storedIn = 0; ///< layers from 0, of the largest file
    int hiddenBy = 0;
    int storedLine = 0; ///< lines of the Dockerfile, 0 = not known
    int hiddenLine = 0;
    std::vector<dockerfile::SavingFix> fixes; ///< best first; empty while no Dockerfile is known
    struct File {
        QString path;
        qint64 bytes = 0;
    };
    std::vector<File> largest; ///< some, if there is more than one

    const dockerfile::SavingFix* fix() const { return fixes.empty() || !fixes.front().applies() ? nullptr : &fixes.front(); }
};

/// All of an image's waste and what can be done about it in the Dockerfile that made it.
struct WastePlan {
    std::vector<WasteRow> rows; ///< largest first
    DockerfileDesk::Text text; ///< what the fixes are of
    dockerfile::AllSavings all; ///< what "apply all" makes of it
};

/// What LayerFixes knows of a layer that is not the base image's and whose line is not known (any more).
inline constexpr int unknownLine = -1;

/// Pure, for tests. @p lineOfLayer gives the first line of a layer's instruction; 0: the base image's; or unknownLine.
/// @p text may be empty: then no line is known at all.
WastePlan makeWastePlan(const layers::Stack& stack, const layers::Analysis& analysis, const std::vector<int>& lineOfLayer, const DockerfileDesk::Text& text);

/// Keeps the plan in step with the image that is shown and the Dockerfile that is open; works in a worker. GUI thread.
class LayerFixes : public QObject {
    Q_OBJECT
public:
    /// @p lines must outlive the object.
    explicit LayerFixes(LayerLines& lines, QObject* parent = nullptr);

    /// nullptr: nothing is known yet, or no image is shown.
    void setImage(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::Analysis> analysis);
    /// nullptr while it is being made for the first time.
    const std::shared_ptr<const WastePlan>& plan() const { return m_plan; }
    const std::shared_ptr<const layers::Analysis>& analysis() const { return m_analysis; }
    LayerLines& lines() const { return m_lines; }

Q_SIGNALS:
    void changed();

private:
    void update();

    LayerLines& m_lines;
    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::Analysis> m_analysis;
    std::shared_ptr<const WastePlan> m_plan;
    LatestOnly m_job;
};

} // namespace darsena::gui
