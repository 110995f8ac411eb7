// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/base/page.h"
#include "gui/base/retranslator.h"

#include <QWidget>

class QLabel;
class QTreeView;

namespace darsena::gui {

class ProjectModel;

/// The files of the project beside the editor. Enter or a double click opens one; F2 renames, Delete moves to the trash
/// after a question; new files and folders come from the buttons or the menu. What the .dockerignore leaves out is
/// struck out.
class ProjectTree : public QWidget {
    Q_OBJECT
public:
    explicit ProjectTree(PageContext context, QWidget* parent = nullptr);

    void setFolder(const QString& folder);
    /// The .dockerignore's text as it stands; without one the file at @p path is read.
    void setIgnore(const QString& path, const std::string& text);
    /// Shows a file, opening the folders around it.
    void showFile(const QString& path);
    QTreeView* view() const { return m_view; }
    ProjectModel* model() const { return m_model; }

    void newFile();
    void newFolder();
    void rename();
    void remove();

Q_SIGNALS:
    void fileActivated(const QString& path);
    void renamed(const QString& from, const QString& to);
    void notice(const QString& sentence);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    /// The folder in which something new goes: the chosen one, or the one around the chosen file.
    QString chosenFolder() const;
    void askName(const QString& title, const QString& label, const std::function<void(const QString& path)>& make);
    void showMenu(const QPoint& at);

    PageContext m_context;
    ProjectModel* m_model;
    QTreeView* m_view;
    QLabel* m_title;
    QAction* m_newFile;
    QAction* m_newFolder;
    LatestOnly m_rules;
    QString m_wanted; ///< to be shown once its folder has been read
    Retranslator m_texts;
};

} // namespace darsena::gui
