// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/theme/theme.h"
#include "gui/widgets/text_language.h"

#include <Qsci/qsciscintilla.h>

#include <string_view>
#include <vector>

namespace darsena::gui {

/// A text to be read: coloured, selected and copied, not changed. Tab leaves it.
class TextPane : public QsciScintilla {
    Q_OBJECT
public:
    explicit TextPane(const Theme& theme, QWidget* parent = nullptr);

    void setContent(std::string_view utf8, TextLanguage language);
    std::string content() const;

    /// Marks of whole lines; a line may have one. Another content has none.
    enum class LineMark { Added, Removed, Changed, Filler };
    void markLine(int line, LineMark mark); ///< from 0
    /// Marks bytes [begin, end) of a line as what differs in it.
    void markPart(int line, std::size_t begin, std::size_t end);
    /// What stands at the left of a line instead of its number; shown once any is set.
    void setLineLabels(const QStringList& labels); ///< after the content

    /// Moves the caret to a line (from 0) and shows it in the upper third.
    void goToLine(int line);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    void applyTheme();
    void fitMargin();
    void labelVisibleLines();

    const Theme& m_theme;
    TextLanguage m_language = TextLanguage::Plain;
    QsciLexer* m_lexer = nullptr;
    QStringList m_labels;
    std::vector<bool> m_labelled; ///< lines whose label Scintilla has
};

} // namespace darsena::gui
