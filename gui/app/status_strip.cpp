// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/status_strip.h"

#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>

namespace darsena::gui {

StatusStrip::StatusStrip(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_dot(new QLabel(this))
    , m_running(makeLabel({}, "small", this))
    , m_buildText(makeLabel({}, "small", this))
    , m_buildBar(new QProgressBar(this))
    , m_notice(makeLabel({}, "small", this))
    , m_problems(makeButton({}, {}, "link", this))
    , m_format(makeLabel({}, "small", this))
    , m_noticeTimer(new QTimer(this))
{
    setLook(this, "statusbar");
    setFixedHeight(metric::StatusBar);
    m_problems->setFont(theme.font(type::Small));
    m_problems->setObjectName(QStringLiteral("status.problems"));
    m_running->setObjectName(QStringLiteral("status.running"));
    m_buildText->setObjectName(QStringLiteral("status.build"));
    m_buildBar->setTextVisible(false);
    m_buildBar->setFixedWidth(90);
    m_noticeTimer->setSingleShot(true);
    m_noticeTimer->setInterval(7000);
    connect(m_noticeTimer, &QTimer::timeout, m_notice, &QLabel::clear);
    connect(m_problems, &QPushButton::clicked, this, &StatusStrip::problemsClicked);
    connect(&theme, &Theme::changed, this, &StatusStrip::describe);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::M, 0, space::M, 0);
    row->setSpacing(space::S);
    row->addWidget(m_dot);
    row->addWidget(m_running);
    row->addSpacing(space::S);
    row->addWidget(m_buildText);
    row->addWidget(m_buildBar);
    row->addSpacing(space::S);
    row->addWidget(m_notice, 1);
    row->addWidget(m_problems);
    row->addWidget(m_format);
    setBuild(0, 0, {});
    describe();
}

void StatusStrip::setRunning(int containers)
{
    m_containers = containers;
    describe();
}

void StatusStrip::setBuild(int finished, int total, const QString& sentence)
{
    m_buildText->setText(sentence);
    m_buildText->setVisible(!sentence.isEmpty());
    m_buildBar->setVisible(total > 0);
    m_buildBar->setRange(0, std::max(1, total));
    m_buildBar->setValue(finished);
    m_buildBar->setAccessibleName(sentence);
}

void StatusStrip::setProblems(int errors, int warnings)
{
    m_errors = errors;
    m_warnings = warnings;
    describe();
}

void StatusStrip::setFileFormat(const QString& text)
{
    m_format->setText(text);
    m_format->setVisible(!text.isEmpty());
}

void StatusStrip::notify(const QString& sentence)
{
    m_notice->setText(sentence);
    m_noticeTimer->start();
}

void StatusStrip::describe()
{
    const bool known = m_containers >= 0;
    m_dot->setVisible(known);
    m_running->setVisible(known);
    if (known) {
        QPixmap dot(QSize(9, 9) * devicePixelRatioF());
        dot.setDevicePixelRatio(devicePixelRatioF());
        dot.fill(Qt::transparent);
        QPainter painter(&dot);
        painter.setRenderHint(QPainter::Antialiasing);
        const QColor colour = m_containers > 0 ? m_theme.tokens().running : m_theme.tokens().idle;
        painter.setPen(QPen(colour, 1.4));
        painter.setBrush(m_containers > 0 ? QBrush(colour) : QBrush(Qt::NoBrush));
        painter.drawEllipse(QPointF(4.5, 4.5), 3, 3);
        painter.end();
        m_dot->setPixmap(dot);
        //: Containers that run
        m_running->setText(tr("%n running", nullptr, m_containers));
    }
    const int count = m_errors + m_warnings;
    m_problems->setVisible(count > 0);
    m_problems->setText(tr("%n problem(s)", nullptr, count));
    m_problems->setAccessibleName(m_problems->text());
}

void StatusStrip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange) {
        m_notice->clear(); // said in the language that was
        describe();
    }
    QWidget::changeEvent(event);
}

} // namespace darsena::gui
