// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/text_file.h"

#include "gui/base/async.h"
#include "gui/base/text.h"
#include "gui/editor/code_editor.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QStandardPaths>

namespace darsena::gui {
namespace {

constexpr std::string_view Bom = "\xEF\xBB\xBF";

Error fileError(const QString& path, const QString& reason)
{
    return Error(ErrorCode::System, QStringLiteral("%1: %2").arg(QDir::toNativeSeparators(path), reason).toStdString());
}

bool mostlyCrlf(const std::string& bytes)
{
    std::size_t lf = 0;
    std::size_t crlf = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (bytes[i] == '\n') {
            ++lf;
            crlf += i > 0 && bytes[i - 1] == '\r' ? 1 : 0;
        }
    }
    return crlf * 2 > lf;
}

} // namespace

Result<FileText> readTextFile(const QString& path)
{
    FileText text;
    const QFileInfo info(path);
    if (!info.exists()) {
        text.exists = false;
        return text;
    }
    if (!info.isFile())
        return Error(ErrorCode::Invalid, path.toStdString() + " is not a file");
    if (info.size() > maxTextFileBytes)
        return Error(ErrorCode::TooLarge, path.toStdString() + " is too large to edit here");
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fileError(path, file.errorString());
    const QByteArray bytes = file.read(maxTextFileBytes + 1);
    if (file.error() != QFile::NoError)
        return fileError(path, file.errorString());
    text.bytes.assign(bytes.constData(), std::size_t(bytes.size()));
    text.readOnly = !info.isWritable();
    if (text.bytes.starts_with(Bom)) {
        text.byteOrderMark = true;
        text.bytes.erase(0, Bom.size());
    }
    text.crlf = mostlyCrlf(text.bytes);
    return text;
}

Result<void> writeTextFile(const QString& path, const FileText& text)
{
    QSaveFile file(path);
    file.setDirectWriteFallback(true); // a writable file in a folder that is not
    if (!file.open(QIODevice::WriteOnly))
        return fileError(path, file.errorString());
    if (text.byteOrderMark)
        file.write(Bom.data(), qint64(Bom.size()));
    file.write(text.bytes.data(), qint64(text.bytes.size()));
    if (!file.commit())
        return fileError(path, file.errorString());
    return {};
}

QString unsavedCopyPath(const QString& path)
{
    const QByteArray name = QCryptographicHash::hash(path.toUtf8(), QCryptographicHash::Sha1).toHex();
    return QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation)
        + QStringLiteral("/darsena/unsaved/") + QString::fromLatin1(name);
}

TextFile::TextFile(CodeEditor* editor, QString path, QObject* parent)
    : QObject(parent)
    , m_editor(editor)
    , m_path(std::move(path))
{
    m_settle.setSingleShot(true);
    m_settle.setInterval(150); // editors write, rename and touch: look once it rests
    connect(&m_settle, &QTimer::timeout, this, &TextFile::checkDisk);
    connect(&m_watcher, &QFileSystemWatcher::fileChanged, &m_settle, qOverload<>(&QTimer::start));
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, &m_settle, qOverload<>(&QTimer::start));
    connect(m_editor, &QsciScintilla::modificationChanged, this, &TextFile::modifiedChanged);
    m_keep.setSingleShot(true);
    m_keep.setInterval(2000);
    connect(&m_keep, &QTimer::timeout, this, &TextFile::keepUnsaved);
    connect(m_editor, &QsciScintilla::textChanged, this, [this] {
        if (m_loaded && !m_keep.isActive())
            m_keep.start();
    });
}

bool TextFile::isModified() const
{
    return m_loaded && m_editor->isModified();
}

QString TextFile::format() const
{
    return QStringLiteral("UTF-8%1 · %2")
        .arg(m_text.byteOrderMark ? QStringLiteral(" BOM") : QString(),
            m_text.crlf ? QStringLiteral("CRLF") : QStringLiteral("LF"));
}

