// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/content/comparison.h"
#include "gui/theme/theme.h"

#include <QStackedWidget>

namespace darsena::gui {

class TextPane;

/// Two texts side by side, line beside line, scrolled together; or one under the other as `diff -u` writes them.
class TextCompare : public QStackedWidget {
    Q_OBJECT
public:
    explicit TextCompare(const Theme& theme, QWidget* parent = nullptr);

    void setComparison(std::shared_ptr<const Comparison> comparison);
    void setUnified(bool unified);
    bool isUnified() const { return currentIndex() == 1; }

    int changes() const;
    /// -1: none was gone to yet.
    int currentChange() const { return m_current; }
    /// The change after the current one or before it; false when there is none.
    bool goToNext(bool backwards);

    TextPane* before() const { return m_before; }
    TextPane* after() const { return m_after; }
    TextPane* unified() const { return m_unified; }

private:
    void goTo(int change);
    void mark();

    const Theme& m_theme;
    std::shared_ptr<const Comparison> m_comparison;
    std::vector<int> m_unifiedLines; ///< where each change begins
    int m_current = -1;
    TextPane *m_before, *m_after, *m_unified;
};

} // namespace darsena::gui
