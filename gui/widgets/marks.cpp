// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/looks.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>

namespace darsena::gui {
namespace {

struct Marks {
    Q_DECLARE_TR_FUNCTIONS(darsena::gui::Marks)
};

} // namespace

void paintMark(QPainter& painter, const QRectF& box, Mark mark, const Tokens& tokens, qreal size)
{
    const QPointF c = box.center();
    const qreal r = size / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    switch (mark) {
    case Mark::None:
        break;
    case Mark::Unknown:
        painter.setBrush(tokens.faint);
        painter.drawEllipse(c, r * 0.32, r * 0.32);
        break;
    case Mark::WillRun:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(tokens.wait, 1.4));
        painter.drawEllipse(c, r * 0.8, r * 0.8);
        break;
    case Mark::Cached:
        painter.setBrush(tokens.cached);
        painter.drawEllipse(c, r * 0.85, r * 0.85);
        break;
    case Mark::Running: {
        // Half filled, as in the drawings: it is on its way.
        painter.setPen(QPen(tokens.accent, 1.4));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(c, r * 0.85, r * 0.85);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.accent);
        painter.drawPie(QRectF(c.x() - r * 0.85, c.y() - r * 0.85, r * 1.7, r * 1.7), 90 * 16, 180 * 16);
        break;
    }
    case Mark::Done: {
        painter.setPen(QPen(tokens.running, 1.8, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.setBrush(Qt::NoBrush);
        QPainterPath tick(QPointF(c.x() - r * 0.85, c.y() + r * 0.05));
        tick.lineTo(c.x() - r * 0.2, c.y() + r * 0.7);
        tick.lineTo(c.x() + r * 0.9, c.y() - r * 0.65);
        painter.drawPath(tick);
        break;
    }
    case Mark::Failed: {
        painter.setPen(QPen(tokens.failed, 1.8, Qt::SolidLine, Qt::RoundCap));
        const qreal d = r * 0.7;
        painter.drawLine(QPointF(c.x() - d, c.y() - d), QPointF(c.x() + d, c.y() + d));
        painter.drawLine(QPointF(c.x() + d, c.y() - d), QPointF(c.x() - d, c.y() + d));
        break;
    }
    case Mark::Skipped:
        painter.setPen(QPen(tokens.faint, 1.6, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(QPointF(c.x() - r * 0.7, c.y()), QPointF(c.x() + r * 0.7, c.y()));
        break;
    case Mark::Idle:
        painter.setBrush(tokens.idle);
        painter.drawEllipse(c, r * 0.85, r * 0.85);
        break;
    }
    painter.restore();
}

QString markName(Mark mark)
{
    switch (mark) {
    case Mark::None:
        return {};
    case Mark::Unknown:
        return Marks::tr("not known yet", "state of a build step");
    case Mark::WillRun:
        return Marks::tr("will run", "state of a build step");
    case Mark::Cached:
        return Marks::tr("cached", "state of a build step");
    case Mark::Running:
        return Marks::tr("running", "state of a build step");
    case Mark::Done:
        return Marks::tr("done", "state of a build step");
    case Mark::Failed:
        return Marks::tr("failed", "state of a build step");
    case Mark::Skipped:
        return Marks::tr("skipped", "state of a build step");
    case Mark::Idle:
        return Marks::tr("idle", "state of a build step");
    }
    return {};
}

QColor markTextColour(Mark mark, const Tokens& tokens)
{
    switch (mark) {
    case Mark::WillRun:
        return tokens.waitText;
    case Mark::Cached:
        return tokens.cachedText;
    case Mark::Running:
        return tokens.accentText;
    case Mark::Done:
        return tokens.runningText;
    case Mark::Failed:
        return tokens.failedText;
    case Mark::None:
    case Mark::Unknown:
    case Mark::Skipped:
    case Mark::Idle:
        break;
    }
    return tokens.muted;
}

} // namespace darsena::gui
