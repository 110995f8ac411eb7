// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QApplication>
#include <QSet>
#include <QTest>
#include <QWidget>

#include <memory>

namespace darsena::gui {

/// A theme of its own, and pictures of single widgets: light and dark, for people to look at, where DARSENA_PICTURES says.
class WidgetPictures {
public:
    WidgetPictures()
        : m_theme(std::make_unique<Theme>(*qApp, ThemeMode::Light))
    {
    }

    Theme& theme() { return *m_theme; }

    /// false: a picture is blank or cannot be saved. Leaves the theme light.
    bool take(QWidget& widget, const QString& name)
    {
        const QString folder = qEnvironmentVariable("DARSENA_PICTURES");
        bool good = true;
        for (const bool dark : { false, true }) {
            m_theme->setMode(dark ? ThemeMode::Dark : ThemeMode::Light);
            QTest::qWait(250); // what workers paint is painted
            const QImage image = widget.grab().toImage();
            QSet<QRgb> colours;
            for (int y = 0; y < image.height(); y += 3) {
                for (int x = 0; x < image.width(); x += 3)
                    colours.insert(image.pixel(x, y));
            }
            good = good && colours.size() > 4;
            if (!folder.isEmpty())
                good = image.save(folder + u'/' + name + (dark ? QStringLiteral("-dark.png") : QStringLiteral("-light.png"))) && good;
        }
        m_theme->setMode(ThemeMode::Light);
        QTest::qWait(100);
        return good;
    }

    static bool show(QWidget& widget, const QSize& size)
    {
        widget.resize(size);
        widget.show();
        widget.activateWindow();
        return QTest::qWaitForWindowActive(&widget);
    }

private:
    std::unique_ptr<Theme> m_theme;
};

} // namespace darsena::gui
