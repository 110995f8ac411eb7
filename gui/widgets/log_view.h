// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/models/log_store.h"
#include "gui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QRegularExpression>
#include <QTimer>

namespace darsena::gui {

struct AnsiText;
class LogSearch;

/// Shows the lines of a LogStore: it reads and paints the lines in sight and no other, so that a million of them cost
/// what a screenful costs. Follows the end until the person scrolls up, and again once they come back down. Text is
/// chosen with mouse or keyboard across any number of lines.
/// Lines of standard error have a bar at their left; colours of the program are shown in the theme's.
class LogView : public QAbstractScrollArea {
    Q_OBJECT
public:
    /// Theme, store and search must outlive the view; the search marks what it finds.
    LogView(const Theme& theme, LogStore& store, LogSearch& search, QWidget* parent = nullptr);

    bool following() const { return m_follow; }
    void setFollowing(bool follow);
    /// Brings a line into sight and marks it as the current one.
    void goTo(qint64 line);
    qint64 currentLine() const { return m_cursor.line; }

    bool hasSelection() const { return !(m_anchor == m_cursor); }
    /// The text chosen, without colours; at most 64 MiB of it.
    QString selectedText() const;
    void copy() const;
    void selectAll();

Q_SIGNALS:
    void followingChanged(bool follow);
    void selectionChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void timerEvent(QTimerEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Place {
        qint64 line = 0;
        qsizetype column = 0;
        auto operator<=>(const Place&) const = default;
    };
    qint64 topLine() const;
    int rowsInSight() const;
    Place placeAt(const QPoint& point) const;
    void moveCursor(Place to, bool keepAnchor);
    void updateMeasures();
    void updateBars();
    void paintLine(QPainter& painter, const QRect& row, qint64 number);
    QColor colour(int number) const;

    const Theme& m_theme;
    LogStore& m_store;
    LogSearch& m_search;
    Place m_anchor;
    Place m_cursor;
    bool m_follow = true;
    bool m_settingBars = false;
    bool m_dragging = false;
    int m_lineHeight = 18;
    qreal m_charWidth = 8;
    int m_longest = 0; // columns of the longest line seen so far
    QTimer m_gather; // one update for all that came within a frame
    int m_dragTimer = 0;
};

} // namespace darsena::gui
