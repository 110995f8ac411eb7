// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/editor/highlight.h"

#include <Qsci/qscilexercustom.h>

namespace darsena::gui {

class Theme;

/// Puts core/dockerfile's tokens into Scintilla's styles. The text is parsed anew when it has changed and its runs are
/// kept, so that scrolling costs nothing.
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

    /// The text has changed: forget the runs.
    void invalidate() { m_valid = false; }
    /// The theme has changed.
    void refresh();

private:
    const Theme& m_theme;
    std::vector<StyleRun> m_runs;
    bool m_valid = false;
};

} // namespace darsena::gui
