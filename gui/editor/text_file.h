// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/editor/file_io.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <string>
#include <vector>

namespace darsena::gui {

class CodeEditor;

/// Ties an editor to a file: loads, saves, keeps a copy of unsaved text, and notices when another program changes the
/// file. Reading, writing and merging run in a worker; GUI thread otherwise.
class TextFile : public QObject {
    Q_OBJECT
public:
    /// The editor must outlive it (make it the parent).
    TextFile(CodeEditor* editor, QString path, QObject* parent);

    const QString& path() const { return m_path; }
    CodeEditor* editor() const { return m_editor; }
    /// The editor's text is not the file's, or there is no file any more.
    bool isModified() const;
    bool isLoaded() const { return m_loaded; }
    bool exists() const { return m_text.exists; }
    /// Two texts wait for a decision: takeDisk(), keepMine() or takeBoth().
    bool isUndecided() const { return m_undecided; }
    bool isReadOnly() const { return m_text.readOnly; }
    /// So long that it has no colours and nothing is worked out from it.
    bool isLarge() const;
    /// "UTF-8 · LF", "Latin-1 · CRLF and LF mixed · read only".
    QString format() const;

    void load();
    /// @p done comes with the outcome; at once when there is nothing to save. Errors: Conflict when another program
    /// changed the file and nobody has looked yet (changedOnDisk() or a merge follows).
    void save(std::function<void(Result<void>)> done);
    /// Every line ends the same way from here on: one undo step.
    void setLineEnds(bool crlf);
    /// How it is written from here on; counts as modified until saved.
    void setEncoding(Encoding encoding, bool byteOrderMark);
    /// The file has another name now.
    void setPath(const QString& path);

    /// After changedOnDisk(): takes the disk's text (undoable), keeps ours, which then counts as modified, or takes both
    /// with the conflicts marked.
    void takeDisk();
    void keepMine();
    void takeBoth();
    /// Writes the copy of unsaved text now, from this thread: for the moment before the window closes.
    void keepUnsavedNow();

Q_SIGNALS:
    void loaded();
    /// Unsaved text from before was put in place of the file's.
    void unsavedRestored();
    void loadFailed(const QString& sentence);
    void modifiedChanged(bool modified);
    /// format() reads differently.
    void formatChanged();
    /// Another program changed the lines that the editor has unsaved text in; without unsaved text the file is just
    /// reloaded, and changes of other lines are merged.
    void changedOnDisk();
    /// What another program changed was merged with unsaved text: no line was touched by both.
    void merged();
    void deletedOnDisk();
    /// The text was replaced by the disk's.
    void reloaded();

private:
    struct Disk;
    Error changedMeanwhile() const;
    void watch();
    void checkDisk();
    void diskRead(Disk disk);
    /// @p show: take the outcome also when there are conflicts, marked.
    void merge(bool show);
    void takeMerged(std::string text);
    void restoreUnsaved(UnsavedText unsaved);
    void setText(FileText text);
    void keepUnsaved();
    void dropUnsaved();

    CodeEditor* m_editor;
    QString m_path;
    FileText m_text; ///< as on disk, as far as we know: what merging begins from
    DiskStamp m_stamp;
    FileText m_onDisk; ///< what checkDisk() found
    QFileSystemWatcher m_watcher;
    QTimer m_settle;
    QTimer m_keep;
    bool m_loaded = false;
    bool m_saving = false;
    bool m_checking = false;
    bool m_keeping = false;
    bool m_baseKept = false;
    bool m_encodingChanged = false;
    bool m_undecided = false; ///< the disk has another text, and nobody has said yet which one counts
    int m_epoch = 0; ///< of our own writing: what was read before it is old
    std::vector<std::function<void(Result<void>)>> m_waitingSaves;
};

} // namespace darsena::gui
