// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/text_compare.h"

#include "gui/layers/content/text_pane.h"

#include <QScrollBar>
#include <QSplitter>

namespace darsena::gui {

TextCompare::TextCompare(const Theme& theme, QWidget* parent)
    : QStackedWidget(parent)
    , m_theme(theme)
    , m_before(new TextPane(theme))
    , m_after(new TextPane(theme))
    , m_unified(new TextPane(theme))
{
    auto* sides = new QSplitter(Qt::Horizontal);
    sides->setChildrenCollapsible(false);
    sides->setHandleWidth(1);
    sides->addWidget(m_before);
    sides->addWidget(m_after);
    addWidget(sides);
    addWidget(m_unified);
    m_before->setObjectName(QStringLiteral("layers.compare.before"));
    m_after->setObjectName(QStringLiteral("layers.compare.after"));
    m_unified->setObjectName(QStringLiteral("layers.compare.unified"));
    // Both have as many lines: what the one is scrolled to, the other is.
    for (const auto& [one, other] : { std::pair(m_before, m_after), std::pair(m_after, m_before) }) {
        connect(one->verticalScrollBar(), &QScrollBar::valueChanged, other->verticalScrollBar(), &QScrollBar::setValue);
        connect(one->horizontalScrollBar(), &QScrollBar::valueChanged, other->horizontalScrollBar(), &QScrollBar::setValue);
    }
}

int TextCompare::changes() const
{
    return m_comparison ? static_cast<int>(m_comparison->alignment.changes.size()) : 0;
}

void TextCompare::setComparison(std::shared_ptr<const Comparison> comparison)
{
    m_comparison = std::move(comparison);
    m_current = -1;
    m_before->setContent(m_comparison->beforeText, m_comparison->language);
    m_after->setContent(m_comparison->afterText, m_comparison->language);
    m_before->setLineLabels(m_comparison->beforeLabels);
    m_after->setLineLabels(m_comparison->afterLabels);
    m_unified->setContent(m_comparison->unified, TextLanguage::Diff);
    mark();
}

void TextCompare::mark()
{
    using Kind = AlignedRow::Kind;
    using LineMark = TextPane::LineMark;
    const auto& rows = m_comparison->alignment.rows;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const int line = static_cast<int>(i);
        switch (rows[i].kind) {
        case Kind::Same:
            break;
        case Kind::Changed: {
            m_before->markLine(line, LineMark::Changed);
            m_after->markLine(line, LineMark::Changed);
            const LinePart& part = m_comparison->parts[i];
            m_before->markPart(line, part.begin, part.endBefore);
            m_after->markPart(line, part.begin, part.endAfter);
            break;
        }
        case Kind::Added:
            m_before->markLine(line, LineMark::Filler);
            m_after->markLine(line, LineMark::Added);
            break;
        case Kind::Removed:
            m_before->markLine(line, LineMark::Removed);
            m_after->markLine(line, LineMark::Filler);
            break;
        }
    }
    // In the unified text a change begins at the first line with a sign after one without.
    m_unifiedLines.clear();
    int number = 0;
    bool inChange = false;
    for (const std::string_view line : splitLines(m_comparison->unified)) {
        const bool sign = number > 1 && (line.starts_with('+') || line.starts_with('-'));
        if (sign && !inChange)
            m_unifiedLines.push_back(number);
        if (sign)
            m_unified->markLine(number, line.starts_with('+') ? LineMark::Added : LineMark::Removed);
        inChange = sign || (inChange && line.starts_with('\\'));
        ++number;
    }
}

void TextCompare::setUnified(bool unified)
{
    setCurrentIndex(unified ? 1 : 0);
    if (m_current >= 0)
        goTo(m_current);
}

bool TextCompare::goToNext(bool backwards)
{
    const int next = m_current < 0 ? (backwards ? changes() - 1 : 0) : m_current + (backwards ? -1 : 1);
    if (next < 0 || next >= changes())
        return false;
    goTo(next);
    return true;
}

void TextCompare::goTo(int change)
{
    m_current = change;
    const auto at = static_cast<std::size_t>(change);
    const int row = static_cast<int>(m_comparison->alignment.changes[at]);
    m_before->goToLine(row);
    m_after->goToLine(row);
    if (at < m_unifiedLines.size())
        m_unified->goToLine(m_unifiedLines[at]);
}

} // namespace darsena::gui
