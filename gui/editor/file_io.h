// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/models/text_encoding.h"

#include <optional>

namespace darsena::gui {

/// The largest file that opens in a tab.
inline constexpr qint64 maxTextFileBytes = 64 * 1024 * 1024;
/// Above this a text is shown without colours and nothing is worked out from it, so that typing stays quick.
inline constexpr qint64 largeTextBytes = 2 * 1024 * 1024;

/// What changes when a file does: to know it without reading it.
struct DiskStamp {
    std::int64_t size = -1; ///< -1: no such file
    std::int64_t modified = 0; ///< nanoseconds
    std::uint64_t inode = 0;

    bool operator==(const DiskStamp&) const = default;
};
DiskStamp diskStamp(const QString& path);

// What follows blocks: for workers.

/// Reads a whole text file; a file that does not exist gives an empty one with exists = false. Errors: TooLarge, System;
/// Invalid for what is no regular file.
Result<FileText> readTextFile(const QString& path);
/// Writes atomically (beside it, then renamed), through symbolic links, keeping permissions. Errors: System; Invalid, a
/// character that the encoding has not.
Result<void> writeTextFile(const QString& path, const FileText& text);

/// Moves a file or folder to the desktop's trash. Errors: System.
Result<void> moveToTrash(const QString& path);

/// Unsaved text that is kept beside the user's data until it is saved: it survives a crash, and closing without saving.
struct UnsavedText {
    std::string text; ///< as the editor had it
    std::optional<std::string> base; ///< the file's text that it began from
};
QString unsavedCopyPath(const QString& path);
std::optional<UnsavedText> readUnsaved(const QString& path);
/// @p base: nullopt leaves the one that is there.
Result<void> writeUnsaved(const QString& path, const std::string& text, const std::optional<std::string>& base);
void removeUnsaved(const QString& path);

} // namespace darsena::gui
