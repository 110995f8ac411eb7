// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/containers/container_delegate.h"

#include "gui/base/text.h"
#include "gui/models/container_model.h"

#include <QPainter>
#include <QPainterPath>

namespace darsena::gui {

ContainerDelegate::ContainerDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{
}

QSize ContainerDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    const QFontMetrics metrics(index.column() == ContainerModel::Image ? m_theme.monospace() : m_theme.font());
    const QString text = index.column() == ContainerModel::Status ? sinceText(index) : index.data().toString();
    return QSize(metrics.horizontalAdvance(text) + 3 * space::M, metric::Row + 4);
}

QString ContainerDelegate::sinceText(const QModelIndex& index)
{
    const QString state = index.data(ContainerModel::StateRole).toString();
    const QVariant since = index.data(ContainerModel::SinceRole);
    const QVariant code = index.data(ContainerModel::ExitCodeRole);
    const QString health = index.data(ContainerModel::HealthRole).toString();
    QStringList parts;
    if (state == u"exited" && code.isValid())
        //: How a container ended.
        parts << tr("exit %1").arg(code.toInt());
    if (health == u"healthy")
        parts << tr("healthy");
    else if (health == u"unhealthy")
        parts << tr("unhealthy");
    else if (health == u"starting")
        parts << tr("health check starting");
    if (since.isValid())
        parts << formatAgo(since.toLongLong());
    return parts.join(QStringLiteral(" · "));
}

void ContainerDelegate::paintState(QPainter& painter, const QRect& box, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    const QString state = index.data(ContainerModel::StateRole).toString();
    const QString busy = index.data(ContainerModel::BusyRole).toString();
    const bool failed = index.data(ContainerModel::ErrorRole).toBool();
    const QPointF c(box.left() + 5, box.center().y() + 0.5);
    painter.setPen(Qt::NoPen);
    QColor ink = t.text;
    // Told apart by shape as well: running is a full disc, paused two bars, failed a cross, the rest a ring.
    if (!busy.isEmpty() || state == u"restarting" || state == u"removing") {
        painter.setBrush(t.wait);
        painter.drawPie(QRectF(c.x() - 4.5, c.y() - 4.5, 9, 9), 90 * 16, 270 * 16);
        ink = t.waitText;
    } else if (state == u"running") {
        painter.setBrush(t.running);
        painter.drawEllipse(c, 4.5, 4.5);
    } else if (state == u"paused") {
        painter.setBrush(t.wait);
        painter.drawRect(QRectF(c.x() - 4, c.y() - 4.5, 3, 9));
        painter.drawRect(QRectF(c.x() + 1, c.y() - 4.5, 3, 9));
    } else if (failed) {
        painter.setPen(QPen(t.failed, 2, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(c + QPointF(-3.5, -3.5), c + QPointF(3.5, 3.5));
        painter.drawLine(c + QPointF(3.5, -3.5), c + QPointF(-3.5, 3.5));
        ink = t.failedText;
    } else {
        painter.setPen(QPen(t.idle, 1.6));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(c, 4, 4);
        ink = t.muted;
    }
    painter.setFont(m_theme.font());
    painter.setPen(ink);
    const QRect text = box.adjusted(18, 0, 0, 0);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(busy.isEmpty() ? ContainerModel::stateText(state) : busy, Qt::ElideRight, text.width()));
}

void ContainerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, t.accentSoft);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, t.raised);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.line);
    if (option.state.testFlag(QStyle::State_HasFocus))
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom() - 1, option.rect.width(), 2), t.accent);

    const QRect box = option.rect.adjusted(space::S + (index.column() == 0 ? space::S : 0), 0, -space::S, 0);
    const auto write = [&](const QString& text, const QFont& font, const QColor& ink, Qt::TextElideMode mode = Qt::ElideRight) {
        painter->setFont(font);
        painter->setPen(ink);
        painter->drawText(box, Qt::AlignLeft | Qt::AlignVCenter, painter->fontMetrics().elidedText(text, mode, box.width()));
    };
    const bool running = index.data(ContainerModel::StateRole).toString() == u"running";
    switch (index.column()) {
    case ContainerModel::Name:
        write(index.data().toString(), m_theme.font(type::Base, QFont::Medium), t.text);
        break;
    case ContainerModel::Image:
        write(index.data().toString(), m_theme.monospace(type::Base - 1), t.muted, Qt::ElideMiddle);
        break;
    case ContainerModel::State:
        paintState(*painter, box, index);
        break;
    case ContainerModel::Status:
        write(sinceText(index), m_theme.font(), index.data(ContainerModel::ErrorRole).toBool() ? t.failedText : t.muted);
        break;
    case ContainerModel::Ports:
        write(index.data().toString(), m_theme.font(), running ? t.accentText : t.muted);
        break;
    default:
        write(formatAgo(index.data(ContainerModel::CreatedRole).toLongLong()), m_theme.font(), t.muted);
    }
    painter->restore();
}

} // namespace darsena::gui
