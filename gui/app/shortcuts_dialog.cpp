// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/shortcuts_dialog.h"

#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

namespace darsena::gui {

ShortcutsDialog::ShortcutsDialog(
    const Theme& theme, const QList<CommandPalette::Entry>& entries, QWidget* parent)
    : QDialog(parent)
{
    Q_UNUSED(theme);
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName(QStringLiteral("shortcuts"));
    resize(560, 560);
    auto* content = new QWidget(this);
    setLook(content, "surface");
    auto* grid = new QGridLayout(content);
    grid->setContentsMargins(space::XL, space::L, space::XL, space::L);
    grid->setHorizontalSpacing(space::XL);
    grid->setVerticalSpacing(space::S);
    grid->setColumnStretch(0, 1);
    int row = 0;
    QString group;
    for (const auto& entry : entries) {
        if (!entry.action || entry.action->shortcut().isEmpty())
            continue;
        if (entry.group != group) {
            group = entry.group;
            auto* heading = makeLabel(group, "strong", content);
            heading->setContentsMargins(0, row == 0 ? 0 : space::M, 0, 0);
            grid->addWidget(heading, row++, 0, 1, 2);
        }
        grid->addWidget(makeLabel(entry.action->text().remove(QLatin1Char('&')), "", content), row, 0);
        // What the pointer can do, too, stands behind the key.
        QStringList ways { entry.action->shortcut().toString(QKeySequence::NativeText) };
        if (const QString pointer = entry.action->property("pointer").toString(); !pointer.isEmpty())
            ways.append(pointer);
        grid->addWidget(makeLabel(ways.join(QStringLiteral(", ")), "key", content), row++, 1, Qt::AlignRight);
    }
    grid->setRowStretch(row, 1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(content);
    scroll->setWidgetResizable(true);
    scroll->setAccessibleName(windowTitle());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
}

} // namespace darsena::gui
