// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/editor/code_editor.h"
#include "gui/widgets/text_language.h"

namespace darsena::gui {

/// An editor of any text that is no Dockerfile, coloured where QScintilla knows its language.
class LanguageEditor : public CodeEditor {
    Q_OBJECT
public:
    explicit LanguageEditor(const Theme& theme, QWidget* parent = nullptr);

    void setLanguage(TextLanguage language);
    TextLanguage language() const { return m_language; }

protected:
    void applyTheme() override;

private:
    TextLanguage m_language = TextLanguage::Plain;
    QsciLexer* m_lexer = nullptr;
};

} // namespace darsena::gui
