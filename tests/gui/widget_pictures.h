// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/app/language.h"
#include "gui/theme/theme.h"

#include <QApplication>
#include <QLocale>
#include <QSet>
#include <QTest>
#include <QWidget>

#include <memory>

namespace darsena::gui {

/// Spanish for as long as it lives, switched under the open window as the settings do it.
class InSpanish {
public:
    InSpanish() { m_language.set(QStringLiteral("es")); }
    ~InSpanish() { QLocale::setDefault(m_before); }
    Q_DISABLE_COPY_MOVE(InSpanish)

private:
    QLocale m_before;
    Language m_language;
};

/// A theme of its own, and pictures of single widgets: light, dark and in Spanish, for people to look at, where
/// DARSENA_PICTURES says.
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
            good = grab(widget, folder, name + (dark ? QStringLiteral("-dark") : QStringLiteral("-light"))) && good;
        }
        m_theme->setMode(ThemeMode::Light);
        if (!folder.isEmpty()) {
            const InSpanish spanish;
            good = grab(widget, folder, name + QStringLiteral("-es")) && good;
        }
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
    static bool grab(QWidget& widget, const QString& folder, const QString& name)
    {
        QTest::qWait(250); // what workers paint is painted
        const QImage image = widget.grab().toImage();
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 3) {
            for (int x = 0; x < image.width(); x += 3)
                colours.insert(image.pixel(x, y));
        }
        return colours.size() > 4 && (folder.isEmpty() || image.save(folder + u'/' + name + QStringLiteral(".png")));
    }

    std::unique_ptr<Theme> m_theme;
};

} // namespace darsena::gui
