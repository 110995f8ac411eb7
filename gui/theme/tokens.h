// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>

namespace darsena::gui {

/// Distances in device-independent pixels; nothing in the studio uses another one.
namespace space {
inline constexpr int XS = 4, S = 8, M = 12, L = 16, XL = 24, XXL = 32;
}

/// Text sizes in device-independent pixels.
namespace type {
inline constexpr int Rail = 10, Small = 11, Base = 13, Title = 16, Page = 22;
}

/// Fixed measures of the frame and of controls.
namespace metric {
inline constexpr int Radius = 6, RailWidth = 56, TopBar = 48, StatusBar = 24, TabBar = 34, Row = 32, Control = 30;
inline constexpr int RailIcon = 22, Icon = 16;
}

/// Every colour of one theme. Text colours (text, muted, accentText, …Text) have at least 4.5 : 1 on page, surface and
/// raised; a unit test measures it. The plain state colours are for dots, bars and lines.
struct Tokens {
    bool dark = false;
    QColor page; ///< behind everything
    QColor surface; ///< panels, cards, bars
    QColor raised; ///< hovered rows, headers of cards
    QColor line; ///< borders and separators
    QColor lineStrong; ///< borders of controls
    QColor text, muted, faint; ///< faint is for line numbers and disabled text only
    QColor accent, accentText, accentFill, onAccent, accentSoft; ///< accentSoft is the selected row
    QColor running, cached, wait, failed, idle;
    QColor runningText, cachedText, waitText, failedText;
    QColor failedSoft, waitSoft;
    QColor keyword, flag, variable, string, comment; ///< syntax
    QColor shadow;
};

/// The light theme of UX.md.
const Tokens& lightTokens();
/// The dark theme of UX.md.
const Tokens& darkTokens();

/// The contrast of two opaque colours by WCAG 2: 1 … 21.
double contrast(const QColor& first, const QColor& second);
/// @p top laid over @p bottom with the given share (0 … 1): an opaque colour.
QColor mixed(const QColor& bottom, const QColor& top, double share);

} // namespace darsena::gui
