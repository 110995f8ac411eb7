// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/theme/svg_icon_engine.h"

#include <QFile>
#include <QPainter>
#include <QPixmapCache>
#include <QStandardPaths>
#include <QSvgRenderer>

namespace darsena::gui {
namespace {

QString locate(const QString& name, int pixels)
{
    const QString own = QStringLiteral(":/darsena/icons/%1.svg").arg(name);
    if (QFile::exists(own))
        return own;
    // Breeze draws each icon anew for 16 and 22 px: take the drawing that fits.
    const QStringList sizes = pixels <= 16 ? QStringList { QStringLiteral("16"), QStringLiteral("22") }
                                           : QStringList { QStringLiteral("22"), QStringLiteral("16") };
    for (const QString& size : sizes) {
        for (const char* context : { "actions", "places", "status", "mimetypes", "devices", "apps" }) {
            const QString found = QStandardPaths::locate(QStandardPaths::GenericDataLocation,
                QStringLiteral("icons/breeze/%1/%2/%3.svg").arg(QLatin1String(context), size, name));
            if (!found.isEmpty())
                return found;
        }
    }
    return QStringLiteral(":/darsena/icons/unknown.svg");
}

QByteArray recoloured(QByteArray svg, const QColor& colour)
{
    // Ours are drawn in #232629, the colour of Breeze's "ColorScheme-Text".
    const QByteArray name = colour.name().toLatin1();
    svg.replace("#232629", name);
    svg.replace("#eff0f1", name);
    svg.replace("currentColor", name);
    return svg;
}

} // namespace

SvgIconEngine::SvgIconEngine(const Theme& theme, QString name, Theme::Ink ink)
    : m_theme(&theme)
    , m_name(std::move(name))
    , m_ink(ink)
{
}

QColor SvgIconEngine::colour(QIcon::Mode mode, QIcon::State state) const
{
    if (!m_theme)
        return QColor(0x5B6B7C);
    if (mode == QIcon::Disabled)
        return m_theme->tokens().faint;
    if (state == QIcon::On)
        return m_theme->tokens().accentText;
    return m_theme->ink(m_ink);
}

QPixmap SvgIconEngine::render(const QSize& pixels, const QColor& colour)
{
    const QString cacheKey
        = QStringLiteral("darsena/%1/%2/%3x%4").arg(m_name, colour.name()).arg(pixels.width()).arg(pixels.height());
    QPixmap pixmap;
    if (QPixmapCache::find(cacheKey, &pixmap))
        return pixmap;
    pixmap = QPixmap(pixels);
    pixmap.fill(Qt::transparent);
    QFile file(locate(m_name, std::min(pixels.width(), pixels.height())));
    if (file.open(QIODevice::ReadOnly)) {
        QSvgRenderer renderer(recoloured(file.read(256 * 1024), colour));
        renderer.setAspectRatioMode(Qt::KeepAspectRatio);
        QPainter painter(&pixmap);
        renderer.render(&painter);
    }
    QPixmapCache::insert(cacheKey, pixmap);
    return pixmap;
}

void SvgIconEngine::paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state)
{
    const qreal scale = painter->device() ? painter->device()->devicePixelRatioF() : 1.0;
    QPixmap pixmap = render((QSizeF(rect.size()) * scale).toSize(), colour(mode, state));
    pixmap.setDevicePixelRatio(scale);
    painter->drawPixmap(rect, pixmap);
}

QPixmap SvgIconEngine::pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state)
{
    return render(size, colour(mode, state));
}

QPixmap SvgIconEngine::scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale)
{
    Q_UNUSED(scale); // size is in device pixels already
    return render(size, colour(mode, state));
}

QIconEngine* SvgIconEngine::clone() const
{
    return new SvgIconEngine(*this);
}

} // namespace darsena::gui
