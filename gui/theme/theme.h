// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/theme_mode.h"
#include "gui/theme/tokens.h"

#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>

class QApplication;

namespace darsena::gui {

/// The look of the studio: one palette and one style sheet, both generated from Tokens, put on the application; and
/// the icons. Made once by the composition root, handed to who paints; GUI thread only.
/// A widget that paints with tokens itself repaints on changed().
class Theme : public QObject {
    Q_OBJECT
public:
    using Mode = ThemeMode;

    /// Applies the mode at once. @p application must outlive the theme.
    explicit Theme(QApplication& application, ThemeMode mode = ThemeMode::System, QObject* parent = nullptr);

    ThemeMode mode() const { return m_mode; }
    /// Switches live: every widget is restyled, changed() follows.
    void setMode(darsena::gui::ThemeMode mode);
    bool isDark() const { return m_tokens->dark; }
    const Tokens& tokens() const { return *m_tokens; }

    /// The interface's font at a size of namespace type; weight in QFont's terms.
    QFont font(int pixels = type::Base, QFont::Weight weight = QFont::Normal) const;
    /// JetBrains Mono or the system's: for ids, paths and code.
    QFont monospace(int pixels = type::Base) const;
    /// The same in points, for Scintilla, which reads nothing else.
    QFont monospacePoints(int pixels = type::Base) const;

    /// A one-colour icon that follows the theme by itself. @p name is one of resources/icons or a name of Breeze
    /// (Debian: breeze-icon-theme); an unknown name gives a small square, never an empty icon.
    enum class Ink { Text, Muted, Accent, OnAccent, Running, Cached, Wait, Failed };
    QIcon icon(const QString& name, Ink ink = Ink::Text) const;
    QColor ink(Ink ink) const;

Q_SIGNALS:
    /// After palette, style sheet and tokens have changed.
    void changed();

private:
    void apply();

    QApplication& m_application;
    ThemeMode m_mode;
    const Tokens* m_tokens;
};

/// The style sheet of a set of tokens: pure, for tests.
QString styleSheet(const Tokens& tokens);
/// The palette of a set of tokens: pure, for tests.
QPalette palette(const Tokens& tokens);

} // namespace darsena::gui
