// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/content/text_pane.h"

#include <Qsci/qscilexer.h>

#include <QKeyEvent>
#include <QScrollBar>

namespace darsena::gui {

namespace {
constexpr int PartIndicator = 8;
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
    connect(verticalScrollBar(), &QScrollBar::valueChanged, this, &TextPane::labelVisibleLines);
    applyTheme();
}

void TextPane::setContent(std::string_view utf8, TextLanguage language)
{
    setReadOnly(false);
    setLineLabels({});
    SendScintilla(SCI_CLEARALL); // and the marks with it
    // While there is no text to be coloured again with every style.
    if (language != m_language) {
        QsciLexer* old = m_lexer;
        m_language = language;
        m_lexer = makeLexer(language, this);
        setLexer(m_lexer);
        delete old;
        applyTheme();
    }
    SendScintilla(SCI_SETSCROLLWIDTH, 200UL);
    SendScintilla(SCI_ALLOCATE, static_cast<unsigned long>(utf8.size() + 4096));
    SendScintilla(SCI_APPENDTEXT, static_cast<unsigned long>(utf8.size()), utf8.data());
    SendScintilla(SCI_GOTOPOS, 0UL);
    setReadOnly(true);
    fitMargin();
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

void TextPane::markPart(int line, std::size_t begin, std::size_t end)
{
    const long start = SendScintilla(SCI_POSITIONFROMLINE, static_cast<unsigned long>(line));
    const long stop = SendScintilla(SCI_GETLINEENDPOSITION, static_cast<unsigned long>(line));
    const long from = std::min(start + static_cast<long>(begin), stop);
    const long length = std::min(start + static_cast<long>(end), stop) - from;
    SendScintilla(SCI_SETINDICATORCURRENT, static_cast<unsigned long>(PartIndicator));
    if (length > 0)
        SendScintilla(SCI_INDICATORFILLRANGE, static_cast<unsigned long>(from), length);
}

void TextPane::goToLine(int line)
{
    SendScintilla(SCI_GOTOLINE, static_cast<unsigned long>(std::max(0, line)));
    const long third = SendScintilla(SCI_LINESONSCREEN) / 3;
    SendScintilla(SCI_SETFIRSTVISIBLELINE, static_cast<unsigned long>(std::max<long>(0, line - third)));
}

void TextPane::setLineLabels(const QStringList& labels)
{
    if (labels.isEmpty() && m_labels.isEmpty())
        return;
    clearMarginText(-1);
    m_labels = labels;
    m_labelled.assign(static_cast<std::size_t>(labels.size()), false);
    setMarginType(0, m_labels.isEmpty() ? NumberMargin : TextMarginRightJustified);
    fitMargin();
    labelVisibleLines();
}

void TextPane::labelVisibleLines()
{
    // Tens of thousands at once would take longer than a frame.
    if (m_labels.isEmpty())
        return;
    const long first = SendScintilla(SCI_GETFIRSTVISIBLELINE);
    const long end = std::min<long>(first + SendScintilla(SCI_LINESONSCREEN) + 2, static_cast<long>(m_labels.size()));
    for (long line = first; line < end; ++line) {
        if (m_labelled[static_cast<std::size_t>(line)])
            continue;
        m_labelled[static_cast<std::size_t>(line)] = true;
        setMarginText(static_cast<int>(line), m_labels[line], LabelStyle);
    }
}

void TextPane::fitMargin()
{
    setMarginWidth(0, QString(std::max(3, static_cast<int>(QString::number(lines()).size())) + (m_labels.isEmpty() ? 1 : 3), u'0'));
}

void TextPane::resizeEvent(QResizeEvent* event)
{
    QsciScintilla::resizeEvent(event);
    labelVisibleLines();
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
    SendScintilla(SCI_INDICSETSTYLE, static_cast<unsigned long>(PartIndicator), static_cast<long>(INDIC_STRAIGHTBOX));
    SendScintilla(SCI_INDICSETUNDER, static_cast<unsigned long>(PartIndicator), 1L);
    SendScintilla(SCI_INDICSETFORE, static_cast<unsigned long>(PartIndicator), t.wait);
    SendScintilla(SCI_INDICSETALPHA, static_cast<unsigned long>(PartIndicator), t.dark ? 70L : 60L);
    SendScintilla(SCI_INDICSETOUTLINEALPHA, static_cast<unsigned long>(PartIndicator), 160L);
    fitMargin();
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
