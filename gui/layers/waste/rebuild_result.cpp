// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/waste/rebuild_result.h"

#include "gui/base/text.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLocale>

namespace darsena::gui {

RebuildResult::Figures RebuildResult::Figures::of(const layers::Analysis& analysis)
{
    return {.bytes = static_cast<qint64>(analysis.storedBytes), .wasted = static_cast<qint64>(analysis.wastedBytes), .efficiency = analysis.efficiency()};
}

RebuildResult::RebuildResult(const Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("waste.result"));
    setLook(this, "card");
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(space::M, space::S, space::M, space::S);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(1, 1);
    m_title = makeLabel({}, "strong", this);
    m_title->setWordWrap(true);
    grid->addWidget(m_title, 0, 0, 1, 2);
    for (int i = 0; i < 3; ++i) {
        m_names[i] = makeLabel({}, "small", this);
        m_values[i] = makeLabel({}, "", this);
        m_values[i]->setFont(theme.monospace(type::Base - 1));
        grid->addWidget(m_names[i], i + 1, 0);
        grid->addWidget(m_values[i], i + 1, 1, Qt::AlignRight);
    }
    hide();
}

void RebuildResult::show(const Figures& before, const Figures& after, qint64 expected)
{
    m_before = before;
    m_after = after;
    m_expected = expected;
    describe();
    QFrame::show();
}

QString RebuildResult::sentence() const
{
    const qint64 saved = m_before.bytes - m_after.bytes;
    if (saved < 0)
        return tr("%1 larger than before (expected to save %2)").arg(formatBytes(-saved), formatBytes(m_expected));
    return tr("Saved %1 (expected %2)").arg(formatBytes(saved), formatBytes(m_expected));
}

void RebuildResult::describe()
{
    const QLocale locale;
    const auto change = [](const QString& before, const QString& after) { return before + QStringLiteral(" → ") + after; };
    const auto percent = [&](double value) { return tr("%1 %", "a share").arg(locale.toString(value * 100, 'f', 1)); };
    m_title->setText(sentence());
    m_names[0]->setText(tr("Size"));
    m_names[1]->setText(tr("Wasted"));
    m_names[2]->setText(tr("Efficiency"));
    m_values[0]->setText(change(formatBytes(m_before.bytes), formatBytes(m_after.bytes)));
    m_values[1]->setText(change(formatBytes(m_before.wasted), formatBytes(m_after.wasted)));
    m_values[2]->setText(change(percent(m_before.efficiency), percent(m_after.efficiency)));
    setAccessibleName(sentence());
}

void RebuildResult::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::LanguageChange)
        describe();
}

} // namespace darsena::gui
