// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_picture.h"

#include "gui/base/text.h"
#include "gui/layers/sizes/size_colours.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>

#include <cmath>

namespace darsena::gui {
namespace {

using Kind = SizeBlock::Kind;

/// What both pictures do with a painter.
class Brush {
public:
    Brush(const SizePicture& picture, QImage& image)
        : m_picture(picture)
        , m_painter(&image)
        , m_metrics(picture.font)
        , m_bold(picture.font)
    {
        m_painter.fillRect(QRect(QPoint(), picture.size), picture.tokens.surface);
        m_bold.setWeight(QFont::DemiBold);
    }

    QPainter& painter() { return m_painter; }

    void fill(const QRect& box, const SizeFill& fill)
    {
        m_painter.fillRect(box, fill.colour);
        if (!fill.second.isValid() || fill.share <= 0)
            return;
        QRect part = box;
        part.setLeft(box.right() + 1 - std::max(1, static_cast<int>(std::lround(box.width() * std::min(1.0, fill.share)))));
        m_painter.fillRect(part, fill.second);
        if (part.width() > 5 && part.height() > 5)
            m_painter.fillRect(part, QBrush(mixed(fill.second, inkOn(fill.second), 0.28), Qt::BDiagPattern));
    }

    void rest(const QRect& box, std::uint32_t count)
    {
        const Tokens& t = m_picture.tokens;
        m_painter.fillRect(box, t.raised);
        m_painter.fillRect(box, QBrush(t.lineStrong, Qt::Dense6Pattern));
        if (box.width() > 56 && box.height() > 15) {
            const QString words = QCoreApplication::translate("SizePicture", "%n more", nullptr, static_cast<int>(count));
            if (m_metrics.horizontalAdvance(words) + 8 < box.width()) {
                m_painter.fillRect(QRect(box.left(), box.top(), m_metrics.horizontalAdvance(words) + 8, 15), t.raised);
                text(box.adjusted(4, 0, 0, 0), words, t.muted, false);
            }
        }
    }

    /// One line at the top left, cut to the box.
    void text(const QRect& box, const QString& words, const QColor& ink, bool bold)
    {
        m_painter.setFont(bold ? m_bold : m_picture.font);
        m_painter.setPen(ink);
        const QString shown = m_metrics.elidedText(words, Qt::ElideRight, bold ? box.width() * 15 / 16 : box.width());
        if (shown.size() > 1 || shown == words)
            m_painter.drawText(QRect(box.left(), box.top(), box.width(), 16), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
    }
    /// The same at the right; says how wide it is, 0 when there is no room.
    int textRight(const QRect& box, const QString& words, const QColor& ink)
    {
        const int width = m_metrics.horizontalAdvance(words);
        if (width > box.width() / 2)
            return 0;
        m_painter.setFont(m_picture.font);
        m_painter.setPen(ink);
        m_painter.drawText(QRect(box.left(), box.top(), box.width(), 16), Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, words);
        return width + 8;
    }

private:
    const SizePicture& m_picture;
    QPainter m_painter;
    QFontMetrics m_metrics;
    QFont m_bold;
};

QImage blank(const SizePicture& picture)
{
    QImage image(picture.size * picture.pixelRatio, QImage::Format_RGB32);
    image.setDevicePixelRatio(picture.pixelRatio);
    return image;
}

/// "41 MB · layer 2"
QString figures(const SizePicture& picture, const SizeBlock& block)
{
    const QString bytes = formatBytes(static_cast<std::int64_t>(block.bytes));
    const std::uint32_t layer = picture.tree->layer(block.node);
    if (picture.colouring != SizeColouring::Layer || layer == layers::Stack::none)
        return bytes;
    return QCoreApplication::translate("SizePicture", "%1 · layer %2").arg(bytes).arg(layer);
}

} // namespace

SizeFill SizePicture::fillOf(const SizeBlock& block) const
{
    SizeFill fill;
    switch (colouring) {
    case SizeColouring::Layer: {
        const std::uint32_t layer = tree->layer(block.node);
        fill.colour = layer == layers::Stack::none ? tokens.idle : layerColour(colours, layer);
        break;
    }
    case SizeColouring::Mark:
        fill.colour = mixed(tokens.surface, tokens.cached, 0.45);
        switch (view->cell(block.node).mark) {
        case layers::Mark::Added:
            fill.colour = tokens.running;
            fill.sign = QStringLiteral("+ ");
            break;
        case layers::Mark::Changed:
            fill.colour = tokens.wait;
            fill.sign = QStringLiteral("~ ");
            break;
        case layers::Mark::Removed:
            fill.colour = fill.second = tokens.failed;
            fill.share = 1;
            fill.sign = QStringLiteral("− ");
            break;
        case layers::Mark::Same:
        case layers::Mark::Absent:
            break;
        }
        break;
    case SizeColouring::Waste:
        fill.colour = mixed(tokens.surface, tokens.cached, 0.45);
        fill.second = tokens.failed;
        fill.share = block.bytes > 0 ? static_cast<double>(tree->wasted(block.node)) / static_cast<double>(block.bytes) : 0;
        if (fill.share > 0.5)
            fill.sign = QStringLiteral("− ");
        break;
    }
    return fill;
}

QString SizePicture::nameOf(layers::Stack::NodeId node) const
{
    return node == layers::Stack::root ? QStringLiteral("/") : toQString(stack->node(node).name());
}

QRect SizePicture::snapped(const QRectF& box)
{
    const int left = static_cast<int>(std::lround(box.left()));
    const int top = static_cast<int>(std::lround(box.top()));
    return QRect(left, top, static_cast<int>(std::lround(box.right())) - left, static_cast<int>(std::lround(box.bottom())) - top);
}

QImage paintTreemap(const SizePicture& picture, const SizeBlocks& blocks, std::stop_token stop)
{
    const Tokens& t = picture.tokens;
    QImage image = blank(picture);
    Brush brush(picture, image);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 256 == 0 && stop.stop_requested())
            break;
        const SizeBlock& block = blocks[i];
        const QRect box = SizePicture::snapped(block.box);
        if (block.kind == Kind::Rest) {
            brush.rest(box.adjusted(0, 0, -1, -1), block.count);
            continue;
        }
        if (block.open) {
            brush.painter().fillRect(box.adjusted(0, 0, -1, -1), block.depth % 2 == 0 ? t.raised : t.surface);
            brush.painter().setPen(t.lineStrong);
            brush.painter().drawRect(box.adjusted(0, 0, -2, -2));
            if (!block.header.isEmpty()) {
                const QRect strip = SizePicture::snapped(block.header).adjusted(6, 1, -6, 0);
                const int right = brush.textRight(strip, formatBytes(static_cast<std::int64_t>(block.bytes)), t.muted);
                brush.text(strip.adjusted(0, 0, -right, 0), picture.nameOf(block.node), t.text, true);
            }
            continue;
        }
        // One pixel of the background between neighbours, as long as that leaves something of them.
        const QRect inside = box.adjusted(0, 0, box.width() > 3 ? -1 : 0, box.height() > 3 ? -1 : 0);
        const SizeFill fill = picture.fillOf(block);
        brush.fill(inside, fill);
        if (inside.width() < 36 || inside.height() < 17)
            continue;
        const QColor ink = inkOn(fill.share > 0.5 ? fill.second : fill.colour);
        const QString slash = block.kind == Kind::Directory ? QStringLiteral("/") : QString();
        brush.text(inside.adjusted(5, 1, -4, 0), fill.sign + picture.nameOf(block.node) + slash, ink, false);
        if (inside.height() >= 34 && inside.width() >= 52)
            brush.text(inside.adjusted(5, 16, -4, 0), figures(picture, block), ink, false);
    }
    return image;
}

