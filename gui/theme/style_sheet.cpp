// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/theme/theme.h"

namespace darsena::gui {
namespace {

/// Widgets say what they are through the dynamic property "look" (gui/widgets sets it): primary, ghost, quiet, card,
/// bar, muted, mono, chip … $name is a token.
const char* const Sheet = R"(
QWidget { outline: 0; }
QToolTip { background: $raised; color: $text; border: 1px solid $lineStrong; padding: 6px 8px; }

QPushButton { background: $surface; color: $text; border: 1px solid $lineStrong; border-radius: 6px; padding: 5px 12px; min-height: 18px; }
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $faint; border-color: $line; }
QPushButton[look="primary"] { background: $accentFill; color: $onAccent; border: 1px solid $accentFill; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $accentHover; border-color: $accentHover; }
QPushButton[look="primary"]:focus { border: 1px solid $text; }
QPushButton[look="primary"]:disabled { background: $raised; border-color: $line; color: $faint; }
QPushButton[look="danger"] { color: $failedText; }
QPushButton[look="link"] { background: transparent; border: none; color: $accentText; padding: 2px 4px; }
QPushButton[look="link"]:hover, QPushButton[look="link"]:focus { text-decoration: underline; }

QToolButton { background: transparent; color: $muted; border: 1px solid transparent; border-radius: 6px; padding: 4px 6px; }
QToolButton:hover { background: $raised; color: $text; }
QToolButton:pressed, QToolButton:checked { background: $accentSoft; color: $accentText; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QToolButton::menu-indicator { image: none; width: 0; }
QToolButton[look="rail"] { font-size: 10px; padding: 5px 2px 4px 2px; border-radius: 8px; }
QToolButton[look="rail"]:checked { background: $accentSoft; color: $accentText; }
QToolButton[look="chip"] { background: $surface; color: $text; border: 1px solid $lineStrong; padding: 5px 10px; }
QToolButton[look="chip"]:hover { background: $raised; }
QToolButton[look="chip"]:focus { border-color: $accent; }

QToolButton[look="added"], QToolButton[look="changed"], QToolButton[look="metadata"], QToolButton[look="removed"], QToolButton[look="same"] { background: transparent; border: 1px solid $line; border-radius: 11px; padding: 2px 7px; color: $muted; font-size: 11px; }
QToolButton[look="added"]:checked { border-color: $running; color: $runningText; }
QToolButton[look="changed"]:checked { border-color: $wait; color: $waitText; }
QToolButton[look="metadata"]:checked { border-color: $cached; color: $cachedText; }
QToolButton[look="removed"]:checked { border-color: $failed; color: $failedText; }
QToolButton[look="same"]:checked { border-color: $lineStrong; color: $text; }
QToolButton[look="added"]:focus, QToolButton[look="changed"]:focus, QToolButton[look="metadata"]:focus, QToolButton[look="removed"]:focus, QToolButton[look="same"]:focus { background: $accentSoft; }

QLineEdit, QPlainTextEdit[look="input"], QComboBox, QSpinBox { background: $page; color: $text; border: 1px solid $lineStrong; border-radius: 6px; padding: 4px 8px; min-height: 20px; selection-background-color: $accentFill; selection-color: $onAccent; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus { border-color: $accent; }
QLineEdit[look="failed"], QLineEdit[look="failed"]:focus { border-color: $failed; }
QLineEdit:disabled { color: $faint; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(:/darsena/icons/$arrow-down.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $lineStrong; selection-background-color: $accentSoft; selection-color: $text; padding: 4px; }
QComboBox[look="quiet"] { background: transparent; border-color: transparent; }
QComboBox[look="quiet"]:hover, QComboBox[look="quiet"]:focus { border-color: $lineStrong; }

QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $lineStrong; border-radius: 4px; background: $page; }
QCheckBox::indicator:hover, QCheckBox:focus::indicator { border-color: $accent; }
QCheckBox::indicator:checked { background: $accentFill; border-color: $accentFill; image: url(:/darsena/icons/$check.svg); }
QCheckBox:focus::indicator:checked { border-color: $text; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid $lineStrong; border-radius: 8px; background: $page; }
QRadioButton::indicator:hover, QRadioButton:focus::indicator { border-color: $accent; }
QRadioButton::indicator:checked { border-color: $accentFill; background: qradialgradient(cx: 0.5, cy: 0.5, radius: 0.5, fx: 0.5, fy: 0.5, stop: 0 $onAccent, stop: 0.42 $onAccent, stop: 0.5 $accentFill, stop: 1 $accentFill); }
QRadioButton:focus::indicator:checked { border-color: $text; }
QRadioButton:disabled { color: $faint; }

QMenu { background: $surface; color: $text; border: 1px solid $lineStrong; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accentSoft; color: $text; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QAbstractScrollArea { background: $surface; border: none; }
QAbstractItemView { background: $surface; alternate-background-color: $surface; color: $text; border: none; selection-background-color: $accentSoft; selection-color: $text; gridline-color: $line; }
QAbstractItemView::item { border: none; padding: 0 8px; }
QAbstractItemView::item:hover { background: $raised; }
QAbstractItemView::item:selected { background: $accentSoft; color: $text; }
QTableView::item, QTreeView[look="table"]::item { border-bottom: 1px solid $line; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section { background: $surface; color: $muted; border: none; border-bottom: 1px solid $line; padding: 6px 8px; font-size: 11px; font-weight: 500; }
QTableView QHeaderView::section:horizontal:first { padding-left: 16px; }
QTableCornerButton::section { background: $surface; border: none; }

QTabBar { background: $surface; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent; padding: 8px 10px 7px 10px; }
QTabBar#side::tab { padding: 8px 7px 7px 7px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:selected:focus { background: $accentSoft; }
QTabBar::close-button { image: url(:/darsena/icons/$close.svg); width: 12px; height: 12px; }
QTabBar QToolButton { padding: 0; border-radius: 4px; }
QTabBar QToolButton::left-arrow { image: url(:/darsena/icons/$arrow-left.svg); width: 12px; height: 12px; }
QTabBar QToolButton::right-arrow { image: url(:/darsena/icons/$arrow-right.svg); width: 12px; height: 12px; }
QTabWidget::pane { border: none; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $lineStrong; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; margin: 1px 2px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 2px 1px; }
QScrollBar::handle:hover { background: $faint; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QSplitter::handle { background: $line; }
QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QDialog { background: $surface; }
QFrame[look="surface"], QWidget[look="surface"] { background: $surface; }
QFrame[look="card"] { background: $surface; border: 1px solid $line; border-radius: 6px; }
QFrame[look="bar"], QWidget[look="bar"] { background: $surface; border: none; border-bottom: 1px solid $line; }
QWidget[look="railbar"] { background: $surface; border: none; border-right: 1px solid $line; }
QWidget[look="statusbar"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[look="rule"] { background: $line; border: none; }
QFrame[look="problem"] { background: $failedSoft; border: 1px solid $failed; border-radius: 6px; }
QFrame[look="notice"] { background: $waitSoft; border: 1px solid $wait; border-radius: 6px; }

QLabel { background: transparent; color: $text; }
QLabel:disabled { color: $faint; }
QLabel[look="muted"] { color: $muted; }
QLabel[look="small"] { color: $muted; font-size: 11px; }
QLabel[look="title"] { font-size: 16px; font-weight: 600; }
QLabel[look="heading"] { font-size: 22px; font-weight: 600; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="failed"] { color: $failedText; }
QLabel[look="wait"] { color: $waitText; }
QLabel[look="key"] { color: $muted; border: 1px solid $lineStrong; border-radius: 4px; padding: 1px 6px; font-size: 11px; }
QLabel[look="badge"] { color: $muted; background: $raised; border: 1px solid $line; border-radius: 8px; padding: 0 6px; font-size: 11px; }
)";

} // namespace

QString styleSheet(const Tokens& t)
{
    const std::initializer_list<std::pair<const char*, QString>> values = {
        // Longer names first: "$line" is the beginning of "$lineStrong".
        { "$lineStrong", t.lineStrong.name() },
        { "$line", t.line.name() },
        { "$page", t.page.name() },
        { "$surface", t.surface.name() },
        { "$raised", t.raised.name() },
        { "$text", t.text.name() },
        { "$muted", t.muted.name() },
        { "$faint", t.faint.name() },
        { "$accentText", t.accentText.name() },
        { "$accentFill", t.accentFill.name() },
        { "$accentSoft", t.accentSoft.name() },
        { "$accentHover", mixed(t.accentFill, t.dark ? QColor(Qt::white) : QColor(Qt::black), 0.12).name() },
        { "$accent", t.accent.name() },
        { "$onAccent", t.onAccent.name() },
        { "$runningText", t.runningText.name() },
        { "$running", t.running.name() },
        { "$cachedText", t.cachedText.name() },
        { "$cached", t.cached.name() },
        { "$failedText", t.failedText.name() },
        { "$failedSoft", t.failedSoft.name() },
        { "$failed", t.failed.name() },
        { "$waitText", t.waitText.name() },
        { "$waitSoft", t.waitSoft.name() },
        { "$wait", t.wait.name() },
        { "$arrow-down", t.dark ? QStringLiteral("arrow-down-on-dark") : QStringLiteral("arrow-down-on-light") },
        { "$arrow-left", t.dark ? QStringLiteral("arrow-left-on-dark") : QStringLiteral("arrow-left-on-light") },
        { "$arrow-right", t.dark ? QStringLiteral("arrow-right-on-dark") : QStringLiteral("arrow-right-on-light") },
        { "$check", t.dark ? QStringLiteral("check-on-dark") : QStringLiteral("check-on-light") },
        { "$close", t.dark ? QStringLiteral("close-on-dark") : QStringLiteral("close-on-light") },
    };
    QString sheet = QString::fromUtf8(Sheet);
    for (const auto& [name, value] : values)
        sheet.replace(QLatin1String(name), value);
    return sheet;
}

} // namespace darsena::gui
