// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QByteArray>

namespace darsena::gui {

/// Bytes as a table: offset, hexadecimal, characters. Reads and paints the rows in sight and no other, and shares the
/// array, so that a hundred megabytes cost what a screenful costs. Chosen with mouse or keyboard; copied as hexadecimal.
class HexView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit HexView(const Theme& theme, QWidget* parent = nullptr);

    void setBytes(const QByteArray& bytes);
    const QByteArray& bytes() const { return m_bytes; }
    /// Bytes that differ from these at the same place, or have nothing there, are marked.
    void setOther(const QByteArray& other, bool compared = true);

    qsizetype cursor() const { return m_cursor; }
    /// Chooses nothing, and brings the byte into sight.
    void goTo(qsizetype offset);
    bool hasSelection() const { return m_anchor != m_cursor; }
    /// Whether the byte under the cursor alone counts, or all between anchor and cursor, both included.
    QByteArray selected() const;
    void selectAll();
    /// "7f 45 4c 46"; at most 16 MiB of it.
    QString selectedHex() const;
    /// The characters, a dot for what is none.
    QString selectedCharacters() const;
    void copy() const;

    /// "00000010: 7f 45 …  .E…": a row as it is read out; pure.
    static QString rowText(const QByteArray& bytes, qsizetype row);
    static constexpr int BytesPerRow = 16; ///< half as many where there is no room

    QSize minimumSizeHint() const override { return QSize(200, 80); }

Q_SIGNALS:
    void cursorMoved(qsizetype offset);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void updateMeasures();
    void updateBars();
    void moveCursor(qsizetype to, bool keepAnchor);
    qsizetype offsetAt(const QPoint& point) const;
    qsizetype rows() const { return (m_bytes.size() + m_perRow - 1) / m_perRow; }
    static int charactersWide(int perRow);
    int rowsInSight() const;
    /// Left edges in px, scrolled.
    qreal hexX(int column) const;
    qreal characterX(int column) const;
    void paintRow(QPainter& painter, qsizetype row, int y) const;
    bool differs(qsizetype offset) const;

    const Theme& m_theme;
    QByteArray m_bytes;
    QByteArray m_other;
    bool m_compared = false;
    qsizetype m_anchor = 0;
    qsizetype m_cursor = 0;
    int m_perRow = BytesPerRow;
    int m_rowHeight = 18;
    qreal m_charWidth = 8;
};

} // namespace darsena::gui
