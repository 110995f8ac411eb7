// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/code_editor.h"

#include "core/base/line_diff.h"
#include "gui/theme/theme.h"

#include <Qsci/qscicommandset.h>

#include <QApplication>
#include <QMouseEvent>
#include <QWheelEvent>

namespace darsena::gui {
namespace {

/// More places than this are replaced as one stretch: Scintilla tells every change to everybody.
constexpr std::size_t MaxSingleChanges = 64;
constexpr int FoldMargin = 2, FoldMarginWidth = 14, FoldArrow = 12;
constexpr int MostZoom = 20, LeastZoom = -6;

/// Keys of Scintilla that the studio has other uses for; it would take them before the window does.
constexpr QKeyCombination OurKeys[] = { Qt::CTRL | Qt::Key_B, Qt::CTRL | Qt::Key_D, Qt::CTRL | Qt::Key_K, Qt::CTRL | Qt::Key_L,
    Qt::CTRL | Qt::Key_T, Qt::CTRL | Qt::Key_U, Qt::CTRL | Qt::Key_Slash, Qt::CTRL | Qt::Key_Plus, Qt::CTRL | Qt::Key_Minus,
    Qt::CTRL | Qt::SHIFT | Qt::Key_L, Qt::CTRL | Qt::SHIFT | Qt::Key_T, Qt::CTRL | Qt::SHIFT | Qt::Key_U,
    Qt::CTRL | Qt::Key_BracketLeft, Qt::CTRL | Qt::Key_BracketRight, Qt::CTRL | Qt::SHIFT | Qt::Key_BracketLeft,
    Qt::CTRL | Qt::SHIFT | Qt::Key_BracketRight };

} // namespace

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
    SendScintilla(SCI_SETMULTIPASTE, ulong(SC_MULTIPASTE_EACH));
    SendScintilla(SCI_SETVIRTUALSPACEOPTIONS, ulong(SCVS_RECTANGULARSELECTION));
    for (const QKeyCombination combination : OurKeys) {
        const int key = combination.toCombined();
        QsciCommand* command = standardCommands()->boundTo(key);
        if (command && command->key() == key)
            command->setKey(0);
        else if (command)
            command->setAlternateKey(0);
    }
    for (const int key : { SCK_ADD, SCK_SUBTRACT, SCK_DIVIDE })
        SendScintilla(SCI_CLEARCMDKEY, ulong(key + (SCMOD_CTRL << 16)));

    connect(this, &QsciScintilla::textChanged, this, [this] { ++m_revision; });
    connect(this, &QsciScintillaBase::SCN_MODIFYATTEMPTRO, this, &CodeEditor::refused);
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
    const bool readOnly = isReadOnly();
    setReadOnly(false);
    m_quiet = true;
    SendScintilla(SCI_SETUNDOCOLLECTION, 0UL);
    SendScintilla(SCI_CLEARALL);
    SendScintilla(SCI_ALLOCATE, ulong(text.size() + 4096));
    SendScintilla(SCI_APPENDTEXT, ulong(text.size()), text.data());
    SendScintilla(SCI_SETUNDOCOLLECTION, 1UL);
    SendScintilla(SCI_EMPTYUNDOBUFFER);
    SendScintilla(SCI_SETSAVEPOINT);
    SendScintilla(SCI_GOTOPOS, 0UL);
    m_lastLine = 1;
    m_quiet = false;
    setReadOnly(readOnly);
}

