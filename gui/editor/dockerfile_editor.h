// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"
#include "core/dockerfile/lint.h"
#include "gui/editor/code_editor.h"
#include "gui/widgets/looks.h"

#include <QHash>

namespace darsena::gui {

class DockerfileLexer;

/// What a line says of its step: the mark in the margin and the words at the right edge.
struct LineNote {
    Mark mark = Mark::None;
    QString text; ///< "212 MB · cached"
    bool strong = false; ///< in the colour of the mark

    bool operator==(const LineNote&) const = default;
};

/// The editor of a Dockerfile: highlighting, marks of its steps, problems underlined and said at the right edge.
class DockerfileEditor : public CodeEditor {
    Q_OBJECT
public:
    explicit DockerfileEditor(const Theme& theme, QWidget* parent = nullptr);

    /// Notes by line, from 1; replaces all. Cheap where nothing changed.
    void setNotes(const QHash<int, LineNote>& notes);
    const QHash<int, LineNote>& notes() const { return m_notes; }

    /// Underlines findings. Their ranges are of the text as it was at @p revision: an outdated list is dropped.
    void setFindings(std::vector<dockerfile::Finding> findings, quint64 revision);
    const std::vector<dockerfile::Finding>& findings() const { return m_findings; }

    /// What can be folded, of the text as it was at @p revision. Folds that are closed stay closed.
    void setFolds(const std::vector<dockerfile::Fold>& folds, quint64 revision);

    /// Moves to the next problem after the caret (or the one before), around the end.
    void goToProblem(bool forward);
    /// The findings of a line that can be mended, and mending one: one undo step.
    std::vector<dockerfile::Finding> fixesAtLine(int line) const;
    void applyFix(const dockerfile::Fix& fix) { applyEdits(fix.edits); }
    /// Edits of the text as it is, that do not overlap: one undo step.
    void applyEdits(std::vector<dockerfile::TextEdit> edits);
    /// Boxes around places of the text as it is: those of the name under the caret. Replaces those before.
    void setMarkedPlaces(const std::vector<dockerfile::Range>& places);

    /// Underlines what a click would follow; an empty range is none. Replaces the one before.
    void setLink(const dockerfile::Range& words);

    /// Indicator numbers, for tests.
    static constexpr int ErrorIndicator = 8, WarningIndicator = 9, InfoIndicator = 10, PlaceIndicator = 11, LinkIndicator = 12;

Q_SIGNALS:
    /// The mark of a line was clicked.
    void markClicked(int line);

protected:
    void applyTheme() override;
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    void defineMarks();
    void paintNotes(QPainter& painter);

    DockerfileLexer* m_lexer;
    QHash<int, LineNote> m_notes;
    std::vector<dockerfile::Finding> m_findings;
    QHash<int, std::size_t> m_firstFinding; ///< by the line on which it ends
};

} // namespace darsena::gui
