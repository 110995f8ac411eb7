// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/delegates.h"

#include "gui/base/text.h"
#include "gui/models/layer_list_model.h"
#include "gui/models/layer_tree_model.h"

#include <QApplication>
#include <QPainter>

namespace darsena::gui {

namespace {

void paintBackground(QPainter& painter, const QStyleOptionViewItem& option, const Tokens& t)
{
    if (option.state.testFlag(QStyle::State_Selected))
        painter.fillRect(option.rect, t.accentSoft);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter.fillRect(option.rect, t.raised);
}

/// A flat bar: `share` of it filled, and of that the part from `hiddenFrom` on in another colour.
void paintBar(QPainter& painter, const QRectF& box, double share, double hidden, const Tokens& t)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(t.line);
    painter.drawRoundedRect(box, 3, 3);
    if (share <= 0)
        return;
    const qreal width = std::max<qreal>(1.5, box.width() * std::min(1.0, share));
    const qreal lost = box.width() * std::min(share, hidden);
    painter.setBrush(t.cached);
    painter.drawRoundedRect(QRectF(box.left(), box.top(), width, box.height()), 3, 3);
    if (lost >= 1) {
        painter.setBrush(t.failed);
        painter.drawRoundedRect(QRectF(box.left() + width - lost, box.top(), lost, box.height()), 3, 3);
    }
}

} // namespace

LayerDelegate::LayerDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{
}

QSize LayerDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return QSize(240, index.data(LayerListModel::LayerRole).toInt() < 0 ? 34 : 56);
}

void LayerDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintBackground(*painter, option, t);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.line);
    if (option.state.testFlag(QStyle::State_HasFocus) && option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height() - 1), t.accent);

    const QRect box = option.rect.adjusted(space::M, space::S, -space::M, -space::S);
    const int numberWidth = 26;
    const int layer = index.data(LayerListModel::LayerRole).toInt();
    const bool empty = layer < 0;
    painter->setFont(m_theme.font());
    painter->setPen(t.muted);
    if (!empty)
        painter->drawText(QRect(box.left(), box.top(), numberWidth - space::S, 18), Qt::AlignRight | Qt::AlignVCenter, QString::number(layer));

    const QRect text(box.left() + numberWidth, box.top(), box.width() - numberWidth, 18);
    painter->setFont(m_theme.monospace(type::Base - 1));
    painter->setPen(empty ? t.muted : t.text);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
        painter->fontMetrics().elidedText(index.data(LayerListModel::InstructionRole).toString(), Qt::ElideRight, text.width()));

    if (empty) {
        painter->restore();
        return;
    }
    const QRect below(text.left(), box.bottom() - 16, text.width(), 16);
    const int columns = (m_rest ? 3 : 2) * SizeColumn;
    paintBar(*painter, QRectF(below.left(), below.center().y() - 2, std::max(20, below.width() - columns), 6), index.data(LayerListModel::ShareRole).toDouble(),
        index.data(LayerListModel::HiddenShareRole).toDouble(), t);
    const auto size = [&](int column, int role, const QColor& ink, bool known) {
        const qint64 bytes = index.data(role).toLongLong();
        painter->setPen(ink);
        painter->drawText(QRect(below.right() - column * SizeColumn, below.top(), SizeColumn, 16), Qt::AlignRight | Qt::AlignVCenter,
            !known          ? QStringLiteral("—")
                : bytes < 0 ? QStringLiteral("…")
                            : formatBytes(bytes));
    };
    painter->setFont(m_theme.font(type::Small));
    if (m_rest)
        size(3, LayerListModel::StoredRole, t.muted, index.data(LayerListModel::StoredRole).toLongLong() > 0);
    size(2, LayerListModel::BytesRole, t.text, true);
    size(1, LayerListModel::TotalRole, t.muted, true);
    painter->restore();
}

FileDelegate::FileDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{
}

QSize FileDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return QSize(120, 24);
}

void FileDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    paintBackground(*painter, option, m_theme.tokens());
    if (index.column() == LayerTreeModel::Name)
        paintName(*painter, option.rect, index);
    else if (index.column() == LayerTreeModel::Size)
        paintSize(*painter, option.rect, index);
    else
        paintAttribute(*painter, option.rect, index);
    painter->restore();
}

QColor paintChange(QPainter& painter, const QRectF& box, layers::Mark mark, bool metadataOnly, const Tokens& t)
{
    const QPointF c = box.center();
    const auto stroke = [&](const QColor& colour) { painter.setPen(QPen(colour, 1.8, Qt::SolidLine, Qt::RoundCap)); };
    switch (mark) {
    case layers::Mark::Added:
        stroke(t.running);
        painter.drawLine(c - QPointF(4, 0), c + QPointF(4, 0));
        painter.drawLine(c - QPointF(0, 4), c + QPointF(0, 4));
        return t.runningText;
    case layers::Mark::Changed:
        if (metadataOnly) {
            // A label with its hole.
            stroke(t.cached);
            painter.setBrush(Qt::NoBrush);
            const QPointF label[] = { c + QPointF(-4, -3), c + QPointF(1, -3), c + QPointF(4.5, 0), c + QPointF(1, 3), c + QPointF(-4, 3) };
            painter.drawPolygon(label, 5);
            return t.cachedText;
        }
        // A pencil.
        stroke(t.wait);
        painter.drawLine(c + QPointF(-3, 3), c + QPointF(3.5, -3.5));
        painter.drawLine(c + QPointF(-4.5, 4.5), c + QPointF(-4, 4));
        return t.waitText;
    case layers::Mark::Removed:
        stroke(t.failed);
        painter.drawLine(c - QPointF(4, 0), c + QPointF(4, 0));
        return t.failedText;
    case layers::Mark::Same:
    case layers::Mark::Absent:
        break;
    }
    return t.text;
}

