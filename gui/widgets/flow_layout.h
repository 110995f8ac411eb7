// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLayout>

#include <memory>
#include <vector>

namespace darsena::gui {

/// Buttons in a row, and in as many rows as the width asks for: what fits in one language may not in another. Hidden
/// widgets take no place.
class FlowLayout : public QLayout {
    Q_OBJECT
public:
    /// @p gap in pixels, between neighbours and between rows.
    explicit FlowLayout(int gap);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override; ///< takes it over
    int count() const override { return static_cast<int>(m_items.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return place(QRect(0, 0, width, 0), false); }
    QSize sizeHint() const override; ///< all in one row
    QSize minimumSize() const override; ///< of the widest alone
    void setGeometry(const QRect& rect) override;

private:
    /// Returns the height that it takes; @p move: puts the widgets there.
    int place(const QRect& rect, bool move) const;

    std::vector<std::unique_ptr<QLayoutItem>> m_items;
    int m_gap;
};

} // namespace darsena::gui
