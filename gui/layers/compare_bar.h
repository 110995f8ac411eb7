// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"
#include "gui/theme/theme.h"

#include <QWidget>

class QCheckBox;
class QMenu;
class QToolButton;

namespace darsena::gui {

class ElidedLabel;

/// Says what is compared with what, and lets one choose with what. Which choices there are the viewer puts into the menu
/// each time it opens.
class CompareBar : public QWidget {
    Q_OBJECT
public:
    explicit CompareBar(const Theme& theme, QWidget* parent = nullptr);

    /// @p what is shown ("layer 4"), @p with what it is compared; @p note when there is nothing to show yet, or why not.
    void describe(const QString& what, const QString& with, const QString& note = {});
    bool ignoresTimes() const;
    QMenu* menu() const { return m_menu; }
    QCheckBox* times() const { return m_times; }

Q_SIGNALS:
    void ignoreTimesChanged();
    /// Fill it: menu() is empty and about to show.
    void menuRequested();
    /// Back to one image, one layer.
    void closed();

private:
    void retranslate();

    QString m_what, m_with, m_note;
    ElidedLabel* m_text;
    QToolButton* m_choose;
    QMenu* m_menu;
    QCheckBox* m_times;
    QToolButton* m_close;
    Retranslator m_texts;
};

} // namespace darsena::gui
