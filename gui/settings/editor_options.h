// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace darsena::gui {

/// How text editors behave; the user's choice.
struct EditorOptions {
    bool autosave = false; ///< a second after the last key, and when another tab or window comes to the front
    bool formatOnSave = false; ///< Dockerfiles
    bool wrapLines = false;
    bool showWhitespace = false;
    bool indentGuides = true;
    int zoom = 0; ///< in steps of a point, -6 … 20

    bool operator==(const EditorOptions&) const = default;
};

} // namespace darsena::gui
