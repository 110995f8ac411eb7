// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/content/comparison.h"
#include "gui/theme/theme.h"

#include <QWidget>

class QLabel;

namespace darsena::gui {

class HexView;

/// Two contents byte by byte, side by side and scrolled together, with their sizes, digests and where they first differ.
class HexCompare : public QWidget {
    Q_OBJECT
public:
    explicit HexCompare(const Theme& theme, QWidget* parent = nullptr);

    void setComparison(std::shared_ptr<const Comparison> comparison);
    /// To the next byte that differs after the cursor, or before it; false when there is none.
    bool goToNext(bool backwards);

    HexView* before() const { return m_before; }
    HexView* after() const { return m_after; }

protected:
    void changeEvent(QEvent* event) override;

private:
    void describe();

    std::shared_ptr<const Comparison> m_comparison;
    HexView *m_before, *m_after;
    QLabel *m_beforeFacts, *m_afterFacts, *m_difference;
};

} // namespace darsena::gui