void CodeEditor::replaceBytes(std::string_view text, bool saved)
{
    const std::string before = bytes();
    const auto oldLines = splitLines(before);
    const auto newLines = splitLines(text);
    std::vector<TextChange> changes;
    std::size_t line = 0;
    std::size_t offset = 0;
    for (const LineHunk& hunk : diffLines(oldLines, newLines)) {
        for (; line < hunk.oldBegin; ++line)
            offset += oldLines[line].size();
        TextChange change { offset, offset, {} };
        for (; line < hunk.oldEnd; ++line)
            change.end += oldLines[line].size();
        offset = change.end;
        for (std::size_t i = hunk.newBegin; i < hunk.newEnd; ++i)
            change.replacement += newLines[i];
        changes.push_back(std::move(change));
    }
    m_quiet = true;
    applyChanges(changes);
    if (saved)
        SendScintilla(SCI_SETSAVEPOINT);
    m_lastLine = currentLine();
    m_quiet = false;
}

void CodeEditor::applyChanges(const std::vector<TextChange>& changes)
{
    if (changes.empty())
        return;
    const auto moved = [&changes](long place) {
        long shift = 0;
        for (const TextChange& change : changes) {
            if (long(change.begin) > place)
                break;
            const long length = long(change.replacement.size());
            if (place < long(change.end)) // inside: as far in as there is text
                return long(change.begin) + shift + std::min(place - long(change.begin), length);
            if (long(change.begin) == place && change.begin == change.end)
                break; // inserted at the caret: it stays in front
            shift += length - long(change.end - change.begin);
        }
        return place + shift;
    };
    const long anchor = moved(SendScintilla(SCI_GETANCHOR));
    const long caret = moved(SendScintilla(SCI_GETCURRENTPOS));
    const auto replace = [this](std::size_t begin, std::size_t end, std::string_view with) {
        SendScintilla(SCI_SETTARGETRANGE, ulong(begin), long(end));
        SendScintilla(SCI_REPLACETARGET, ulong(with.size()), with.data());
    };
    SendScintilla(SCI_BEGINUNDOACTION);
    if (changes.size() <= MaxSingleChanges) {
        for (auto change = changes.rbegin(); change != changes.rend(); ++change)
            replace(change->begin, change->end, change->replacement);
    } else {
        std::string all;
        std::size_t at = changes.front().begin;
        for (const TextChange& change : changes) {
            all += bytesOf(at, change.begin);
            all += change.replacement;
            at = change.end;
        }
        replace(changes.front().begin, changes.back().end, all);
    }
    SendScintilla(SCI_ENDUNDOACTION);
    const auto first = SendScintilla(SCI_GETFIRSTVISIBLELINE);
    SendScintilla(SCI_SETSEL, ulong(anchor), caret);
    SendScintilla(SCI_SETFIRSTVISIBLELINE, ulong(first));
}

void CodeEditor::applyOptions(const EditorOptions& options)
{
    setWrapMode(options.wrapLines ? QsciScintilla::WrapWord : QsciScintilla::WrapNone);
    setWrapVisualFlags(QsciScintilla::WrapFlagByText, QsciScintilla::WrapFlagNone, 0);
    setWrapIndentMode(QsciScintilla::WrapIndentIndented);
    setWhitespaceVisibility(options.showWhitespace ? QsciScintilla::WsVisible : QsciScintilla::WsInvisible);
    setIndentationGuides(options.indentGuides);
    m_zoom = std::clamp(options.zoom, LeastZoom, MostZoom);
    zoomTo(m_zoom);
    setMarginWidth(0, QStringLiteral("00000"));
}

std::pair<std::size_t, std::size_t> CodeEditor::selectedRange() const
{
    return { std::size_t(SendScintilla(SCI_GETSELECTIONSTART)), std::size_t(SendScintilla(SCI_GETSELECTIONEND)) };
}

std::string CodeEditor::bytesOf(std::size_t begin, std::size_t end) const
{
    const auto size = std::size_t(SendScintilla(SCI_GETLENGTH));
    end = std::min(end, size);
    if (begin >= end)
        return {};
    const auto* text = reinterpret_cast<const char*>(SendScintilla(SCI_GETRANGEPOINTER, ulong(begin), long(end - begin)));
    return std::string(text, end - begin);
}

