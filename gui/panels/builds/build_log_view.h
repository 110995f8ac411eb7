// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeView>

namespace darsena::gui {

class BuildLogModel;
class Theme;

/// The log of a build, folded per step. A running step unfolds when it prints and folds again when it is done, unless
/// the user has folded or unfolded it; a failed one stays open. Follows the end while the user is there.
class BuildLogView : public QTreeView {
    Q_OBJECT
public:
    BuildLogView(const Theme& theme, BuildLogModel* model, QWidget* parent = nullptr);

    /// To be called after the model's update() with the states as they are.
    void follow();
    /// Unfolds a step and shows it.
    void showStep(int step);
    /// What stands there while there is no log.
    void setEmptyText(const QString& text);

Q_SIGNALS:
    void stepActivated(int step);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void copySelection();

    BuildLogModel* m_log;
    QSet<int> m_touched; ///< steps that the user folded or unfolded
    bool m_automatic = false;
    QString m_emptyText;
};

} // namespace darsena::gui
