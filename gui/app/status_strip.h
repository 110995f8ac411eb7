// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QTimer;

namespace darsena::gui {

class Theme;

/// The line at the bottom: containers that run, the build on its way, a passing notice; at the right the open file's
/// problems and format. Each part hides when it has nothing to say.
class StatusStrip : public QWidget {
    Q_OBJECT
public:
    explicit StatusStrip(const Theme& theme, QWidget* parent = nullptr);

    /// A negative count: not known (no engine).
    void setRunning(int containers);
    /// Steps finished of all, 0 of 0 hides it.
    void setBuild(int finished, int total, const QString& sentence);
    void setProblems(int errors, int warnings);
    /// "UTF-8 · LF · Dockerfile".
    void setFileFormat(const QString& text);
    void notify(const QString& sentence);

Q_SIGNALS:
    void problemsClicked();

protected:
    void changeEvent(QEvent* event) override;

private:
    void describe();

    const Theme& m_theme;
    QLabel* m_dot;
    QLabel* m_running;
    QLabel* m_buildText;
    QProgressBar* m_buildBar;
    QLabel* m_notice;
    QPushButton* m_problems;
    QLabel* m_format;
    QTimer* m_noticeTimer;
    int m_containers = -1;
    int m_errors = 0;
    int m_warnings = 0;
};

} // namespace darsena::gui