void CodeEditor::selectRange(std::size_t begin, std::size_t end)
{
    SendScintilla(SCI_ENSUREVISIBLEENFORCEPOLICY, ulong(SendScintilla(SCI_LINEFROMPOSITION, ulong(begin))));
    SendScintilla(SCI_SETSEL, ulong(begin), long(end));
    // In the middle rather than at the edge, as far as it was not to be seen at all.
    SendScintilla(SCI_SCROLLCARET);
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
    SendScintilla(SCI_ENSUREVISIBLE, ulong(std::max(0, line - 1)));
    SendScintilla(SCI_GOTOLINE, ulong(std::max(0, line - 1)));
    const auto row = SendScintilla(SCI_VISIBLEFROMDOCLINE, ulong(std::max(0, line - 1)));
    const auto visible = SendScintilla(SCI_LINESONSCREEN);
    const auto first = SendScintilla(SCI_GETFIRSTVISIBLELINE);
    if (row < first || row >= first + visible)
        SendScintilla(SCI_SETFIRSTVISIBLELINE, ulong(std::max<long>(0, row - visible / 3)));
    m_quiet = false;
}

void CodeEditor::foldAtCaret(bool close)
{
    long line = currentLine() - 1;
    const auto isHeader
        = [this](long at) { return (SendScintilla(SCI_GETFOLDLEVEL, ulong(at)) & SC_FOLDLEVELHEADERFLAG) != 0; };
    const auto isOpen = [this](long at) { return SendScintilla(SCI_GETFOLDEXPANDED, ulong(at)) != 0; };
    // What begins here, else what we are in; a second time what that is in.
    while (line >= 0 && !(isHeader(line) && isOpen(line) == close))
        line = SendScintilla(SCI_GETFOLDPARENT, ulong(line));
    if (line < 0)
        return;
    SendScintilla(SCI_FOLDLINE, ulong(line), long(close ? SC_FOLDACTION_CONTRACT : SC_FOLDACTION_EXPAND));
    if (close)
        SendScintilla(SCI_GOTOLINE, ulong(line));
}

std::vector<CodeEditor::Selection> CodeEditor::selections() const
{
    std::vector<Selection> all;
    const auto count = SendScintilla(SCI_GETSELECTIONS);
    for (long i = 0; i < count; ++i)
        all.push_back({ SendScintilla(SCI_GETSELECTIONNANCHOR, ulong(i)), SendScintilla(SCI_GETSELECTIONNCARET, ulong(i)) });
    return all;
}

void CodeEditor::mousePressEvent(QMouseEvent* event)
{
    m_beforeClick.clear();
    if (event->button() == Qt::LeftButton && event->modifiers() == Qt::AltModifier) {
        m_beforeClick = selections();
        m_clickAt = event->pos();
    }
    QsciScintilla::mousePressEvent(event);
}

void CodeEditor::mouseReleaseEvent(QMouseEvent* event)
{
    QsciScintilla::mouseReleaseEvent(event);
    // Alt and a drag select a rectangle; Alt and a click add a caret to those there are.
    if (!m_beforeClick.empty() && (event->pos() - m_clickAt).manhattanLength() < QApplication::startDragDistance()) {
        const long place = SendScintilla(SCI_POSITIONFROMPOINT, ulong(m_clickAt.x()), long(m_clickAt.y()));
        const auto before = std::exchange(m_beforeClick, {});
        SendScintilla(SCI_SETSELECTIONMODE, 0UL);
        SendScintilla(SCI_CANCEL);
        SendScintilla(SCI_SETSELECTION, ulong(before.front().caret), before.front().anchor);
        for (std::size_t i = 1; i < before.size(); ++i)
            SendScintilla(SCI_ADDSELECTION, ulong(before[i].caret), before[i].anchor);
        SendScintilla(SCI_ADDSELECTION, ulong(place), place);
    }
    m_beforeClick.clear();
}

