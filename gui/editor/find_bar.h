// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/editor/text_search.h"
#include "gui/theme/theme.h"

#include <QFrame>
#include <QPointer>
#include <QTimer>

class QAction;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace darsena::gui {

/// Find and replace above a text: every match is marked and counted while one types, in a worker; replacing all is one
/// undo step. Escape closes it and gives the keyboard back to the text.
class FindBar : public QFrame {
    Q_OBJECT
public:
    explicit FindBar(const Theme& theme, QWidget* parent = nullptr);

    /// The text to search in; nullptr = none.
    void setEditor(CodeEditor* editor);
    /// Shows it with what is selected, and the row that replaces.
    void open(bool replace);
    void shut();
    /// The next match after the caret, or the one before it, around the end; works while the bar is shut too.
    void find(bool forward);
    void replaceOne();
    void replaceAll();

    /// The indicator that marks every match, for tests.
    static constexpr int MatchIndicator = 12;

Q_SIGNALS:
    void notice(const QString& sentence);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class Then { Nothing, SelectNearest, Forward, Backward };
    QToolButton* makeToggle(const QString& sign, const QKeySequence& key);
    SearchQuery query() const;
    void look(Then then);
    void found(SearchResult result, Then then);
    void go(Then then);
    void mark();
    void unmark();
    void showCount();
    void textModified(int position, int type, int length);
    void setWithin(bool on);

    const Theme& m_theme;
    QPointer<CodeEditor> m_editor;
    QLineEdit* m_find;
    QLineEdit* m_replace;
    QWidget* m_replaceRow;
    QToolButton* m_regex;
    QToolButton* m_case;
    QToolButton* m_word;
    QToolButton* m_selection;
    QLabel* m_count;
    QAction* m_next;
    QAction* m_previous;
    QAction* m_close;
    QPushButton* m_replaceOne;
    QPushButton* m_replaceAll;
    LatestOnly m_search;
    LatestOnly m_replacing;
    QTimer m_again;
    SearchResult m_result;
    SearchQuery m_searched; ///< what m_result is of
    quint64 m_revision = 0;
    Then m_waiting = Then::Nothing;
    std::optional<std::pair<std::size_t, std::size_t>> m_within;
    std::size_t m_origin = 0; ///< where the caret was when the bar opened: typing goes on from there
    Retranslator m_texts;
};

} // namespace darsena::gui
