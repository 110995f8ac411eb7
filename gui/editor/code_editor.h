// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qsci/qsciscintilla.h>

namespace darsena::gui {

class Theme;

/// A text editor in the studio's look. Its text is bytes (UTF-8; what is not valid is kept and shown as hex), so that
/// a file that was opened and saved without a change is the same file.
class CodeEditor : public QsciScintilla {
    Q_OBJECT
public:
    explicit CodeEditor(const Theme& theme, QWidget* parent = nullptr);

    std::string bytes() const;
    /// Replaces everything and forgets the undo history; the text counts as not modified.
    void setBytes(std::string_view text);
    /// Replaces everything as one undoable step, keeping the caret's line. @p saved: the text is that of the file on
    /// disk, and counts as not modified.
    void replaceBytes(std::string_view text, bool saved);
    /// How many times the text has changed: to know whether it is still the one that was saved.
    quint64 revision() const { return m_revision; }

    /// The caret's line, from 1.
    int currentLine() const;
    /// Moves the caret to a line's first character and shows the line in the upper third; no signal.
    void goToLine(int line);

Q_SIGNALS:
    /// The caret came to another line, by the user's doing; from 1.
    void currentLineChanged(int line);

protected:
    const Theme& theme() const { return m_theme; }
    /// Puts the theme's colours on; called at the start and after a switch.
    virtual void applyTheme();
    /// The margins' font, colours and width; after the lexer's, which resets them.
    void applyMargins(const QColor& paper);

private:
    const Theme& m_theme;
    quint64 m_revision = 0;
    int m_lastLine = 1;
    bool m_quiet = false;
};

} // namespace darsena::gui
