// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/compare_bar.h"

#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QCheckBox>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace darsena::gui {

CompareBar::CompareBar(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_text(new ElidedLabel(Qt::ElideMiddle))
    , m_choose(new QToolButton)
    , m_menu(new QMenu(this))
    , m_times(new QCheckBox)
    , m_close(new QToolButton)
    , m_texts(this)
{
    setLook(this, "bar");
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::M, space::XS, space::S, space::XS);
    column->setSpacing(space::XS);
    auto* upper = new QHBoxLayout;
    auto* row = new QHBoxLayout;
    row->setSpacing(space::M);
    column->addLayout(upper);
    column->addLayout(row);
    m_text->setObjectName(QStringLiteral("layers.compared"));
    m_choose->setObjectName(QStringLiteral("layers.compareWith"));
    setLook(m_choose, "chip");
    m_choose->setPopupMode(QToolButton::InstantPopup);
    m_choose->setMenu(m_menu);
    m_close->setObjectName(QStringLiteral("layers.compareClose"));
    m_close->setIcon(theme.icon(QStringLiteral("close"), Theme::Ink::Muted));
    upper->addWidget(m_text, 1);
    upper->addWidget(m_close);
    row->addWidget(m_choose);
    row->addWidget(m_times);
    row->addStretch(1);
    connect(m_menu, &QMenu::aboutToShow, this, [this] {
        m_menu->clear();
        Q_EMIT menuRequested();
    });
    connect(m_times, &QCheckBox::toggled, this, &CompareBar::ignoreTimesChanged);
    connect(m_close, &QToolButton::clicked, this, &CompareBar::closed);
    m_texts([this] { retranslate(); });
}

bool CompareBar::ignoresTimes() const
{
    return m_times->isChecked();
}

void CompareBar::describe(const QString& what, const QString& with, const QString& note)
{
    m_what = what;
    m_with = with;
    m_note = note;
    retranslate();
}

void CompareBar::retranslate()
{
    const QString text = tr("%1 compared with %2").arg(m_what, m_with);
    m_text->setText(m_what.isEmpty() ? m_note : m_note.isEmpty() ? text : text + QStringLiteral(" · ") + m_note);
    m_choose->setText(tr("With something else ▾"));
    m_choose->setAccessibleName(tr("Compare with something else"));
    m_times->setText(tr("Ignore times"));
    m_times->setToolTip(tr("A file that differs in its time only, or is stored once more as it was, counts as unchanged."));
    m_close->setToolTip(tr("Stop comparing"));
    m_close->setAccessibleName(tr("Stop comparing"));
}

} // namespace darsena::gui
