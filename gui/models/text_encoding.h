// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QString>

#include <cstdint>
#include <string>

namespace darsena::gui {

/// How a file's characters are written.
enum class Encoding : std::uint8_t {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
    Latin1, ///< no UTF-8, and every byte is a letter of ISO 8859-1
    Bytes, ///< none of these: kept byte for byte, what is not UTF-8 shown as hex
};

/// Of most lines, and whether some differ.
struct LineEnds {
    bool crlf = false;
    bool mixed = false;

    bool operator==(const LineEnds&) const = default;
};

/// A file's text as an editor has it.
struct FileText {
    std::string bytes; ///< UTF-8 without a byte order mark; of Encoding::Bytes what the file has
    Encoding encoding = Encoding::Utf8;
    bool byteOrderMark = false;
    LineEnds lineEnds {};
    bool exists = true;
    bool readOnly = false;
};

/// Reads what a file holds. Any bytes may come in; encodeText() gives them back. Pure.
FileText decodeText(std::string raw);
/// What a file is to hold. Errors: Invalid, a character that the encoding has not, with its line. Pure.
Result<std::string> encodeText(const FileText& text);

LineEnds lineEndsOf(std::string_view text);

/// "UTF-8", "UTF-8 BOM", "UTF-16 LE", "Latin-1"; bytes: "not UTF-8", translated.
QString encodingName(Encoding encoding, bool byteOrderMark);

} // namespace darsena::gui
