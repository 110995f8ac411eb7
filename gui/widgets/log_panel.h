// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"
#include "gui/models/log_search.h"
#include "gui/models/log_store.h"
#include "gui/theme/theme.h"

#include <QWidget>

#include <memory>

class QAction;
class QLabel;
class QLineEdit;
class QSaveFile;

namespace darsena::gui {

class LogView;

/// A log with all one does with it: search as you type (F3, Shift+F3), follow, copy, save. Owns the store.
class LogPanel : public QWidget {
    Q_OBJECT
public:
    /// The theme must outlive the panel.
    explicit LogPanel(const Theme& theme, QWidget* parent = nullptr);
    ~LogPanel() override;

    LogStore& store() { return m_store; }
    LogView* view() const { return m_view; }
    /// What the file dialog proposes: "web.log".
    void setFileName(const QString& name) { m_fileName = name; }
    /// A quiet line at the right of the tools: "the container has ended".
    void setNote(const QString& note);
    /// Writes the whole log as plain text, in slices; onDone gets why it failed, or nothing. One at a time.
    void save(const QString& path);

Q_SIGNALS:
    /// A file was written, or could not be: a sentence.
    void saved(const QString& sentence, bool ok);

private:
    void chooseFile();
    void search();
    void step(bool forward);
    void describeMatches();

    const Theme& m_theme;
    LogStore m_store;
    LogSearch m_search;
    LogView* m_view;
    QLineEdit* m_field;
    QLabel* m_matches;
    QLabel* m_note;
    QAction* m_regex;
    QAction* m_follow;
    QAction* m_next;
    QAction* m_previous;
    QAction* m_copy;
    QAction* m_saveAction;
    QString m_fileName;
    std::unique_ptr<QSaveFile> m_file;
    qint64 m_written = 0; // the next line to write
    Retranslator m_texts;
};

} // namespace darsena::gui
