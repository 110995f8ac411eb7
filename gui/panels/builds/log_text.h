// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

#include <string>
#include <string_view>

namespace darsena::gui {

/// Cuts the output of a build step into lines as a terminal would show them: escape sequences are dropped, what a
/// carriage return overwrites is gone, and a line has a bound.
class LogText {
public:
    static constexpr std::size_t maxLineBytes = 8 * 1024;

    /// Adds bytes; returns the lines they complete.
    QStringList feed(std::string_view bytes);
    /// The line that has no end yet, if any; starts anew.
    QStringList finish();

private:
    QString take();

    enum class Escape { None, Begun, Sequence, Command };
    std::string m_line;
    bool m_return = false; ///< a carriage return came: the next byte starts the line anew
    Escape m_escape = Escape::None;
};

} // namespace darsena::gui
