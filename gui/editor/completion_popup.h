// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <QFrame>

#include <vector>

class QLabel;
class QListView;

namespace darsena::gui {

class AssistCard;
class Theme;

/// The list of completions below the caret, with the chosen one's documentation beside it. It never has the focus: the
/// editor hands it the keys.
class CompletionPopup : public QFrame {
    Q_OBJECT
public:
    CompletionPopup(const Theme& theme, QWidget* parent);
    ~CompletionPopup() override;

    /// @p typed: what stands there already, drawn bold where it matches. Keeps the choice where it is still offered.
    void showEntries(std::vector<dockerfile::Completion> entries, const QString& typed, const QRect& caret);
    const std::vector<dockerfile::Completion>& entries() const { return m_entries; }
    int currentRow() const;
    /// Up, Down, PageUp, PageDown, Home, End of the list; false for other keys.
    bool move(int key);

Q_SIGNALS:
    void chosen(int row);

protected:
    void hideEvent(QHideEvent* event) override;

private:
    class Model;
    class Delegate;
    void applyTheme();
    void showDocumentation();

    const Theme& m_theme;
    Model* m_model;
    QListView* m_list;
    AssistCard* m_documentation;
    std::vector<dockerfile::Completion> m_entries;
    QString m_typed;
};

} // namespace darsena::gui
