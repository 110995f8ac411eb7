// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qsci/qscilexercustom.h>

namespace darsena::gui {

/// Colours a .dockerignore: comments, "!", and what is not a letter of a path (* ? [ ] \). A line at a time.
class IgnoreLexer : public QsciLexerCustom {
    Q_OBJECT
public:
    using QsciLexerCustom::QsciLexerCustom;

    const char* language() const override { return "Ignore"; }
    QString description(int style) const override;
    void styleText(int start, int end) override;
};

} // namespace darsena::gui
