// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/delegates.h"

#include "gui/base/text.h"
#include "gui/models/file_tree_model.h"
#include "gui/models/layer_model.h"

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

QSize LayerDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return QSize(240, 56);
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
    const bool empty = index.data(LayerModel::EmptyRole).toBool();
    painter->setFont(m_theme.font());
    painter->setPen(t.muted);
    painter->drawText(QRect(box.left(), box.top(), numberWidth - space::S, 18), Qt::AlignRight | Qt::AlignVCenter, QString::number(index.data(LayerModel::IndexRole).toLongLong()));

    const QRect text(box.left() + numberWidth, box.top(), box.width() - numberWidth, 18);
    painter->setFont(m_theme.monospace(type::Base - 1));
    painter->setPen(empty ? t.muted : t.text);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignVCenter, painter->fontMetrics().elidedText(index.data(LayerModel::InstructionRole).toString(), Qt::ElideRight, text.width()));

    const QRect below(text.left(), box.bottom() - 16, text.width(), 16);
    const int columns = 2 * SizeColumn;
    paintBar(*painter, QRectF(below.left(), below.center().y() - 2, std::max(20, below.width() - columns), 6), index.data(LayerModel::ShareRole).toDouble(),
        index.data(LayerModel::HiddenShareRole).toDouble(), t);
    painter->setFont(m_theme.font(type::Small));
    painter->setPen(t.text);
    painter->drawText(QRect(below.right() - columns, below.top(), SizeColumn, 16), Qt::AlignRight | Qt::AlignVCenter,
        empty ? QStringLiteral("—") : formatBytes(index.data(LayerModel::BytesRole).toLongLong()));
    painter->setPen(t.muted);
    painter->drawText(QRect(below.right() - SizeColumn, below.top(), SizeColumn, 16), Qt::AlignRight | Qt::AlignVCenter,
        formatBytes(index.data(LayerModel::TotalRole).toLongLong()));
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
    if (index.column() == FileTreeModel::Name)
        paintName(*painter, option.rect, index);
    else
        paintSize(*painter, option.rect, index);
    painter->restore();
}

void FileDelegate::paintName(QPainter& painter, const QRect& box, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    const auto change = static_cast<FileTree::Change>(index.data(FileTreeModel::ChangeRole).toInt());
    const auto kind = static_cast<FileTree::Kind>(index.data(FileTreeModel::KindRole).toInt());
    const QRectF mark(box.left() + 2, box.top(), 14, box.height());
    const QPointF c = mark.center();
    QColor ink = t.text;
    const auto stroke = [&](const QColor& colour) { painter.setPen(QPen(colour, 1.8, Qt::SolidLine, Qt::RoundCap)); };
    switch (change) {
    case FileTree::Change::Added:
        ink = t.runningText;
        stroke(t.running);
        painter.drawLine(c - QPointF(4, 0), c + QPointF(4, 0));
        painter.drawLine(c - QPointF(0, 4), c + QPointF(0, 4));
        break;
    case FileTree::Change::Changed:
        // A pencil.
        ink = t.waitText;
        stroke(t.wait);
        painter.drawLine(c + QPointF(-3, 3), c + QPointF(3.5, -3.5));
        painter.drawLine(c + QPointF(-4.5, 4.5), c + QPointF(-4, 4));
        break;
    case FileTree::Change::Removed:
        ink = t.failedText;
        stroke(t.failed);
        painter.drawLine(c - QPointF(4, 0), c + QPointF(4, 0));
        break;
    case FileTree::Change::None:
        if (index.data(FileTreeModel::ChangesBeneathRole).toBool()) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(t.wait);
            painter.drawEllipse(c, 2.2, 2.2);
        }
        break;
    }

    QFont font = m_theme.monospace(type::Base - 1);
    font.setStrikeOut(change == FileTree::Change::Removed);
    painter.setFont(font);
    painter.setPen(ink);
    QString name = index.data(Qt::DisplayRole).toString();
    if (kind == FileTree::Kind::Directory)
        name += u'/';
    QRect text = box.adjusted(20, 0, -4, 0);
    const QString shown = painter.fontMetrics().elidedText(name, Qt::ElideMiddle, text.width());
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, shown);

    // What else there is to say fits behind the name or is left out.
    QString note;
    const qint64 gone = index.data(FileTreeModel::RemovedBytesRole).toLongLong();
    if (kind == FileTree::Kind::Link || kind == FileTree::Kind::HardLink)
        note = (kind == FileTree::Kind::Link ? QStringLiteral("→ ") : QStringLiteral("= ")) + index.data(FileTreeModel::LinkRole).toString();
    else if (kind == FileTree::Kind::Directory && change == FileTree::Change::Removed)
        note = tr("%n file(s)", nullptr, index.data(FileTreeModel::FilesRole).toInt());
    else if (kind == FileTree::Kind::Directory && gone > 0)
        note = tr("%1 gone", "bytes that a layer removed from a directory").arg(formatBytes(gone));
    text.setLeft(text.left() + painter.fontMetrics().horizontalAdvance(shown) + space::M);
    if (note.isEmpty() || text.width() < 40)
        return;
    painter.setFont(m_theme.font(type::Small));
    painter.setPen(t.muted);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter, painter.fontMetrics().elidedText(note, Qt::ElideRight, text.width()));
}

void FileDelegate::paintSize(QPainter& painter, const QRect& box, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    const int textWidth = 70;
    const bool removed = static_cast<FileTree::Change>(index.data(FileTreeModel::ChangeRole).toInt()) == FileTree::Change::Removed;
    paintBar(painter, QRectF(box.left() + space::S, box.center().y() - 2, std::max(10, box.width() - textWidth - 2 * space::S), 6),
        index.data(FileTreeModel::ShareRole).toDouble(), removed ? 1.0 : 0.0, t);
    painter.setFont(m_theme.font(type::Small));
    painter.setPen(removed ? t.failedText : t.text);
    painter.drawText(box.adjusted(0, 0, -space::M, 0), Qt::AlignRight | Qt::AlignVCenter, formatBytes(index.data(FileTreeModel::SizeRole).toLongLong()));
}

} // namespace darsena::gui
