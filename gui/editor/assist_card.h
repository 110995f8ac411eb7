// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QLabel;

namespace darsena::gui {

class Theme;

/// A small window of Markdown beside the text: what something is, what an instruction takes. It never has the focus.
class AssistCard : public QFrame {
    Q_OBJECT
public:
    AssistCard(const Theme& theme, QWidget* parent);

    /// @p anchor: the place in question, in global coordinates; the card stands below it, above if @p above (or where
    /// there is no room).
    void showMarkdown(const QString& markdown, const QRect& anchor, bool above = false);
    QString markdown() const { return m_markdown; }

private:
    void applyTheme();

    const Theme& m_theme;
    QLabel* m_label;
    QString m_markdown;
};

} // namespace darsena::gui