void TextFile::load()
{
    struct Loaded {
        Result<FileText> text;
        std::optional<std::string> unsaved;
    };
    async(
        this,
        [path = m_path] {
            Loaded loaded { readTextFile(path), {} };
            const Result<FileText> copy = readTextFile(unsavedCopyPath(path));
            if (copy && copy->exists)
                loaded.unsaved = copy->bytes;
            return loaded;
        },
        [this](Loaded result) {
            watch();
            if (!result.text) {
                Q_EMIT loadFailed(errorSentence(result.text.error()));
                return;
            }
            m_text = std::move(result.text).value();
            m_editor->setEolMode(m_text.crlf ? QsciScintilla::EolWindows : QsciScintilla::EolUnix);
            m_editor->setBytes(m_text.bytes);
            m_loaded = true;
            Q_EMIT loaded();
            if (result.unsaved && *result.unsaved != m_text.bytes) {
                m_editor->replaceBytes(*result.unsaved, false);
                Q_EMIT unsavedRestored();
            }
        });
}

void TextFile::keepUnsaved()
{
    if (!isModified()) {
        dropUnsaved();
        return;
    }
    FileText copy;
    copy.bytes = m_editor->bytes();
    async(
        this,
        [path = unsavedCopyPath(m_path), copy = std::move(copy)] {
            QDir().mkpath(QFileInfo(path).absolutePath());
            return writeTextFile(path, copy);
        },
        [this](const Result<void>&) {
            if (!isModified()) // saved meanwhile
                dropUnsaved();
        });
}

void TextFile::keepUnsavedNow()
{
    m_keep.stop();
    if (!isModified()) {
        dropUnsaved();
        return;
    }
    FileText copy;
    copy.bytes = m_editor->bytes();
    const QString path = unsavedCopyPath(m_path);
    QDir().mkpath(QFileInfo(path).absolutePath());
    const Result<void> written = writeTextFile(path, copy);
    if (!written)
        qWarning("unsaved text of %s is lost: %s", qUtf8Printable(m_path), written.error().message().c_str());
}

void TextFile::dropUnsaved()
{
    QFile::remove(unsavedCopyPath(m_path));
}

void TextFile::save(std::function<void(Result<void>)> done)
{
    if (!m_loaded || (!m_editor->isModified() && m_text.exists)) {
        done({});
        return;
    }
    FileText next = m_text;
    next.bytes = m_editor->bytes();
    next.exists = true;
    m_saving = true;
    async(
        this, [path = m_path, next] { return writeTextFile(path, next); },
        [this, next, revision = m_editor->revision(), done = std::move(done)](Result<void> written) {
            m_saving = false;
            if (written) {
                m_text = next;
                if (m_editor->revision() == revision) {
                    m_editor->setModified(false);
                    dropUnsaved();
                }
                watch();
            }
            done(std::move(written));
        });
}

void TextFile::watch()
{
    // A file replaced by a rename falls out of the watch; its folder tells when it is back.
    if (!m_watcher.files().contains(m_path) && QFile::exists(m_path))
        m_watcher.addPath(m_path);
    const QString folder = QFileInfo(m_path).absolutePath();
    if (m_watcher.directories().isEmpty())
        m_watcher.addPath(folder);
}

void TextFile::checkDisk()
{
    if (m_saving || !m_loaded)
        return;
    async(
        this, [path = m_path] { return readTextFile(path); },
        [this](Result<FileText> text) {
            watch();
            if (!text || m_saving || !text->exists)
                return;
            if (text->bytes == m_text.bytes)
                return;
            m_onDisk = std::move(text).value();
            if (m_onDisk.bytes == m_editor->bytes()) {
                m_text = m_onDisk;
                m_editor->setModified(false);
            } else if (m_editor->isModified()) {
                Q_EMIT changedOnDisk();
            } else {
                takeDisk();
            }
        });
}

void TextFile::takeDisk()
{
    m_text = m_onDisk;
    m_editor->setEolMode(m_text.crlf ? QsciScintilla::EolWindows : QsciScintilla::EolUnix);
    m_editor->replaceBytes(m_text.bytes, true);
    Q_EMIT reloaded();
}

void TextFile::keepMine()
{
    m_text = m_onDisk;
}

} // namespace darsena::gui
