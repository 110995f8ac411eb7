// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"

#include <QString>

class QAbstractItemView;
class QAction;
class QBoxLayout;
class QFrame;
class QHeaderView;
class QLabel;
class QPushButton;
class QTableView;
class QToolButton;
class QTreeView;
class QWidget;

namespace darsena::gui {

class Settings;

/// Says what a widget is, for the style sheet: "primary", "danger", "link" (buttons); "muted", "small", "title",
/// "heading", "strong", "failed", "wait", "key", "badge" (labels); "card", "bar", "surface", "rule" (frames); "chip",
/// "rail" (tool buttons).
void setLook(QWidget* widget, const char* look);

/// A label with a look; it never shows rich text unless asked to (its text may come from a container).
QLabel* makeLabel(const QString& text, const char* look = "", QWidget* parent = nullptr);
/// An ordinary button of a tool row; look "primary" for the one main action of a page.
QPushButton* makeButton(const QString& text, const QIcon& icon = {}, const char* look = "", QWidget* parent = nullptr);
/// A flat 16 px icon button that shows an action: text as tool tip (with shortcut) and accessible name, kept in step.
QToolButton* makeIconButton(QAction* action, QWidget* parent = nullptr);
/// A one-pixel line.
QFrame* makeRule(Qt::Orientation orientation, QWidget* parent = nullptr);
/// The row of tools below the top bar: 48 px, surface, line below. Returns its layout.
QBoxLayout* makeToolRow(QWidget* row);

/// Tables as the drawings have them: rows, no grid, no frame, row selection, sorted by click, quiet header.
void setUpTable(QTableView* view, const QString& accessibleName);
void setUpTree(QTreeView* view, const QString& accessibleName);

/// Makes columns whose title is cut wide enough for it: titles differ in length from language to language.
void widenToTitles(QHeaderView* header);

/// Restores the header's columns and sorting under this name, and keeps them when they change.
void rememberHeader(QHeaderView* header, Settings& settings, const QString& name);

/// The state marks of the whole studio: told apart by shape, not only by colour.
enum class Mark { None, Unknown, WillRun, Cached, Running, Done, Failed, Skipped, Idle };
/// Paints a mark centred in @p box, about @p size px.
void paintMark(QPainter& painter, const QRectF& box, Mark mark, const Tokens& tokens, qreal size = 9);
/// The word for a mark, translated: "cached", "running"…
QString markName(Mark mark);
/// The colour of text that speaks of this mark.
QColor markTextColour(Mark mark, const Tokens& tokens);

} // namespace darsena::gui
