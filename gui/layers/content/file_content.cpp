// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/file_content.h"

#include "gui/base/text.h"
#include "gui/layers/content/elf_facts.h"
#include "gui/layers/content/svg_check.h"
#include "gui/models/text_encoding.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QImageReader>

namespace darsena::gui {

namespace {

constexpr std::size_t LongestLine = 5'000; ///< bytes; minified code makes an editor slow and tells nobody anything
constexpr qint64 MostPixels = 30'000'000;
constexpr int MostSide = 4096; ///< of what is kept

struct Words {
    Q_DECLARE_TR_FUNCTIONS(FileContent)
};

/// Takes a character away that the cut went through.
std::string_view withoutHalfCharacter(std::string_view text)
{
    std::size_t tail = 0;
    while (tail < 3 && tail < text.size() && (static_cast<unsigned char>(text[text.size() - 1 - tail]) & 0xC0) == 0x80)
        ++tail;
    if (tail == text.size())
        return text;
    const auto lead = static_cast<unsigned char>(text[text.size() - 1 - tail]);
    const std::size_t following = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    if (following > tail)
        text.remove_suffix(tail + 1);
    return text;
}

/// Some control characters are in logs and manuals; where they are many, it is data that happens to be UTF-8.
bool isMostlyControls(std::string_view text)
{
    const std::string_view head = text.substr(0, 64 * 1024);
    const auto controls = std::count_if(head.begin(), head.end(), [](char c) { return c == '\0' || (c > 0 && c < 0x20 && (c < '\b' || c > '\r') && c != '\x1b'); });
    return static_cast<std::size_t>(controls) * 16 > head.size();
}

void cutLongLines(DisplayText& text)
{
    std::string out;
    std::string_view rest = text.utf8;
    while (!rest.empty()) {
        const std::size_t end = rest.find('\n');
        std::string_view line = rest.substr(0, end);
        if (line.size() > LongestLine) {
            const std::string_view shown = withoutHalfCharacter(line.substr(0, LongestLine));
            out += shown;
            out += Words::tr(" … %1 more").arg(formatBytes(static_cast<qint64>(line.size() - shown.size()))).toStdString();
            text.cutLines = true;
        } else {
            out += line;
        }
        if (end == std::string_view::npos)
            break;
        out += '\n';
        rest.remove_prefix(end + 1);
    }
    if (text.cutLines)
        text.utf8 = std::move(out);
}

const char* imageFormat(const QByteArray& bytes, const QString& path)
{
    if (bytes.startsWith("\x89PNG\r\n\x1a\n"))
        return "png";
    if (bytes.startsWith("\xff\xd8\xff"))
        return "jpeg";
    const QByteArray start = bytes.left(512).trimmed();
    if (start.startsWith("<svg") || (path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive) && start.startsWith('<')))
        return "svg";
    return nullptr;
}

void readImage(FileContent& content, const char* format)
{
    const bool svg = qstrcmp(format, "svg") == 0;
    if (svg && !isHarmlessSvg(content.bytes)) {
        content.remark = Words::tr("This drawing refers to other files or is too large to be drawn safely; here is its text.");
        return;
    }
    QBuffer buffer(&content.bytes);
    buffer.open(QIODevice::ReadOnly);
    QImageReader reader(&buffer, format);
    reader.setDecideFormatFromContent(false);
    const QSize size = reader.size();
    const QString name = svg ? Words::tr("SVG drawing") : Words::tr("%1 image", "of a format: PNG image").arg(QString::fromLatin1(format).toUpper());
    content.facts = name;
    if (!size.isEmpty())
        content.facts = Words::tr("%1, %2 × %3").arg(name).arg(size.width()).arg(size.height());
    if (size.isEmpty() || static_cast<qint64>(size.width()) * size.height() > (svg ? qint64(MostSide) * MostSide : MostPixels)) {
        content.remark = Words::tr("This picture is damaged or too large to be shown.");
        return;
    }
    if (size.width() > MostSide || size.height() > MostSide)
        reader.setScaledSize(size.scaled(MostSide, MostSide, Qt::KeepAspectRatio));
    content.image = reader.read();
    if (content.image.isNull())
        content.remark = Words::tr("This picture is damaged or too large to be shown.");
    else
        content.kind = FileContent::Kind::Image;
}

void readArchive(FileContent& content, std::string_view raw, std::size_t mostText, const QString& path, std::stop_token stop)
{
    auto listing = archive::listArchive(raw, {}, std::move(stop));
    if (listing) {
        content.listing = std::move(*listing);
        content.isArchive = true;
        content.kind = FileContent::Kind::Archive;
        content.facts = Words::tr("%1 archive, %Ln entries", nullptr, static_cast<int>(content.listing.members.size())).arg(toQString(content.listing.format));
        if (content.listing.cut)
            content.remark = Words::tr("The list is not complete: the archive goes on, or is damaged from here.");
        return;
    }
    auto start = archive::unpackedStart(raw, mostText + 1);
    if (!start)
        return;
    auto text = displayText(*start, mostText);
    if (!text)
        return;
    content.text = std::move(*text);
    content.isText = content.unpacked = true;
    content.kind = FileContent::Kind::Text;
    // "changelog.gz" is coloured as "changelog" is.
    content.language = languageOf(path.left(path.lastIndexOf(u'.')), content.text.utf8);
    content.facts = Words::tr("compressed text, unpacked to be read");
}

} // namespace

std::optional<DisplayText> displayText(std::string_view bytes, std::size_t most)
{
    DisplayText text;
    std::string_view shown = bytes;
    if (shown.size() > most) {
        text.cut = true;
        shown = shown.substr(0, most);
        if (const std::size_t end = shown.rfind('\n'); end != std::string_view::npos && end > most / 2)
            shown = shown.substr(0, end + 1);
        else
            shown = withoutHalfCharacter(shown);
    }
    FileText file = decodeText(std::string(shown));
    const bool wide = file.encoding == Encoding::Utf16LittleEndian || file.encoding == Encoding::Utf16BigEndian;
    if (file.encoding == Encoding::Bytes || (!wide && file.bytes.find('\0') != std::string::npos) || isMostlyControls(file.bytes))
        return std::nullopt;
    text.encoding = encodingName(file.encoding, file.byteOrderMark);
    text.utf8 = std::move(file.bytes);
    cutLongLines(text);
    return text;
}

std::shared_ptr<const FileContent> readContent(const QByteArray& bytes, const QString& path, std::size_t mostText, std::stop_token stop)
{
    auto content = std::make_shared<FileContent>();
    content->bytes = bytes;
    const std::string_view raw(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    if (raw.empty())
        return content;
    content->kind = FileContent::Kind::Binary;
    if (auto text = displayText(raw, mostText)) {
        content->text = std::move(*text);
        content->isText = true;
        content->kind = FileContent::Kind::Text;
        content->language = languageOf(path, content->text.utf8);
        content->facts = languageName(content->language).isEmpty() ? Words::tr("text, %1").arg(content->text.encoding)
                                                                  : QStringLiteral("%1, %2").arg(languageName(content->language), content->text.encoding);
    }
    if (const char* format = imageFormat(bytes, path))
        readImage(*content, format);
    else if (!content->isText || archive::looksLikeArchive(raw))
        readArchive(*content, raw, mostText, path, stop);
    if (content->kind == FileContent::Kind::Binary && content->facts.isEmpty()) {
        content->facts = describeElf(raw);
        if (content->facts.isEmpty())
            content->facts = Words::tr("binary data");
    }
    return content;
}

} // namespace darsena::gui
