// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/theme/theme.h"

#include "gui/theme/svg_icon_engine.h"

#include <QApplication>
#include <QProxyStyle>
#include <QScreen>
#include <QStyleFactory>

static void initIcons()
{
    Q_INIT_RESOURCE(icons);
}

namespace darsena::gui {
namespace {

/// What a style sheet cannot say: no dotted focus frames inside items, tool tips without delay of a second.
class StudioStyle final : public QProxyStyle {
public:
    using QProxyStyle::QProxyStyle;

    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
        QStyleHintReturn* returnData) const override
    {
        switch (hint) {
        case SH_ToolTip_WakeUpDelay:
            return 350;
        case SH_EtchDisabledText:
        case SH_ItemView_ShowDecorationSelected:
            return 0;
        default:
            return QProxyStyle::styleHint(hint, option, widget, returnData);
        }
    }

    int pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const override
    {
        if (metric == PM_SmallIconSize)
            return metric::Icon;
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
};

bool systemIsDark()
{
    // Before any palette of ours is set the application has the platform's: its text tells which side it is on.
    const QPalette platform = QApplication::style()->standardPalette();
    const QPalette current = QGuiApplication::palette();
    const QColor window = current.color(QPalette::Window).isValid() ? current.color(QPalette::Window)
                                                                    : platform.color(QPalette::Window);
    return window.lightness() < 128;
}

} // namespace

Theme::Theme(QApplication& application, Mode mode, QObject* parent)
    : QObject(parent)
    , m_application(application)
    , m_mode(mode)
    , m_tokens(&lightTokens())
{
    initIcons();
    m_application.setProperty("darsenaSystemDark", systemIsDark());
    m_application.setStyle(new StudioStyle(QStyleFactory::create(QStringLiteral("Fusion"))));
    apply();
}

void Theme::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    m_mode = mode;
    apply();
    Q_EMIT changed();
}

void Theme::apply()
{
    const bool dark = m_mode == Mode::Dark
        || (m_mode == Mode::System && m_application.property("darsenaSystemDark").toBool());
    m_tokens = dark ? &darkTokens() : &lightTokens();
    QApplication::setFont(font());
    QApplication::setPalette(palette(*m_tokens));
    m_application.setStyleSheet(styleSheet(*m_tokens));
}

QFont Theme::font(int pixels, QFont::Weight weight) const
{
    QFont font;
    font.setFamilies({ QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans") });
    font.setPixelSize(pixels);
    font.setWeight(weight);
    return font;
}

QFont Theme::monospace(int pixels) const
{
    QFont font;
    font.setFamilies({ QStringLiteral("JetBrains Mono"), QStringLiteral("Noto Sans Mono"),
        QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace") });
    font.setStyleHint(QFont::Monospace);
    font.setFixedPitch(true);
    font.setPixelSize(pixels);
    return font;
}

QFont Theme::monospacePoints(int pixels) const
{
    QFont font = monospace(pixels);
    const QScreen* screen = QGuiApplication::primaryScreen();
    font.setPointSizeF(pixels * 72.0 / (screen ? screen->logicalDotsPerInchY() : 96.0));
    return font;
}

QColor Theme::ink(Ink ink) const
{
    switch (ink) {
    case Ink::Text:
        return m_tokens->text;
    case Ink::Muted:
        return m_tokens->muted;
    case Ink::Accent:
        return m_tokens->accentText;
    case Ink::OnAccent:
        return m_tokens->onAccent;
    case Ink::Running:
        return m_tokens->running;
    case Ink::Cached:
        return m_tokens->cached;
    case Ink::Wait:
        return m_tokens->wait;
    case Ink::Failed:
        return m_tokens->failed;
    }
    return m_tokens->text;
}

QIcon Theme::icon(const QString& name, Ink ink) const
{
    return QIcon(new SvgIconEngine(*this, name, ink));
}

} // namespace darsena::gui
