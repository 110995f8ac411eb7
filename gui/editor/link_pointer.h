// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/document.h"
#include "gui/base/async.h"
#include "gui/editor/assist_world.h"

#include <QObject>
#include <QPoint>

#include <functional>
#include <optional>

namespace darsena::gui {

class DockerfileEditor;

/// Ctrl and the pointer: what leads somewhere is underlined under it, and a click goes there. A drag with Ctrl still
/// adds to what is selected.
class LinkPointer : public QObject {
    Q_OBJECT
public:
    explicit LinkPointer(DockerfileEditor* editor);
    /// Asked before each question; must be quick.
    void setWorld(std::function<AssistWorld()> world) { m_world = std::move(world); }

Q_SIGNALS:
    /// A byte of the text was clicked; the caret is there.
    void clicked(std::uint32_t position);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void pointAt(const QPoint& at);
    void clear();
    std::optional<std::uint32_t> positionAt(const QPoint& at) const; ///< of a character; nullopt beside the text

    DockerfileEditor* m_editor;
    std::function<AssistWorld()> m_world = [] { return AssistWorld(); };
    LatestOnly m_asking;
    std::optional<dockerfile::Range> m_shown;
    std::optional<QPoint> m_pressed; ///< with Ctrl; not let go yet
};

} // namespace darsena::gui
