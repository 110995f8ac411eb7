// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace darsena::gui {

class CodeEditor;

// What editors do to lines and carets. Each is one undo step.

/// The selected lines (or the carets') become comments, or stop being ones when all of them are. Nothing where the
/// language has no comments.
void toggleComment(CodeEditor& editor);
void moveLines(CodeEditor& editor, bool down);
/// The selection, or without one the line, once more.
void duplicate(CodeEditor& editor);
/// One caret more: at the next place with the text that is selected (the word, when none is).
void selectNextOccurrence(CodeEditor& editor);
/// A caret at every such place.
void selectAllOccurrences(CodeEditor& editor);

} // namespace darsena::gui
