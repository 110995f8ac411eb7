// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/app/command_palette.h"

#include <QDialog>

namespace darsena::gui {

/// F1: every command that has a key, by group. Not modal; closes on Escape.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    ShortcutsDialog(const Theme& theme, const QList<CommandPalette::Entry>& entries, QWidget* parent);
};

} // namespace darsena::gui
