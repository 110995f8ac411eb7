// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <QWidget>

class QPushButton;
class QTextBrowser;

namespace darsena::gui {

class ProblemsView;
class Settings;
class Theme;

/// The list of problems, and beside it the page about the chosen one's rule: why, and what to write instead.
class ProblemsPanel : public QWidget {
    Q_OBJECT
public:
    ProblemsPanel(const Theme& theme, Settings& settings, QWidget* parent = nullptr);

    ProblemsView* list() const { return m_list; }

Q_SIGNALS:
    void lineChosen(int line);
    /// Edits that mend one problem. They are of the text that the findings are of.
    void fixWanted(const darsena::dockerfile::Finding& finding);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showPage();
    void retranslate();

    const Theme& m_theme;
    ProblemsView* m_list;
    QTextBrowser* m_page;
    QPushButton* m_mend;
};

} // namespace darsena::gui