void CodeEditor::wheelEvent(QWheelEvent* event)
{
    if (event->modifiers() == Qt::ControlModifier) {
        const int level = std::clamp(m_zoom + (event->angleDelta().y() > 0 ? 1 : -1), LeastZoom, MostZoom);
        if (event->angleDelta().y() != 0 && level != m_zoom)
            Q_EMIT zoomed(level);
        event->accept();
        return;
    }
    QsciScintilla::wheelEvent(event);
}

void CodeEditor::keyPressEvent(QKeyEvent* event)
{
    // Escape leaves one caret of several before anything else hears of it.
    if (event->key() == Qt::Key_Escape && SendScintilla(SCI_GETSELECTIONS) > 1) {
        const long caret = SendScintilla(SCI_GETCURRENTPOS);
        SendScintilla(SCI_SETSELECTION, ulong(caret), caret);
        return;
    }
    QsciScintilla::keyPressEvent(event);
}

void CodeEditor::applyTheme()
{
    const Tokens& tokens = m_theme.tokens();
    const QColor paper = tokens.dark ? mixed(tokens.page, tokens.surface, 0.4) : tokens.surface;
    setFont(m_theme.monospacePoints(type::Base));
    setPaper(paper);
    setColor(tokens.text);
    applyMargins(paper);
    if (m_folds)
        paintFolds();
    else
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
    setWhitespaceForegroundColor(tokens.faint);
    setIndentationGuidesForegroundColor(tokens.line);
    setIndentationGuidesBackgroundColor(paper);
    SendScintilla(SCI_SETADDITIONALCARETFORE, tokens.accent);
    const QColor selected = mixed(paper, tokens.accent, tokens.dark ? 0.38 : 0.25);
    SendScintilla(SCI_SETADDITIONALSELBACK, selected);
    SendScintilla(SCI_SETADDITIONALSELALPHA, ulong(SC_ALPHA_NOALPHA));
}

void CodeEditor::showFolds(bool on)
{
    setFolding(on ? PlainFoldStyle : NoFoldStyle, FoldMargin);
    if (!on)
        return;
    // Arrows instead of boxes, and no lines between them.
    for (const int marker : { SC_MARKNUM_FOLDERSUB, SC_MARKNUM_FOLDERTAIL, SC_MARKNUM_FOLDERMIDTAIL })
        SendScintilla(SCI_MARKERDEFINE, ulong(marker), long(SC_MARK_EMPTY));
    SendScintilla(SCI_SETFOLDFLAGS, 0UL);
    setMarginWidth(FoldMargin, FoldMarginWidth);
    m_folds = true;
    paintFolds();
}

void CodeEditor::paintFolds()
{
    const Tokens& tokens = m_theme.tokens();
    const QColor paper = tokens.dark ? mixed(tokens.page, tokens.surface, 0.4) : tokens.surface;
    setFoldMarginColors(paper, paper);
    const qreal scale = devicePixelRatioF();
    const auto arrow = [&](const QString& name) {
        return m_theme.icon(name, Theme::Ink::Muted).pixmap(QSize(FoldArrow, FoldArrow), scale).toImage();
    };
    SendScintilla(SCI_RGBAIMAGESETSCALE, ulong(scale * 100));
    for (const int marker : { SC_MARKNUM_FOLDER, SC_MARKNUM_FOLDEREND })
        markerDefine(arrow(QStringLiteral("chevron-right")), marker);
    for (const int marker : { SC_MARKNUM_FOLDEROPEN, SC_MARKNUM_FOLDEROPENMID })
        markerDefine(arrow(QStringLiteral("chevron-down")), marker);
}

void CodeEditor::applyMargins(const QColor& paper)
{
    setMarginsFont(m_theme.monospacePoints(12));
    setMarginsForegroundColor(m_theme.tokens().faint);
    setMarginsBackgroundColor(paper);
    setMarginWidth(0, QStringLiteral("00000"));
}

} // namespace darsena::gui
