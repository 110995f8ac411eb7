// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/editor/highlight.h"

#include <Qsci/qscilexercustom.h>

namespace darsena::gui {

class Theme;

/// Puts core/dockerfile's tokens into Scintilla's styles. It remembers where instructions begin, and after a change reads
/// from the one before it to the end of what is to be shown: a key costs the same in a long file as in a short one.
class DockerfileLexer : public QsciLexerCustom {
    Q_OBJECT
public:
    explicit DockerfileLexer(const Theme& theme, QObject* parent = nullptr);

    const char* language() const override { return "Dockerfile"; }
    QString description(int style) const override;
    QColor defaultColor(int style) const override;
    QColor defaultPaper(int style) const override;
    QFont defaultFont(int style) const override;
    void styleText(int start, int end) override;

    /// The text has changed from this byte on.
    void textModified(std::size_t position);
    /// The theme has changed.
    void refresh();

private:
    const Theme& m_theme;
    /// Where instructions begin, as far as the text has been read, in order. What stands before a place is what decides
    /// that an instruction begins there, so a change leaves those before it true.
    std::vector<std::size_t> m_starts;
    char m_escape = '\\';
};

} // namespace darsena::gui
