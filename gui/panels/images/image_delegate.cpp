// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/panels/images/image_delegate.h"

#include "gui/base/text.h"
#include "gui/models/image_model.h"

#include <QPainter>

namespace darsena::gui {

ImageDelegate::ImageDelegate(const Theme& theme, QObject* parent)
    : QStyledItemDelegate(parent)
    , m_theme(theme)
{
}

QSize ImageDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const
{
    return QSize(QFontMetrics(m_theme.monospace()).horizontalAdvance(index.data().toString()) + 3 * space::M, metric::Row + 4);
}

void ImageDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const Tokens& t = m_theme.tokens();
    painter->save();
    if (option.state.testFlag(QStyle::State_Selected))
        painter->fillRect(option.rect, t.accentSoft);
    else if (option.state.testFlag(QStyle::State_MouseOver))
        painter->fillRect(option.rect, t.raised);
    painter->fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1), t.line);
    if (option.state.testFlag(QStyle::State_HasFocus))
        painter->fillRect(QRect(option.rect.left(), option.rect.bottom() - 1, option.rect.width(), 2), t.accent);

    const QRect box = option.rect.adjusted(space::S + (index.column() == 0 ? space::S : 0), 0, -space::S, 0);
    const auto write = [&](const QString& text, const QFont& font, const QColor& ink, Qt::Alignment side = Qt::AlignLeft, Qt::TextElideMode mode = Qt::ElideRight) {
        painter->setFont(font);
        painter->setPen(ink);
        painter->drawText(box, side | Qt::AlignVCenter, painter->fontMetrics().elidedText(text, mode, box.width()));
    };
    switch (index.column()) {
    case ImageModel::Name:
        write(index.data().toString(), m_theme.font(type::Base, QFont::Medium), index.data(ImageModel::TaggedRole).toBool() ? t.text : t.muted, Qt::AlignLeft, Qt::ElideMiddle);
        break;
    case ImageModel::Tag:
        write(index.data().toString(), m_theme.monospace(type::Base - 1), t.text);
        break;
    case ImageModel::Id:
        write(index.data().toString(), m_theme.monospace(type::Base - 1), t.muted);
        break;
    case ImageModel::Size:
        write(formatBytes(index.data(ImageModel::SizeRole).toLongLong()), m_theme.font(), t.text, Qt::AlignRight);
        break;
    case ImageModel::Created:
        write(formatAgo(index.data(ImageModel::CreatedRole).toLongLong()), m_theme.font(), t.muted);
        break;
    default: {
        const QStringList users = index.data(ImageModel::UsersRole).toStringList();
        const QString text = users.isEmpty() ? tr("no container") : users.join(QStringLiteral(", "));
        write(text, m_theme.font(), users.isEmpty() ? t.muted : t.accentText);
    }
    }
    painter->restore();
}

} // namespace darsena::gui
