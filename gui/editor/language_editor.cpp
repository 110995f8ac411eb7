// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/language_editor.h"

#include "gui/theme/theme.h"

#include <Qsci/qscilexer.h>

namespace darsena::gui {

LanguageEditor::LanguageEditor(const Theme& theme, QWidget* parent)
    : CodeEditor(theme, parent)
{
}

void LanguageEditor::setLanguage(TextLanguage language)
{
    if (language == m_language)
        return;
    m_language = language;
    setCommentPrefix(commentPrefixOf(language));
    QsciLexer* old = m_lexer;
    m_lexer = makeLexer(language, this);
    setLexer(m_lexer);
    delete old;
    if (language == TextLanguage::Yaml) {
        setIndentationWidth(2);
        setTabWidth(2);
    } else if (language == TextLanguage::Makefile || language == TextLanguage::Go) {
        setIndentationsUseTabs(true);
    }
    showFolds(m_lexer != nullptr && language != TextLanguage::Ignore && language != TextLanguage::Markdown);
    applyTheme();
}

void LanguageEditor::applyTheme()
{
    if (m_lexer)
        paintLexer(*m_lexer, m_language, theme());
    CodeEditor::applyTheme();
}

} // namespace darsena::gui
