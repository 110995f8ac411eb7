// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/settings/editor_options.h"

#include <Qsci/qsciscintilla.h>

#include <string>
#include <string_view>
#include <vector>

namespace darsena::gui {

class Theme;

/// Bytes [begin, end) of a text become others.
struct TextChange {
    std::size_t begin = 0, end = 0;
    std::string replacement;
};

/// A text editor in the studio's look. Its text is bytes (UTF-8; what is not valid is kept and shown as hex), so that
/// a file that was opened and saved without a change is the same file.
class CodeEditor : public QsciScintilla {
    Q_OBJECT
public:
    explicit CodeEditor(const Theme& theme, QWidget* parent = nullptr);

    std::string bytes() const;
    /// Replaces everything and forgets the undo history; the text counts as not modified.
    void setBytes(std::string_view text);
    /// Puts another text in the place of this one as one undoable step, touching only the lines that differ, so that
    /// caret, folds and marks stay. @p saved: the text is that of the file on disk, and counts as not modified.
    void replaceBytes(std::string_view text, bool saved);
    /// Changes in order that do not overlap, as one undoable step; the caret stays in its text.
    void applyChanges(const std::vector<TextChange>& changes);
    /// How many times the text has changed: to know whether it is still the one that was saved.
    quint64 revision() const { return m_revision; }

    /// Wrapping, blanks, guides and zoom.
    virtual void applyOptions(const EditorOptions& options);
    /// What makes a line a comment in this text's language: "#", "//"; empty if nothing does.
    const QString& commentPrefix() const { return m_commentPrefix; }
    void setCommentPrefix(const QString& prefix) { m_commentPrefix = prefix; }

    /// The selection's bytes, or an empty range at the caret.
    std::pair<std::size_t, std::size_t> selectedRange() const;
    std::string bytesOf(std::size_t begin, std::size_t end) const;
    /// Selects bytes, opens the fold that hides them and scrolls them into view.
    void selectRange(std::size_t begin, std::size_t end);

    /// Folds what the caret stands in, or unfolds what begins at its line.
    void foldAtCaret(bool close);

    /// The caret's line, from 1.
    int currentLine() const;
    /// Moves the caret to a line's first character and shows the line in the upper third; no signal.
    void goToLine(int line);

Q_SIGNALS:
    /// The caret came to another line, by the user's doing; from 1.
    void currentLineChanged(int line);
    /// Something was typed into a text that is read only.
    void refused();
    /// Ctrl and the wheel, or the pinch of a touch pad: the zoom is another.
    void zoomed(int level);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    const Theme& theme() const { return m_theme; }
    /// Puts the theme's colours on; called at the start and after a switch.
    virtual void applyTheme();
    /// A margin with arrows that fold and unfold.
    void showFolds(bool on);
    /// The margins' font, colours and width; after the lexer's, which resets them.
    void applyMargins(const QColor& paper);

private:
    struct Selection {
        long anchor, caret;
    };
    std::vector<Selection> selections() const;
    void paintFolds();

    const Theme& m_theme;
    QString m_commentPrefix;
    std::vector<Selection> m_beforeClick; ///< Alt was pressed: what was selected
    QPoint m_clickAt;
    int m_zoom = 0;
    bool m_folds = false;
    quint64 m_revision = 0;
    int m_lastLine = 1;
    bool m_quiet = false;
};

} // namespace darsena::gui
