// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"
#include "gui/widgets/text_language.h"

#include <Qsci/qsciscintilla.h>

#include <string_view>

namespace darsena::gui {

/// A text to be read: coloured, selected and copied, not changed. Tab leaves it.
class TextPane : public QsciScintilla {
    Q_OBJECT
public:
    explicit TextPane(const Theme& theme, QWidget* parent = nullptr);

    void setContent(std::string_view utf8, TextLanguage language);
    std::string content() const;

    /// Marks of whole lines; a line may have one.
    enum class LineMark { Added, Removed, Changed, Filler };
    void markLine(int line, LineMark mark); ///< from 0
    void clearMarks();
    /// What stands at the left of a line instead of its number; shown once any is set.
    void setLineLabels(const QStringList& labels);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void applyTheme();

    const Theme& m_theme;
    TextLanguage m_language = TextLanguage::Plain;
    QsciLexer* m_lexer = nullptr;
    bool m_labels = false;
};

} // namespace darsena::gui