QColor FileDelegate::paintMark(QPainter& painter, const QRectF& box, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    const auto mark = static_cast<layers::Mark>(index.data(LayerTreeModel::MarkRole).toInt());
    if (mark != layers::Mark::Same)
        return paintChange(painter, box, mark, index.data(LayerTreeModel::MetadataOnlyRole).toBool(), t);
    if (index.data(LayerTreeModel::ChangesBeneathRole).toBool()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(t.wait);
        painter.drawEllipse(box.center(), 2.2, 2.2);
    }
    return t.text;
}

/// What else there is to say of a file; it fits behind the name or is left out.
QString FileDelegate::noteOf(const QModelIndex& index) const
{
    const auto type = static_cast<layers::EntryType>(index.data(LayerTreeModel::TypeRole).toInt());
    const bool removed = static_cast<layers::Mark>(index.data(LayerTreeModel::MarkRole).toInt()) == layers::Mark::Removed;
    QString note;
    if (type == layers::EntryType::Symlink)
        note = QStringLiteral("→ ") + index.data(LayerTreeModel::LinkRole).toString();
    else if (index.data(LayerTreeModel::HardLinkRole).toBool())
        note = QStringLiteral("= ") + index.data(LayerTreeModel::LinkRole).toString();
    else if (type == layers::EntryType::Directory && removed)
        note = tr("%Ln file(s)", nullptr, index.data(LayerTreeModel::FilesRole).toInt());
    else if (const qint64 gone = index.data(LayerTreeModel::RemovedBytesRole).toLongLong(); type == layers::EntryType::Directory && gone > 0)
        note = tr("%1 gone", "bytes that a layer removed from a directory").arg(formatBytes(gone));
    const QString reasons = index.data(LayerTreeModel::ReasonsRole).toString();
    if (note.isEmpty() || reasons.isEmpty())
        return note + reasons;
    return note + QStringLiteral(" · ") + reasons;
}

void FileDelegate::paintName(QPainter& painter, const QRect& box, const QModelIndex& index) const
{
    const QColor ink = paintMark(painter, QRectF(box.left() + 2, box.top(), 14, box.height()), index);
    QFont font = m_theme.monospace(type::Base - 1);
    font.setStrikeOut(static_cast<layers::Mark>(index.data(LayerTreeModel::MarkRole).toInt()) == layers::Mark::Removed);
    painter.setFont(font);
    painter.setPen(ink);
    QString name = index.data(Qt::DisplayRole).toString();
    if (static_cast<layers::EntryType>(index.data(LayerTreeModel::TypeRole).toInt()) == layers::EntryType::Directory)
        name += u'/';
    QRect text = box.adjusted(20, 0, -4, 0);
    const QString shown = painter.fontMetrics().elidedText(name, Qt::ElideMiddle, text.width());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, shown);

    const QString note = noteOf(index);
    text.setLeft(text.left() + painter.fontMetrics().horizontalAdvance(shown) + space::M);
    if (note.isEmpty() || text.width() < 40)
        return;
    painter.setFont(m_theme.font(type::Small));
    painter.setPen(m_theme.tokens().muted);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(note, Qt::ElideRight, text.width()));
}

void FileDelegate::paintSize(QPainter& painter, const QRect& box, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    const int textWidth = 70;
    const bool removed = static_cast<layers::Mark>(index.data(LayerTreeModel::MarkRole).toInt()) == layers::Mark::Removed;
    paintBar(painter, QRectF(box.left() + space::S, box.center().y() - 2, std::max(10, box.width() - textWidth - 2 * space::S), 6),
        index.data(LayerTreeModel::ShareRole).toDouble(), removed ? 1.0 : 0.0, t);
    painter.setFont(m_theme.font(type::Small));
    painter.setPen(removed ? t.failedText : t.text);
    painter.drawText(box.adjusted(0, 0, -space::M, 0), Qt::AlignRight | Qt::AlignVCenter, formatBytes(index.data(LayerTreeModel::BytesRole).toLongLong()));
}

void FileDelegate::paintAttribute(QPainter& painter, const QRect& box, const QModelIndex& index) const
{
    painter.setFont(m_theme.monospace(type::Small));
    painter.setPen(m_theme.tokens().muted);
    const QRect text = box.adjusted(space::XS, 0, -space::XS, 0);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(index.data().toString(), Qt::ElideRight, text.width()));
}

} // namespace darsena::gui
