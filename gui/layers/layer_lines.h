// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/blame.h"
#include "gui/base/async.h"
#include "gui/base/dockerfile_desk.h"

#include <QObject>
#include <QString>

#include <optional>
#include <vector>

namespace darsena::gui {

/// Which lines of the Dockerfile that is open in the Build page made the layers of the image that is shown, found anew
/// when either changes. Nothing while no file is open, or one that this image does not look like. GUI thread.
class LayerLines : public QObject {
    Q_OBJECT
public:
    /// @p desk may be null: then nothing is ever known. It must outlive the object.
    explicit LayerLines(DockerfileDesk* desk, QObject* parent = nullptr);

    struct Line {
        QString dockerfile; ///< absolute path
        int line = 0; ///< from 1
        int endLine = 0;
        int stage = 0;
        QString stageName; ///< empty without one
        dockerfile::BlameCertainty certainty = dockerfile::BlameCertainty::Certain;
    };

    /// The image's history, oldest entry first, with the lines that its builder told. An empty one: no image.
    void setHistory(std::vector<dockerfile::HistoryEntry> history);

    /// The line of a layer, from 0 as in layers::Stack; nothing: the base image's, or not known.
    std::optional<Line> ofLayer(int layer) const;
    /// The line of an entry of the history.
    std::optional<Line> ofEntry(int entry) const;
    /// The layer that an instruction with this line in it made; -1 = none.
    int layerOfLine(int line) const;

    /// A file is open, and the image looks like it was built from it.
    bool known() const { return m_fits; }
    /// A file is open, but not the one that this image comes from.
    bool isOtherFile() const { return !m_text.path.isEmpty() && !m_history.empty() && m_ready && !m_fits; }
    /// An answer for the newest text is there.
    bool ready() const { return m_ready; }
    DockerfileDesk* desk() const { return m_desk; }
    /// The text that the lines are of.
    const DockerfileDesk::Text& text() const { return m_text; }

Q_SIGNALS:
    /// The lines are others.
    void changed();

private:
    void update();
    std::optional<Line> lineOf(const std::optional<dockerfile::BlamedLines>& lines) const;

    DockerfileDesk* m_desk;
    std::vector<dockerfile::HistoryEntry> m_history;
    DockerfileDesk::Text m_text;
    dockerfile::Blame m_blame;
    std::vector<QString> m_stageNames;
    bool m_fits = false;
    bool m_ready = false;
    LatestOnly m_job;
};

} // namespace darsena::gui
