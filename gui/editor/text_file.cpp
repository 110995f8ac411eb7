// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/text_file.h"

#include "core/base/line_diff.h"
#include "gui/base/async.h"
#include "gui/base/text.h"
#include "gui/editor/code_editor.h"

#include <QFileInfo>

namespace darsena::gui {

/// What a look at the disk gave.
struct TextFile::Disk {
    DiskStamp stamp;
    std::optional<Result<FileText>> text; ///< unset: the stamp is the one we know
};

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
    connect(m_editor, &QsciScintilla::modificationChanged, this, [this] { Q_EMIT modifiedChanged(isModified()); });
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
    return m_loaded && (m_editor->isModified() || !m_text.exists || m_encodingChanged);
}

bool TextFile::isLarge() const
{
    return m_editor->length() > largeTextBytes;
}

QString TextFile::format() const
{
    QStringList parts { encodingName(m_text.encoding, m_text.byteOrderMark) };
    parts.append(m_text.lineEnds.mixed ? tr("CRLF and LF mixed")
                                       : (m_text.lineEnds.crlf ? QStringLiteral("CRLF") : QStringLiteral("LF")));
    if (m_text.readOnly)
        parts.append(tr("read only"));
    if (isLarge())
        parts.append(tr("large: no colours, no checks"));
    return parts.join(QStringLiteral(" · "));
}

void TextFile::setText(FileText text)
{
    m_text = std::move(text);
    m_encodingChanged = false;
    m_undecided = false;
    m_baseKept = false;
    m_editor->setEolMode(m_text.lineEnds.crlf ? QsciScintilla::EolWindows : QsciScintilla::EolUnix);
    m_editor->setReadOnly(m_text.readOnly);
}

void TextFile::load()
{
    struct Loaded {
        Result<FileText> text;
        DiskStamp stamp;
        std::optional<UnsavedText> unsaved;
    };
    async(
        this,
        [path = m_path] {
            const DiskStamp stamp = diskStamp(path); // before reading: a change after it will be seen
            return Loaded { readTextFile(path), stamp, readUnsaved(path) };
        },
        [this](Loaded result) {
            watch();
            if (!result.text) {
                Q_EMIT loadFailed(errorSentence(result.text.error()));
                return;
            }
            m_stamp = result.stamp;
            setText(std::move(result.text).value());
            m_editor->setBytes(m_text.bytes);
            m_loaded = true;
            Q_EMIT loaded();
            Q_EMIT formatChanged();
            if (result.unsaved && result.unsaved->text != m_text.bytes)
                restoreUnsaved(std::move(*result.unsaved));
        });
}

void TextFile::restoreUnsaved(UnsavedText unsaved)
{
    m_editor->setReadOnly(false);
    m_editor->replaceBytes(unsaved.text, false);
    m_editor->setReadOnly(m_text.readOnly);
    Q_EMIT unsavedRestored();
    // The file went on without us: what was typed began from another text than the disk has now.
    if (unsaved.base && *unsaved.base != m_text.bytes) {
        m_onDisk = m_text;
        m_text.bytes = std::move(*unsaved.base);
        merge(false);
    }
}

