// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QString>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace darsena::gui {

inline QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// 1.2 MB, 880 KB, 0 B: decimal units as docker shows them, digits as the language writes them.
QString formatBytes(std::int64_t bytes);
/// 0.6 s, 12 s, 2 min 5 s.
QString formatDuration(std::chrono::milliseconds duration);
/// "4 minutes ago", "yesterday": seconds since the epoch, compared with now.
QString formatAgo(std::int64_t secondsSinceEpoch);
/// The first twelve characters of an id, without "sha256:".
QString shortId(const QString& id);
/// An error as a sentence: its message with a capital letter and a full stop.
QString errorSentence(const Error& error);

} // namespace darsena::gui
