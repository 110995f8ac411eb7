// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/file_io.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

#include <sys/stat.h>

namespace darsena::gui {
namespace {

constexpr auto AnyoneWrites = QFile::WriteOwner | QFile::WriteGroup | QFile::WriteOther;

Error fileError(const QString& path, const QString& reason)
{
    return Error(ErrorCode::System, QStringLiteral("%1: %2").arg(QDir::toNativeSeparators(path), reason).toStdString());
}

Result<std::string> readBytes(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fileError(path, file.errorString());
    std::string bytes(std::size_t(std::clamp<qint64>(file.size(), 0, maxTextFileBytes)) + 1, '\0');
    std::size_t have = 0;
    while (have < bytes.size()) {
        const qint64 got = file.read(bytes.data() + have, qint64(bytes.size() - have));
        if (got < 0)
            return fileError(path, file.errorString());
        if (got == 0)
            break;
        have += std::size_t(got);
    }
    if (have > std::size_t(maxTextFileBytes))
        return Error(ErrorCode::TooLarge, path.toStdString() + " is too large to edit here");
    bytes.resize(have);
    return bytes;
}

Result<void> writeBytes(const QString& path, const std::string& bytes)
{
    QSaveFile file(path);
    file.setDirectWriteFallback(true); // a writable file in a folder that is not
    if (!file.open(QIODevice::WriteOnly))
        return fileError(path, file.errorString());
    file.write(bytes.data(), qint64(bytes.size()));
    if (!file.commit())
        return fileError(path, file.errorString());
    return {};
}

QString basePath(const QString& path)
{
    return unsavedCopyPath(path) + QStringLiteral(".base");
}

} // namespace

DiskStamp diskStamp(const QString& path)
{
    struct stat info {};
    if (::stat(QFile::encodeName(path).constData(), &info) != 0)
        return {};
    return { info.st_size, std::int64_t(info.st_mtim.tv_sec) * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_ino };
}

Result<FileText> readTextFile(const QString& path)
{
    const QFileInfo info(path);
    if (!info.exists()) {
        FileText none;
        none.exists = false;
        return none;
    }
    if (!info.isFile())
        return Error(ErrorCode::Invalid, path.toStdString() + " is not a file");
    if (info.size() > maxTextFileBytes)
        return Error(ErrorCode::TooLarge, path.toStdString() + " is too large to edit here");
    FileText text = decodeText(TRY(readBytes(path)));
    // Root may write everything, and still wants to know that a file is meant to stay as it is.
    text.readOnly = !info.isWritable() || !(info.permissions() & AnyoneWrites);
    return text;
}

Result<void> writeTextFile(const QString& path, const FileText& text)
{
    return writeBytes(path, TRY(encodeText(text)));
}

Result<void> moveToTrash(const QString& path)
{
    // Qt makes the trash, but not the folder that it is in.
    QDir().mkpath(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation));
    QFile file(path);
    if (!file.moveToTrash())
        return fileError(path, file.errorString());
    return {};
}

QString unsavedCopyPath(const QString& path)
{
    const QByteArray name = QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QStringLiteral("/darsena/unsaved/") + QString::fromLatin1(name);
}

std::optional<UnsavedText> readUnsaved(const QString& path)
{
    if (!QFile::exists(unsavedCopyPath(path)))
        return std::nullopt;
    Result<std::string> text = readBytes(unsavedCopyPath(path));
    if (!text)
        return std::nullopt;
    UnsavedText unsaved { std::move(text).value(), std::nullopt };
    if (QFile::exists(basePath(path))) {
        if (Result<std::string> base = readBytes(basePath(path)))
            unsaved.base = std::move(base).value();
    }
    return unsaved;
}

Result<void> writeUnsaved(const QString& path, const std::string& text, const std::optional<std::string>& base)
{
    QDir().mkpath(QFileInfo(unsavedCopyPath(path)).absolutePath());
    if (base)
        TRY(writeBytes(basePath(path), *base));
    return writeBytes(unsavedCopyPath(path), text);
}

void removeUnsaved(const QString& path)
{
    QFile::remove(unsavedCopyPath(path));
    QFile::remove(basePath(path));
}

} // namespace darsena::gui
