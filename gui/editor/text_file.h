// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <string>

namespace darsena::gui {

class CodeEditor;

/// A file's text as read: its bytes without a byte order mark, and how its lines end.
struct FileText {
    std::string bytes;
    bool byteOrderMark = false;
    bool crlf = false; ///< of most lines
    bool exists = true;
    bool readOnly = false;
};

/// The largest file that opens in a tab.
inline constexpr qint64 maxTextFileBytes = 8 * 1024 * 1024;

/// Reads a whole text file; a file that does not exist gives an empty one with exists = false. Blocking. Errors:
/// TooLarge, System; Invalid for what is no regular file.
Result<FileText> readTextFile(const QString& path);
/// Writes atomically (beside it, then renamed), through symbolic links, keeping permissions. Blocking. Errors: System.
Result<void> writeTextFile(const QString& path, const FileText& text);

/// Where unsaved text of a file is kept until it is saved: it survives a crash, and closing without saving.
QString unsavedCopyPath(const QString& path);

/// Ties an editor to a file: loads, saves, keeps a copy of unsaved text, and notices when another program changes the
/// file. Reading and writing run in a worker; GUI thread otherwise.
class TextFile : public QObject {
    Q_OBJECT
public:
    /// The editor must outlive it (make it the parent).
    TextFile(CodeEditor* editor, QString path, QObject* parent);

    const QString& path() const { return m_path; }
    CodeEditor* editor() const { return m_editor; }
    bool isModified() const;
    bool isLoaded() const { return m_loaded; }
    bool exists() const { return m_text.exists; }
    /// "UTF-8 · LF".
    QString format() const;

    void load();
    /// @p done comes with the outcome; at once when there is nothing to save.
    void save(std::function<void(Result<void>)> done);
    /// After changedOnDisk(): takes the disk's text (undoable), or keeps ours, which then counts as modified.
    void takeDisk();
    void keepMine();
    /// Writes the copy of unsaved text now, from this thread: for the moment before the window closes.
    void keepUnsavedNow();

Q_SIGNALS:
    void loaded();
    /// Unsaved text from before was put in place of the file's.
    void unsavedRestored();
    void loadFailed(const QString& sentence);
    void modifiedChanged(bool modified);
    /// Another program changed the file while the editor has unsaved text; without unsaved text it is just reloaded.
    void changedOnDisk();
    /// The text was replaced by the disk's.
    void reloaded();

private:
    void watch();
    void checkDisk();
    void keepUnsaved();
    void dropUnsaved();

    CodeEditor* m_editor;
    QString m_path;
    FileText m_text; ///< as on disk, as far as we know
    FileText m_onDisk; ///< what checkDisk() found
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
    QTimer m_keep;
    bool m_loaded = false;
    bool m_saving = false;
};

} // namespace darsena::gui
