// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/code_editor.h"

#include "gui/theme/theme.h"

namespace darsena::gui {

CodeEditor::CodeEditor(const Theme& theme, QWidget* parent)
    : QsciScintilla(parent)
    , m_theme(theme)
{
    setFrameShape(QFrame::NoFrame);
    setUtf8(true);
    setEolMode(QsciScintilla::EolUnix);
    setAutoIndent(true);
    setIndentationsUseTabs(false);
    setIndentationWidth(4);
    setTabWidth(4);
    setBackspaceUnindents(true);
    setBraceMatching(QsciScintilla::SloppyBraceMatch);
    setWrapMode(QsciScintilla::WrapNone);
    setScrollWidth(200);
    setScrollWidthTracking(true);
    setExtraAscent(2);
    setExtraDescent(2);
    setCaretLineVisible(true);
    setMarginType(0, QsciScintilla::NumberMargin);
    setMarginWidth(1, 0);
    setMarginWidth(2, 0);
    SendScintilla(SCI_SETMARGINLEFT, 0UL, 8L);
    SendScintilla(SCI_SETSCROLLWIDTHTRACKING, 1UL);
    SendScintilla(SCI_SETMULTIPLESELECTION, 1UL);
    SendScintilla(SCI_SETADDITIONALSELECTIONTYPING, 1UL);
    SendScintilla(SCI_SETCARETLINEVISIBLEALWAYS, 1UL);
    // Keys of the window's own commands: Scintilla would take Ctrl+L (cut line) and Ctrl+T (swap lines) before it.
    for (const int key : { 'B', 'K', 'L', 'T', 'U', 'D' })
        SendScintilla(SCI_CLEARCMDKEY, ulong(key + (SCMOD_CTRL << 16)));

    connect(this, &QsciScintilla::textChanged, this, [this] { ++m_revision; });
    connect(this, &QsciScintilla::cursorPositionChanged, this, [this](int line, int) {
        if (line + 1 == m_lastLine)
            return;
        m_lastLine = line + 1;
        if (!m_quiet)
            Q_EMIT currentLineChanged(m_lastLine);
    });
    connect(&theme, &Theme::changed, this, [this] { applyTheme(); });
    CodeEditor::applyTheme();
}

std::string CodeEditor::bytes() const
{
    const auto size = std::size_t(SendScintilla(SCI_GETLENGTH));
    const auto* text = static_cast<const char*>(SendScintillaPtrResult(SCI_GETCHARACTERPOINTER));
    return std::string(text, size);
}

void CodeEditor::setBytes(std::string_view text)
{
    m_quiet = true;
    SendScintilla(SCI_CLEARALL);
    SendScintilla(SCI_APPENDTEXT, ulong(text.size()), text.data());
    SendScintilla(SCI_EMPTYUNDOBUFFER);
    SendScintilla(SCI_SETSAVEPOINT);
    SendScintilla(SCI_GOTOPOS, 0UL);
    m_lastLine = 1;
    m_quiet = false;
}

void CodeEditor::replaceBytes(std::string_view text, bool saved)
{
    const int line = currentLine();
    const auto first = SendScintilla(SCI_GETFIRSTVISIBLELINE);
    m_quiet = true;
    SendScintilla(SCI_BEGINUNDOACTION);
    SendScintilla(SCI_CLEARALL);
    SendScintilla(SCI_APPENDTEXT, ulong(text.size()), text.data());
    SendScintilla(SCI_ENDUNDOACTION);
    if (saved)
        SendScintilla(SCI_SETSAVEPOINT);
    SendScintilla(SCI_GOTOLINE, ulong(line - 1));
    SendScintilla(SCI_SETFIRSTVISIBLELINE, ulong(first));
    m_quiet = false;
}

int CodeEditor::currentLine() const
{
    int line = 0;
    int index = 0;
    getCursorPosition(&line, &index);
    return line + 1;
}

void CodeEditor::goToLine(int line)
{
    m_quiet = true;
    SendScintilla(SCI_GOTOLINE, ulong(std::max(0, line - 1)));
    const auto visible = SendScintilla(SCI_LINESONSCREEN);
    const auto first = SendScintilla(SCI_GETFIRSTVISIBLELINE);
    if (line - 1 < first || line - 1 >= first + visible)
        SendScintilla(SCI_SETFIRSTVISIBLELINE, ulong(std::max<long>(0, line - 1 - visible / 3)));
    m_quiet = false;
}

void CodeEditor::applyTheme()
{
    const Tokens& tokens = m_theme.tokens();
    const QColor paper = tokens.dark ? mixed(tokens.page, tokens.surface, 0.4) : tokens.surface;
    setFont(m_theme.monospacePoints(type::Base));
    setPaper(paper);
    setColor(tokens.text);
    applyMargins(paper);
    setFoldMarginColors(paper, paper);
    setCaretForegroundColor(tokens.accent);
    setCaretLineBackgroundColor(tokens.accentSoft);
    setCaretWidth(2);
    setSelectionBackgroundColor(mixed(paper, tokens.accent, tokens.dark ? 0.38 : 0.25));
    resetSelectionForegroundColor();
    setMatchedBraceBackgroundColor(mixed(paper, tokens.accent, 0.3));
    setMatchedBraceForegroundColor(tokens.text);
    setUnmatchedBraceBackgroundColor(tokens.failedSoft);
    setUnmatchedBraceForegroundColor(tokens.failedText);
}

void CodeEditor::applyMargins(const QColor& paper)
{
    setMarginsFont(m_theme.monospacePoints(12));
    setMarginsForegroundColor(m_theme.tokens().faint);
    setMarginsBackgroundColor(paper);
    setMarginWidth(0, QStringLiteral("00000"));
}

} // namespace darsena::gui
