// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/text_pane.h"

#include <Qsci/qscilexer.h>

#include <QKeyEvent>

namespace darsena::gui {

namespace {
constexpr int LabelStyle = 60; // beyond those of lexers that count theirs from 0, below Scintilla's own at 32 … 39 + 20
} // namespace

TextPane::TextPane(const Theme& theme, QWidget* parent)
    : QsciScintilla(parent)
    , m_theme(theme)
{
    setFrameShape(QFrame::NoFrame);
    setUtf8(true);
    setReadOnly(true);
    setWrapMode(WrapNone);
    setScrollWidth(200);
    setScrollWidthTracking(true);
    setExtraAscent(1);
    setExtraDescent(1);
    setTabWidth(4);
    setCaretLineVisible(true);
    setMarginType(0, NumberMargin);
    setMarginWidth(1, 0);
    setMarginWidth(2, 0);
    setFolding(NoFoldStyle);
    SendScintilla(SCI_SETMARGINLEFT, 0UL, 8L);
    SendScintilla(SCI_SETUNDOCOLLECTION, 0UL);
    for (int mark = 0; mark <= static_cast<int>(LineMark::Filler); ++mark)
        markerDefine(Background, mark);
    connect(&theme, &Theme::changed, this, &TextPane::applyTheme);
    applyTheme();
}

void TextPane::setContent(std::string_view utf8, TextLanguage language)
{
    setReadOnly(false);
    clearMarks();
    setLineLabels({});
    SendScintilla(SCI_CLEARALL);
    SendScintilla(SCI_SETSCROLLWIDTH, 200UL);
    SendScintilla(SCI_ALLOCATE, static_cast<unsigned long>(utf8.size() + 4096));
    SendScintilla(SCI_APPENDTEXT, static_cast<unsigned long>(utf8.size()), utf8.data());
    SendScintilla(SCI_GOTOPOS, 0UL);
    setReadOnly(true);
    if (language != m_language) {
        QsciLexer* old = m_lexer;
        m_language = language;
        m_lexer = makeLexer(language, this);
        setLexer(m_lexer);
        delete old;
    }
    applyTheme();
}

std::string TextPane::content() const
{
    const auto size = static_cast<std::size_t>(SendScintilla(SCI_GETLENGTH));
    return std::string(static_cast<const char*>(SendScintillaPtrResult(SCI_GETCHARACTERPOINTER)), size);
}

void TextPane::markLine(int line, LineMark mark)
{
    markerAdd(line, static_cast<int>(mark));
}

void TextPane::clearMarks()
{
    markerDeleteAll(-1);
}

void TextPane::setLineLabels(const QStringList& labels)
{
    m_labels = !labels.isEmpty();
    setMarginType(0, m_labels ? TextMarginRightJustified : NumberMargin);
    clearMarginText(-1);
    for (int line = 0; line < static_cast<int>(labels.size()); ++line)
        setMarginText(line, labels[line], LabelStyle);
    applyTheme();
}

void TextPane::applyTheme()
{
    const Tokens& t = m_theme.tokens();
    const QColor paper = t.dark ? mixed(t.page, t.surface, 0.4) : t.surface;
    if (m_lexer)
        paintLexer(*m_lexer, m_language, m_theme);
    setFont(m_theme.monospacePoints(type::Base - 1));
    setPaper(paper);
    setColor(t.text);
    setMarginsFont(m_theme.monospacePoints(type::Small));
    setMarginsBackgroundColor(paper);
    setMarginsForegroundColor(t.faint);
    const QByteArray family = m_theme.monospacePoints(type::Small).family().toUtf8();
    SendScintilla(SCI_STYLESETFONT, static_cast<unsigned long>(LabelStyle), family.constData());
    SendScintilla(SCI_STYLESETSIZEFRACTIONAL, static_cast<unsigned long>(LabelStyle), static_cast<long>(m_theme.monospacePoints(type::Small).pointSizeF() * 100));
    SendScintilla(SCI_STYLESETFORE, static_cast<unsigned long>(LabelStyle), t.muted);
    SendScintilla(SCI_STYLESETBACK, static_cast<unsigned long>(LabelStyle), paper);
    setMarginWidth(0, QString(std::max(3, static_cast<int>(QString::number(lines()).size())) + (m_labels ? 2 : 1), u'0'));
    setCaretForegroundColor(t.accent);
    setCaretLineBackgroundColor(t.raised);
    setSelectionBackgroundColor(mixed(paper, t.accent, t.dark ? 0.38 : 0.25));
    resetSelectionForegroundColor();
    // Text keeps its contrast on these: they are little more than the paper.
    const double share = t.dark ? 0.22 : 0.16;
    const QColor colours[] = { mixed(paper, t.running, share), mixed(paper, t.failed, share), mixed(paper, t.wait, share), mixed(paper, t.lineStrong, 0.35) };
    for (int mark = 0; mark <= static_cast<int>(LineMark::Filler); ++mark)
        setMarkerBackgroundColor(colours[mark], mark);
}

bool TextPane::event(QEvent* event)
{
    // Scintilla claims Escape, which belongs to the page: nothing can be cancelled in a text that only is read.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
        return false;
    return QsciScintilla::event(event);
}

void TextPane::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Tab || event->key() == Qt::Key_Backtab) {
        focusNextPrevChild(event->key() == Qt::Key_Tab && !event->modifiers().testFlag(Qt::ShiftModifier));
        return;
    }
    if (event->key() == Qt::Key_Escape) {
        event->ignore();
        return;
    }
    QsciScintilla::keyPressEvent(event);
}

} // namespace darsena::gui
