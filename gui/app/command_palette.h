// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QList>
#include <QPointer>

class QAction;
class QLineEdit;
class QListWidget;

namespace darsena::gui {

class Theme;

/// Everything the window can do, found by typing: opens under the palette field, runs an action on Enter, closes on
/// Escape. Its entries are the actions it was given, each with its group and shortcut.
class CommandPalette : public QFrame {
    Q_OBJECT
public:
    struct Entry {
        QString group; ///< "Build", "Go to": shown before the text
        QPointer<QAction> action;
    };

    explicit CommandPalette(const Theme& theme, QWidget* parent);

    /// Opens below @p field with all enabled entries.
    void open(QList<Entry> entries, QWidget* field);

    /// How well @p text answers what was typed: all its letters in order, whole words and beginnings first; 0 = not.
    static int score(const QString& text, const QString& typed);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void runCurrent();

    const Theme& m_theme;
    QLineEdit* m_input;
    QListWidget* m_list;
    QList<Entry> m_entries;
};

} // namespace darsena::gui
