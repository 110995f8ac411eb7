// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/archive_listing.h"
#include "gui/widgets/text_language.h"

#include <QByteArray>
#include <QImage>
#include <QString>

#include <memory>
#include <stop_token>

namespace darsena::gui {

/// A text made fit to be shown.
struct DisplayText {
    std::string utf8;
    QString encoding; ///< "UTF-8", "Latin-1" …
    bool cut = false; ///< the text goes on
    bool cutLines = false; ///< some lines are longer than what is shown of them
};

/// What a file's bytes are, made ready to be shown in a worker.
struct FileContent {
    enum class Kind { Empty, Text, Image, Archive, Binary };
    Kind kind = Kind::Empty; ///< what it is first shown as
    QByteArray bytes;
    DisplayText text; ///< with anything in it if it is text: an SVG is both
    bool isText = false;
    TextLanguage language = TextLanguage::Plain;
    QImage image;
    archive::ArchiveListing listing;
    bool isArchive = false;
    bool unpacked = false; ///< the text is what compressed bytes unpack to
    QString facts; ///< what it is, in words: "PNG image, 640 × 480"
    QString remark; ///< a sentence about what is not shown, and why
};

/// Any bytes may come: everything is bounded (text shown, pixels, members). @p mostText bounds the text in bytes.
std::shared_ptr<const FileContent> readContent(const QByteArray& bytes, const QString& path, std::size_t mostText, std::stop_token stop = {});

/// The bytes as text, or nothing when they are none. Cut at a line's end where there is one.
std::optional<DisplayText> displayText(std::string_view bytes, std::size_t most);

} // namespace darsena::gui
