// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArrayView>
#include <QString>

#include <vector>

namespace darsena::gui {

/// A line of a terminal's output as plain text with its colours beside it.
struct AnsiText {
    /// Colours as terminals count them: 0…15 by name (black, red, green, yellow, blue, magenta, cyan, white, then
    /// bright), 16…255 of the cube and the greys; -1 = none; from 0x1000000 on an RGB value.
    static constexpr int None = -1;
    static constexpr int Rgb = 0x1000000;

    struct Style {
        int foreground = None;
        int background = None;
        bool bold = false;
        bool faint = false;
        bool underline = false;
        bool operator==(const Style&) const = default;
    };
    struct Span {
        qsizetype start = 0;
        qsizetype length = 0;
        Style style;
    };

    QString text;
    std::vector<Span> spans; ///< the parts with a style, in order

    /// Takes UTF-8 with escape sequences (ECMA-48): colours become spans, all other sequences go. Tabs become blanks to
    /// the next multiple of eight; control characters and those that turn the direction of text, which would let a
    /// program forge what one reads, become U+FFFD.
    static AnsiText parse(QByteArrayView line);
};

} // namespace darsena::gui