QImage paintFlame(const SizePicture& picture, const SizeBlocks& blocks, std::stop_token stop)
{
    QImage image = blank(picture);
    Brush brush(picture, image);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 64 == 0 && stop.stop_requested())
            break;
        const SizeBlock& block = blocks[i];
        const QRect box = SizePicture::snapped(block.box);
        if (box.top() >= picture.size.height())
            break; // level by level: all that follows is as low
        const QRect inside = box.adjusted(0, 0, box.width() > 3 ? -1 : 0, -1);
        if (block.kind == Kind::Rest) {
            brush.rest(inside, block.count);
            continue;
        }
        SizeFill fill = picture.fillOf(block);
        if (picture.colouring == SizeColouring::Layer && block.kind == Kind::Directory) {
            // A directory shows how much of it each layer stores: the name stands on the first part, the rest is a line below.
            const auto shares = picture.tree->shares(*picture.stack, block.node);
            fill.colour = shares.empty() ? picture.tokens.idle : layerColour(picture.colours, shares.front().layer);
            brush.fill(inside, fill);
            double x = inside.left();
            for (const SizeTree::Share& share : shares) {
                const double width = inside.width() * static_cast<double>(share.bytes) / static_cast<double>(block.bytes);
                if (shares.size() > 1)
                    brush.painter().fillRect(QRectF(x, inside.bottom() - 3, width, 4), layerColour(picture.colours, share.layer));
                x += width;
            }
        } else {
            brush.fill(inside, fill);
        }
        if (inside.width() < 26)
            continue;
        const QColor ink = inkOn(fill.share > 0.5 ? fill.second : fill.colour);
        const QRect line = inside.adjusted(5, 1, -4, 0);
        const int right = block.kind == Kind::Directory || inside.width() > 160
            ? brush.textRight(line, formatBytes(static_cast<std::int64_t>(block.bytes)), ink)
            : 0;
        brush.text(line.adjusted(0, 0, -right, 0), fill.sign + picture.nameOf(block.node), ink, false);
    }
    return image;
}

} // namespace darsena::gui
