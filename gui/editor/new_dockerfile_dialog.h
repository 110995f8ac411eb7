// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/editor/file_template.h"

#include <QDialog>

class QCheckBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;
class QStackedWidget;
class QTabBar;

namespace darsena::gui {

class DockerfileEditor;
class LanguageEditor;

/// The wizard for a new project: a stack on the left, its few choices, and the two files as they will be. What is in the
/// folder already is replaced only when asked for, and goes to the trash.
class NewDockerfileDialog : public QDialog {
    Q_OBJECT
public:
    /// @p folder: where to begin; its files choose the stack.
    NewDockerfileDialog(PageContext context, const QString& folder, QWidget* parent = nullptr);
    ~NewDockerfileDialog() override;

    QString folder() const;

Q_SIGNALS:
    void created(const QString& dockerfile);

private:
    QWidget* makeChoices();
    QWidget* makePreview();
    void fillTemplates();
    void choose(int row);
    void preview();
    void lookAtFolder();
    void updateState();
    void askFolder();
    void create();
    QHash<QString, QString> values() const;
    QString problem() const;

    PageContext m_context;
    std::vector<FileTemplate> m_templates;
    int m_chosen = -1;
    TemplateFiles m_files;
    QListWidget* m_list;
    QLabel* m_about;
    QWidget* m_form;
    QFormLayout* m_fields;
    QLabel* m_folderLabel;
    QLineEdit* m_folder;
    QPushButton* m_browse;
    QTabBar* m_tabs;
    QStackedWidget* m_texts;
    DockerfileEditor* m_dockerfile;
    LanguageEditor* m_ignore;
    QLabel* m_problem;
    QCheckBox* m_replace;
    QPushButton* m_cancel;
    QPushButton* m_create;
    LatestOnly m_look;
    bool m_hasDockerfile = false; ///< the folder, already
    bool m_hasIgnore = false;
    bool m_busy = false;
    Retranslator m_words;
};

} // namespace darsena::gui
