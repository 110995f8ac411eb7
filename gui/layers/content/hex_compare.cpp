// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/hex_compare.h"

#include "gui/base/text.h"
#include "gui/layers/content/hex_view.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>
#include <QScrollBar>

#include <algorithm>

namespace darsena::gui {

HexCompare::HexCompare(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_before(new HexView(theme))
    , m_after(new HexView(theme))
    , m_beforeFacts(makeLabel({}, "small"))
    , m_afterFacts(makeLabel({}, "small"))
    , m_difference(makeLabel({}, "wait"))
{
    setLook(this, "surface");
    m_before->setObjectName(QStringLiteral("layers.compare.beforeBytes"));
    m_after->setObjectName(QStringLiteral("layers.compare.afterBytes"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, space::XS, 0, 0);
    grid->setHorizontalSpacing(1);
    grid->setVerticalSpacing(space::XS);
    m_difference->setWordWrap(true);
    m_difference->setContentsMargins(space::M, 0, space::M, 0);
    for (QLabel* label : { m_beforeFacts, m_afterFacts }) {
        label->setContentsMargins(space::M, 0, space::M, 0);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    }
    grid->addWidget(m_difference, 0, 0, 1, 3);
    grid->addWidget(m_beforeFacts, 1, 0);
    grid->addWidget(m_afterFacts, 1, 2);
    grid->addWidget(m_before, 2, 0);
    grid->addWidget(makeRule(Qt::Vertical), 1, 1, 2, 1);
    grid->addWidget(m_after, 2, 2);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(2, 1);
    grid->setRowStretch(2, 1);
    for (const auto& [one, other] : { std::pair(m_before, m_after), std::pair(m_after, m_before) }) {
        connect(one->verticalScrollBar(), &QScrollBar::valueChanged, other->verticalScrollBar(), &QScrollBar::setValue);
        connect(one->horizontalScrollBar(), &QScrollBar::valueChanged, other->horizontalScrollBar(), &QScrollBar::setValue);
    }
}

void HexCompare::setComparison(std::shared_ptr<const Comparison> comparison)
{
    m_comparison = std::move(comparison);
    m_before->setBytes(m_comparison->before);
    m_after->setBytes(m_comparison->after);
    m_before->setOther(m_comparison->after);
    m_after->setOther(m_comparison->before);
    describe();
    if (m_comparison->firstDifference >= 0) {
        m_before->goTo(m_comparison->firstDifference);
        m_after->goTo(m_comparison->firstDifference);
    }
}

void HexCompare::describe()
{
    if (!m_comparison)
        return;
    const auto facts = [](const QByteArray& bytes, const QString& digest) {
        return tr("%1 bytes · sha256 %2").arg(QLocale().toString(qlonglong(bytes.size())), digest);
    };
    m_beforeFacts->setText(facts(m_comparison->before, m_comparison->beforeDigest));
    m_afterFacts->setText(facts(m_comparison->after, m_comparison->afterDigest));
    m_beforeFacts->setToolTip(m_beforeFacts->text());
    m_afterFacts->setToolTip(m_afterFacts->text());
    m_difference->setText(m_comparison->same
            ? tr("Both have the same bytes.")
            : tr("They first differ at byte %1 (0x%2); %3 bytes differ.")
                  .arg(QLocale().toString(qlonglong(m_comparison->firstDifference)), QString::number(m_comparison->firstDifference, 16),
                      QLocale().toString(qlonglong(m_comparison->differing))));
}

bool HexCompare::goToNext(bool backwards)
{
    if (!m_comparison)
        return false;
    const HexView* active = m_after->hasFocus() || m_comparison->after.size() > m_comparison->before.size() ? m_after : m_before;
    const QByteArray& before = m_comparison->before;
    const QByteArray& after = m_comparison->after;
    const qint64 shorter = std::min(before.size(), after.size());
    // Over the rest of this run of differing bytes, so that one step is one change and not one byte. What one has more
    // than the other is one run.
    qint64 from = active->cursor();
    if (from >= shorter)
        from = backwards ? shorter - 1 : std::max(before.size(), after.size());
    while (from >= 0 && from < shorter && before.at(from) != after.at(from))
        from += backwards ? -1 : 1;
    const qint64 next = from < 0 ? -1 : nextDifference(before, after, from, backwards);
    if (next < 0)
        return false;
    m_before->goTo(next);
    m_after->goTo(next);
    return true;
}

void HexCompare::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        describe();
}

} // namespace darsena::gui
