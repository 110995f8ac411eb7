// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/text_encoding.h"

#include <QCoreApplication>
#include <QStringConverter>
#include <QUtf8StringView>

#include <algorithm>

namespace darsena::gui {
namespace {

constexpr std::string_view Utf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view Utf16LeMark = "\xFF\xFE";
constexpr std::string_view Utf16BeMark = "\xFE\xFF";

bool isUtf8(std::string_view bytes)
{
    return QUtf8StringView(bytes.data(), qsizetype(bytes.size())).isValidUtf8();
}

/// UTF-16 as UTF-8; nullopt when it would not come back as it was.
std::optional<std::string> fromUtf16(std::string_view raw, QStringConverter::Encoding encoding)
{
    if (raw.size() % 2 != 0)
        return std::nullopt;
    QStringDecoder decoder(encoding, QStringConverter::Flag::Stateless | QStringConverter::Flag::ConvertInitialBom);
    const QString text = decoder(QByteArrayView(raw.data(), qsizetype(raw.size())));
    if (decoder.hasError() || !text.isValidUtf16())
        return std::nullopt;
    QStringEncoder encoder(encoding);
    const QByteArray again = encoder(text);
    if (std::string_view(again.constData(), std::size_t(again.size())) != raw)
        return std::nullopt;
    return text.toStdString();
}

/// Without a mark: ASCII in UTF-16 has a zero in every second byte.
std::optional<Encoding> guessUtf16(std::string_view raw)
{
    if (raw.size() < 4 || raw.size() % 2 != 0)
        return std::nullopt;
    const std::string_view head = raw.substr(0, 4096);
    std::size_t even = 0;
    std::size_t odd = 0;
    for (std::size_t i = 0; i < head.size(); ++i) {
        if (head[i] == '\0')
            ++(i % 2 == 0 ? even : odd);
    }
    const std::size_t most = head.size() * 2 / 5; // of the half of the bytes
    if (even == 0 && odd >= most)
        return Encoding::Utf16LittleEndian;
    if (odd == 0 && even >= most)
        return Encoding::Utf16BigEndian;
    return std::nullopt;
}

/// Letters of ISO 8859-1 only: no control characters, and no sequence that is UTF-8, which would be a mix of both.
bool isLatin1(std::string_view bytes)
{
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f') || (byte >= 0x7F && byte < 0xA0))
            return false;
    }
    return true;
}

std::string fromLatin1(std::string_view bytes)
{
    std::string text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            text += c;
        } else {
            text += char(0xC0 | (byte >> 6));
            text += char(0x80 | (byte & 0x3F));
        }
    }
    return text;
}

Error unwritable(std::string_view text, std::size_t at, const char* encoding)
{
    const auto line = 1 + std::count(text.begin(), text.begin() + std::ptrdiff_t(at), '\n');
    return Error(ErrorCode::Invalid,
        "line " + std::to_string(line) + " has a character that " + encoding + " cannot hold; save it as UTF-8");
}

Result<std::string> toLatin1(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte < 0x80) {
            bytes += text[i];
        } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < text.size()) {
            bytes += char(((byte & 0x03) << 6) | (static_cast<unsigned char>(text[i + 1]) & 0x3F));
            ++i;
        } else {
            return unwritable(text, i, "Latin-1");
        }
    }
    return bytes;
}

} // namespace

LineEnds lineEndsOf(std::string_view text)
{
    std::size_t lf = 0;
    std::size_t crlf = 0;
    for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
        ++(at > 0 && text[at - 1] == '\r' ? crlf : lf);
    return { crlf > lf, crlf > 0 && lf > 0 };
}

FileText decodeText(std::string raw)
{
    FileText text;
    const auto utf16 = [&raw, &text](Encoding encoding, bool mark) {
        const std::string_view body = std::string_view(raw).substr(mark ? 2 : 0);
        auto decoded = fromUtf16(body,
            encoding == Encoding::Utf16LittleEndian ? QStringConverter::Utf16LE : QStringConverter::Utf16BE);
        if (!decoded)
            return false;
        text.bytes = std::move(*decoded);
        text.encoding = encoding;
        text.byteOrderMark = mark;
        return true;
    };
    bool done = false;
    if (raw.starts_with(Utf16LeMark))
        done = utf16(Encoding::Utf16LittleEndian, true);
    else if (raw.starts_with(Utf16BeMark))
        done = utf16(Encoding::Utf16BigEndian, true);
    else if (const auto guess = guessUtf16(raw))
        done = utf16(*guess, false);
    if (!done) {
        text.byteOrderMark = raw.starts_with(Utf8Mark);
        if (text.byteOrderMark)
            raw.erase(0, Utf8Mark.size());
        if (isUtf8(raw)) {
            text.bytes = std::move(raw);
        } else if (!text.byteOrderMark && isLatin1(raw)) {
            text.bytes = fromLatin1(raw);
            text.encoding = Encoding::Latin1;
        } else {
            text.bytes = std::move(raw);
            text.encoding = Encoding::Bytes;
        }
    }
    text.lineEnds = lineEndsOf(text.bytes);
    return text;
}

Result<std::string> encodeText(const FileText& text)
{
    switch (text.encoding) {
    case Encoding::Latin1:
        return toLatin1(text.bytes);
    case Encoding::Utf16LittleEndian:
    case Encoding::Utf16BigEndian: {
        const bool little = text.encoding == Encoding::Utf16LittleEndian;
        QStringDecoder decoder(QStringConverter::Utf8, QStringConverter::Flag::Stateless);
        const QString decoded = decoder(QByteArrayView(text.bytes.data(), qsizetype(text.bytes.size())));
        if (decoder.hasError())
            return Error(ErrorCode::Invalid, "the text has bytes that UTF-16 cannot hold; save it as UTF-8");
        QStringEncoder encoder(little ? QStringConverter::Utf16LE : QStringConverter::Utf16BE);
        const QByteArray encoded = encoder(decoded);
        std::string out(text.byteOrderMark ? (little ? Utf16LeMark : Utf16BeMark) : std::string_view());
        out.append(encoded.constData(), std::size_t(encoded.size()));
        return out;
    }
    case Encoding::Utf8:
    case Encoding::Bytes:
        break;
    }
    return text.byteOrderMark ? std::string(Utf8Mark) + text.bytes : text.bytes;
}

QString encodingName(Encoding encoding, bool byteOrderMark)
{
    switch (encoding) {
    case Encoding::Utf8:
        return byteOrderMark ? QStringLiteral("UTF-8 BOM") : QStringLiteral("UTF-8");
    case Encoding::Utf16LittleEndian:
        return QStringLiteral("UTF-16 LE");
    case Encoding::Utf16BigEndian:
        return QStringLiteral("UTF-16 BE");
    case Encoding::Latin1:
        return QStringLiteral("Latin-1");
    case Encoding::Bytes:
        break;
    }
    return QCoreApplication::translate("TextEncoding", "not UTF-8");
}

} // namespace darsena::gui
