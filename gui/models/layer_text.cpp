// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/models/layer_text.h"

#include "gui/base/byte_text.h"

#include "core/oci/instruction.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QStringList>

namespace darsena::gui::layertext {

namespace {

struct LayerText {
    Q_DECLARE_TR_FUNCTIONS(darsena::gui::LayerText)
};

QString fromBytes(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

QString octal(std::uint32_t mode)
{
    return QString::number(mode, 8).rightJustified(3, u'0');
}

} // namespace

QString instruction(std::string_view createdBy)
{
    return fromBytes(oci::readableInstruction(createdBy)).simplified();
}

QString mode(const layers::IndexEntry& entry)
{
    using layers::EntryType;
    static constexpr char types[] = { '-', 'd', 'l', 'c', 'b', 'p', 's', '-' };
    QString text(1, QLatin1Char(types[static_cast<int>(entry.type)]));
    for (int shift = 6; shift >= 0; shift -= 3) {
        const std::uint32_t bits = entry.mode >> shift;
        text += bits & 4 ? u'r' : u'-';
        text += bits & 2 ? u'w' : u'-';
        text += bits & 1 ? u'x' : u'-';
    }
    const auto special = [&](std::uint32_t bit, qsizetype at, QChar with, QChar without) {
        if (entry.mode & bit)
            text[at] = text[at] == u'x' ? with : without;
    };
    special(04000, 3, u's', u'S');
    special(02000, 6, u's', u'S');
    special(01000, 9, u't', u'T');
    return text;
}

QString kind(const layers::IndexEntry& entry)
{
    using layers::EntryType;
    switch (entry.type) {
    case EntryType::File:
        return entry.hardLink ? LayerText::tr("hard link") : LayerText::tr("file");
    case EntryType::Directory:
        return LayerText::tr("directory");
    case EntryType::Symlink:
        return LayerText::tr("symbolic link");
    case EntryType::CharDevice:
        return LayerText::tr("character device");
    case EntryType::BlockDevice:
        return LayerText::tr("block device");
    case EntryType::Fifo:
        return LayerText::tr("named pipe");
    case EntryType::Socket:
        return LayerText::tr("socket");
    case EntryType::Whiteout:
        return LayerText::tr("whiteout");
    }
    return {};
}

QString time(std::int64_t seconds)
{
    return seconds == 0 ? QString() : QDateTime::fromSecsSinceEpoch(seconds).toString(QStringLiteral("yyyy-MM-dd HH:mm"));
}

QString mark(const layers::View::Cell& cell)
{
    switch (cell.mark) {
    case layers::Mark::Added:
        return LayerText::tr("added");
    case layers::Mark::Changed:
        return layers::isMetadataOnly(cell) ? LayerText::tr("only metadata changed") : LayerText::tr("changed");
    case layers::Mark::Removed:
        return LayerText::tr("removed");
    case layers::Mark::Same:
        return LayerText::tr("unchanged");
    case layers::Mark::Absent:
        break;
    }
    return {};
}

QString reasons(const layers::IndexEntry& before, const layers::IndexEntry& after, std::uint16_t bits)
{
    QStringList parts;
    if (bits & layers::Type)
        parts << LayerText::tr("%1 → %2", "kind of file").arg(kind(before), kind(after));
    if (bits & layers::Content)
        parts << LayerText::tr("content");
    if (bits & layers::Link)
        parts << LayerText::tr("link %1 → %2").arg(fromBytes(before.link), fromBytes(after.link));
    if (bits & layers::Mode)
        parts << LayerText::tr("mode %1 → %2").arg(octal(before.mode), octal(after.mode));
    if (bits & layers::Owner)
        parts << LayerText::tr("owner %1:%2 → %3:%4").arg(before.uid).arg(before.gid).arg(after.uid).arg(after.gid);
    if (bits & layers::Xattrs)
        parts << LayerText::tr("extended attributes");
    if (bits & layers::Time)
        parts << LayerText::tr("time");
    if (bits & layers::StoredAgain)
        parts << LayerText::tr("stored again, the same");
    return parts.join(QStringLiteral(", "));
}

QString bytes(std::uint64_t count)
{
    return byteText(static_cast<std::int64_t>(count));
}

} // namespace darsena::gui::layertext
