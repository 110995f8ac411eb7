// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/builds/step_panel.h"

#include "gui/base/text.h"
#include "gui/theme/theme.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>

namespace darsena::gui {

StepPanel::StepPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_title(new ElidedLabel(Qt::ElideRight, this))
    , m_sentence(makeLabel({}, "muted", this))
    , m_log(makeButton({}, theme.icon(QStringLiteral("log"), Theme::Ink::Muted), "", this))
{
    setObjectName(QStringLiteral("build.step"));
    setLook(this, "surface");
    m_title->setFont(theme.font(type::Base, QFont::DemiBold));
    setLook(m_title, "strong");
    m_sentence->setWordWrap(true);
    m_sentence->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);

    auto* facts = new QGridLayout;
    facts->setHorizontalSpacing(space::L);
    facts->setVerticalSpacing(3);
    for (int i = 0; i < 3; ++i) {
        m_names[i] = makeLabel({}, "small", this);
        m_values[i] = makeLabel({}, "small", this);
        m_values[i]->setAlignment(Qt::AlignRight);
        facts->addWidget(m_names[i], i, 0);
        facts->addWidget(m_values[i], i, 1);
    }
    facts->setRowStretch(3, 1);
    facts->setColumnMinimumWidth(1, 80);

    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(space::L, space::M, space::L, space::M);
    grid->setHorizontalSpacing(space::XL);
    grid->setVerticalSpacing(6);
    grid->addWidget(m_title, 0, 0);
    grid->addWidget(m_sentence, 1, 0);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_log);
    buttons->addStretch(1);
    grid->addLayout(buttons, 2, 0);
    grid->addLayout(facts, 0, 1, 3, 1);
    grid->setColumnStretch(0, 1);
    grid->setRowStretch(1, 1);
    connect(m_log, &QPushButton::clicked, this, &StepPanel::logRequested);
    describe();
}

void StepPanel::showStep(int line, const QString& instruction, const StepState* step)
{
    m_line = line;
    m_instruction = instruction;
    m_step.reset();
    if (step) {
        // The log stays behind: only what is shown is copied.
        StepState copy;
        copy.info = step->info;
        copy.mark = step->mark;
        copy.reasons = step->reasons;
        copy.engineReason = step->engineReason;
        copy.milliseconds = step->milliseconds;
        copy.bytes = step->bytes;
        copy.error = step->error;
        copy.startedAt = step->log.isEmpty() ? -1 : 0;
        m_step = std::move(copy);
    }
    describe();
}

void StepPanel::describe()
{
    m_log->setText(tr("Log"));
    m_log->setVisible(m_step && m_step->startedAt >= 0);
    for (int i = 0; i < 3; ++i) {
        m_names[i]->clear();
        m_values[i]->clear();
    }
    if (m_line <= 0) {
        m_title->setText(tr("No step selected"));
        m_sentence->setText(tr("Choose a line of the Dockerfile or a row of the graph to see what a build does there."));
        return;
    }
    m_title->setText(tr("Line %1 · %2").arg(m_line).arg(m_instruction));
    if (!m_step) {
        m_sentence->setText(tr("This step has not been built yet in this window."));
        return;
    }
    const QString why = m_step->reason();
    const auto because = [&why](const QString& bare, const QString& reasoned) { return why.isEmpty() ? bare : reasoned.arg(why); };
    QString sentence;
    switch (m_step->mark) {
    case Mark::Cached:
        sentence = because(tr("Taken from the cache."), tr("Taken from the cache: %1"));
        break;
    case Mark::Running:
        sentence = because(tr("Running."), tr("Running, because: %1"));
        break;
    case Mark::Done:
        sentence = because(tr("Ran in the last build."), tr("Ran in the last build, because: %1"));
        break;
    case Mark::Failed:
        sentence = m_step->error;
        break;
    case Mark::Skipped:
        sentence = tr("Not reached in the last build.");
        break;
    default:
        sentence = because(tr("Waits for its turn."), tr("Will run, because: %1"));
    }
    setLook(m_sentence, m_step->mark == Mark::Failed ? "failed" : "muted");
    m_sentence->setText(sentence);
    m_names[0]->setText(tr("state", "of a build step"));
    m_values[0]->setText(markName(m_step->mark));
    m_names[1]->setText(tr("layer", "its size follows"));
    m_values[1]->setText(m_step->bytes >= 0 ? formatBytes(m_step->bytes) : QStringLiteral("—"));
    m_names[2]->setText(m_step->mark == Mark::Cached ? tr("time saved") : tr("time"));
    m_values[2]->setText(m_step->milliseconds > 0 ? formatDuration(std::chrono::milliseconds(m_step->milliseconds))
                                                  : QStringLiteral("—"));
}

void StepPanel::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        describe();
    QWidget::changeEvent(event);
}

} // namespace darsena::gui
