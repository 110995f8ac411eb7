// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/editor/assist_world.h"
#include "gui/editor/snippet.h"

#include <QObject>

#include <functional>

class QKeyEvent;

namespace darsena::gui {

class CompletionPopup;
class DockerfileEditor;
class Theme;

/// Completion in a Dockerfile's editor: asks core/dockerfile in a worker after a letter or on Ctrl+Space, shows what
/// fits, puts the chosen entry in and leads through its snippet with Tab.
class Completer : public QObject {
    Q_OBJECT
public:
    Completer(const Theme& theme, DockerfileEditor* editor);

    /// @p world is asked before each question; it must be quick.
    void setWorld(std::function<AssistWorld()> world) { m_world = std::move(world); }
    /// Asks now, whatever was typed.
    void trigger() { request(true); }
    void close();
    bool isOpen() const;
    CompletionPopup* popup() const { return m_popup; }
    /// Looks at a key before the editor does; true = it was taken.
    bool keyPressed(QKeyEvent* event);

private:
    void typed(int character);
    void modified(int position, int type, int length);
    void request(bool asked);
    void show(std::vector<dockerfile::Completion> entries, bool asked);
    void accept(int row);
    void visitStop(bool forward);

    DockerfileEditor* m_editor;
    CompletionPopup* m_popup;
    std::function<AssistWorld()> m_world = [] { return AssistWorld(); };
    LatestOnly m_requests;
    SnippetSession m_snippet;
    std::uint32_t m_caret = 0; ///< when the list was made
    bool m_accepting = false;
};

} // namespace darsena::gui
