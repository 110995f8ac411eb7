// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QString>

#include <cstdint>

namespace darsena::gui {

/// What formatBytes() gives, for models, which link no widgets: 1.2 MB, 880 KB, 0 B.
inline QString byteText(std::int64_t bytes)
{
    static const char* const units[] = { "B", "KB", "MB", "GB", "TB", "PB" };
    const bool negative = bytes < 0;
    double value = negative ? -double(bytes) : double(bytes);
    int unit = 0;
    while (value >= 999.5 && unit < 5) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit > 0 && value < 9.95 ? 1 : 0;
    const QString number = QLocale().toString(negative ? -value : value, 'f', decimals);
    return QStringLiteral("%1 %2").arg(number, QLatin1String(units[unit]));
}

} // namespace darsena::gui