void TextFile::keepUnsaved()
{
    if (!isModified()) {
        dropUnsaved();
        return;
    }
    if (m_keeping) {
        m_keep.start();
        return;
    }
    m_keeping = true;
    std::optional<std::string> base;
    if (!m_baseKept)
        base = m_text.bytes;
    m_baseKept = true;
    async(
        this,
        [path = m_path, text = m_editor->bytes(), base = std::move(base)] { return writeUnsaved(path, text, base); },
        [this](const Result<void>&) {
            m_keeping = false;
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
    const Result<void> written = writeUnsaved(m_path, m_editor->bytes(), m_text.bytes);
    if (!written)
        qWarning("unsaved text of %s is lost: %s", qUtf8Printable(m_path), written.error().message().c_str());
}

void TextFile::dropUnsaved()
{
    m_baseKept = false;
    removeUnsaved(m_path);
}

Error TextFile::changedMeanwhile() const
{
    return Error(ErrorCode::Conflict, QFileInfo(m_path).fileName().toStdString() + " was changed by another program meanwhile");
}

void TextFile::save(std::function<void(Result<void>)> done)
{
    if (!m_loaded || !isModified()) {
        done({});
        return;
    }
    if (m_undecided) {
        if (!m_checking)
            Q_EMIT changedOnDisk();
        done(changedMeanwhile());
        return;
    }
    if (m_saving) { // one after the other
        m_waitingSaves.push_back(std::move(done));
        return;
    }
    FileText next = m_text;
    next.bytes = m_editor->bytes();
    next.exists = true;
    struct Saved {
        Result<void> written;
        DiskStamp stamp;
        LineEnds lineEnds;
    };
    m_saving = true;
    ++m_epoch;
    auto shared = std::make_shared<const FileText>(std::move(next));
    async(
        this,
        [path = m_path, shared, known = m_stamp, changed = changedMeanwhile()]() -> Saved {
            const DiskStamp now = diskStamp(path);
            if (now != known && now.size >= 0)
                return { changed, now, {} };
            Result<void> written = writeTextFile(path, *shared);
            return { std::move(written), diskStamp(path), lineEndsOf(shared->bytes) };
        },
        [this, shared, revision = m_editor->revision(), done = std::move(done)](Saved saved) {
            m_saving = false;
            ++m_epoch;
            if (saved.written) {
                m_text = *shared;
                m_text.lineEnds = saved.lineEnds;
                m_stamp = saved.stamp;
                m_encodingChanged = false;
                m_baseKept = false;
                if (m_editor->revision() == revision) {
                    m_editor->setModified(false);
                    dropUnsaved();
                }
                watch();
                Q_EMIT modifiedChanged(isModified());
                Q_EMIT formatChanged();
            } else if (saved.written.error().code() == ErrorCode::Conflict) {
                checkDisk();
            }
            done(std::move(saved.written));
            if (!m_waitingSaves.empty())
                save([waiting = std::exchange(m_waitingSaves, {})](const Result<void>& again) {
                    for (const auto& tell : waiting)
                        tell(again);
                });
        });
}

void TextFile::setLineEnds(bool crlf)
{
    const auto mode = crlf ? QsciScintilla::EolWindows : QsciScintilla::EolUnix;
    m_editor->setEolMode(mode);
    m_editor->convertEols(mode);
    m_text.lineEnds = { crlf, false };
    Q_EMIT formatChanged();
}

void TextFile::setEncoding(Encoding encoding, bool byteOrderMark)
{
    if (m_text.encoding == encoding && m_text.byteOrderMark == byteOrderMark)
        return;
    m_text.encoding = encoding;
    m_text.byteOrderMark = byteOrderMark;
    m_encodingChanged = true;
    Q_EMIT formatChanged();
    Q_EMIT modifiedChanged(isModified());
}

void TextFile::setPath(const QString& path)
{
    dropUnsaved();
    m_watcher.removePaths(m_watcher.files() + m_watcher.directories());
    m_path = path;
    watch();
    if (m_loaded && isModified())
        m_keep.start();
}

void TextFile::watch()
{
    // A file replaced by a rename falls out of the watch; its folder tells when it is back.
    if (!m_watcher.files().contains(m_path) && QFileInfo::exists(m_path))
        m_watcher.addPath(m_path);
    const QString folder = QFileInfo(m_path).absolutePath();
    if (!m_watcher.directories().contains(folder))
        m_watcher.addPath(folder);
}

void TextFile::checkDisk()
{
    if (m_saving || m_checking || !m_loaded)
        return;
    m_checking = true;
    async(
        this,
        [path = m_path, known = m_stamp] {
            // A folder tells of every file in it: what did not change is not read.
            Disk disk { diskStamp(path), std::nullopt };
            if (disk.stamp != known)
                disk.text = readTextFile(path);
            return disk;
        },
        [this, epoch = m_epoch](Disk disk) {
            m_checking = false;
            watch();
            if (epoch == m_epoch)
                diskRead(std::move(disk));
            else // saved meanwhile: what was read may be from before
                m_settle.start();
        });
}

void TextFile::diskRead(Disk disk)
{
    if (!disk.text || !*disk.text || m_saving)
        return;
    m_stamp = disk.stamp;
    FileText& text = **disk.text;
    if (!text.exists) {
        if (m_text.exists) {
            m_text.exists = false;
            Q_EMIT modifiedChanged(isModified());
            Q_EMIT deletedOnDisk();
        }
        return;
    }
    const bool wasGone = !m_text.exists;
    if (text.bytes == m_text.bytes) {
        m_text.exists = true;
        if (text.readOnly != m_text.readOnly) {
            m_text.readOnly = text.readOnly;
            m_editor->setReadOnly(text.readOnly);
        }
        if (wasGone)
            Q_EMIT modifiedChanged(isModified());
        Q_EMIT formatChanged();
        return;
    }
    m_onDisk = std::move(text);
    if (m_onDisk.bytes == m_editor->bytes()) {
        setText(m_onDisk);
        m_editor->setModified(false);
        dropUnsaved();
        Q_EMIT modifiedChanged(isModified());
        Q_EMIT formatChanged();
    } else if (m_editor->isModified()) {
        merge(false);
    } else {
        takeDisk();
    }
}

void TextFile::merge(bool show)
{
    m_checking = true;
    m_undecided = true;
    struct Merged {
        LineMerge merge;
        quint64 revision;
    };
    async(
        this,
        [base = m_text.bytes, mine = m_editor->bytes(), theirs = m_onDisk.bytes, revision = m_editor->revision(),
            mineName = tr("yours").toStdString(), theirsName = tr("of the file").toStdString()] {
            return Merged { mergeLines(base, mine, theirs, mineName, theirsName), revision };
        },
        [this, show](Merged result) {
            m_checking = false;
            if (!m_undecided) // decided meanwhile
                return;
            if (result.revision != m_editor->revision()) { // typed meanwhile
                merge(show);
                return;
            }
            if (result.merge.conflicts > 0 && !show) {
                Q_EMIT changedOnDisk();
                return;
            }
            takeMerged(std::move(result.merge.text));
            if (!show)
                Q_EMIT merged();
        });
}

void TextFile::takeDisk()
{
    setText(m_onDisk);
    m_editor->setReadOnly(false);
    m_editor->replaceBytes(m_text.bytes, true);
    m_editor->setReadOnly(m_text.readOnly);
    dropUnsaved();
    Q_EMIT reloaded();
    Q_EMIT modifiedChanged(isModified());
    Q_EMIT formatChanged();
}

void TextFile::keepMine()
{
    setText(m_onDisk);
    keepUnsaved();
    Q_EMIT formatChanged();
}

void TextFile::takeBoth()
{
    merge(true);
}

void TextFile::takeMerged(std::string text)
{
    setText(m_onDisk);
    m_editor->setReadOnly(false);
    m_editor->replaceBytes(text, text == m_text.bytes);
    m_editor->setReadOnly(m_text.readOnly);
    keepUnsaved();
    Q_EMIT modifiedChanged(isModified());
    Q_EMIT formatChanged();
}

} // namespace darsena::gui
