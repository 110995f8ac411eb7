// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QIconEngine>
#include <QPointer>

namespace darsena::gui {

/// Draws a one-colour SVG in a colour of the current theme, so that an icon set once follows a live switch.
/// Rendered pixmaps are kept in QPixmapCache.
class SvgIconEngine final : public QIconEngine {
public:
    SvgIconEngine(const Theme& theme, QString name, Theme::Ink ink);

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override;
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override;
    QPixmap scaledPixmap(const QSize& size, QIcon::Mode mode, QIcon::State state, qreal scale) override;
    QIconEngine* clone() const override;
    QString key() const override { return QStringLiteral("darsena-svg"); }
    bool isNull() override { return false; }

private:
    QColor colour(QIcon::Mode mode, QIcon::State state) const;
    QPixmap render(const QSize& pixels, const QColor& colour);

    QPointer<const Theme> m_theme;
    QString m_name;
    Theme::Ink m_ink;
};

} // namespace darsena::gui
