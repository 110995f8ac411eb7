// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/dockerfile_editor.h"

#include "gui/base/text.h"
#include "gui/editor/dockerfile_lexer.h"
#include "gui/theme/theme.h"

#include <QPainter>

namespace darsena::gui {
namespace {

constexpr int MarkMargin = 1;
constexpr int MarkMarginWidth = 20;
constexpr int MarkSize = 14;
constexpr Mark Marks[] = { Mark::Unknown, Mark::WillRun, Mark::Cached, Mark::Running, Mark::Done, Mark::Failed,
    Mark::Skipped };

int indicatorOf(dockerfile::Severity severity)
{
    switch (severity) {
    case dockerfile::Severity::Error:
        return DockerfileEditor::ErrorIndicator;
    case dockerfile::Severity::Warning:
        return DockerfileEditor::WarningIndicator;
    case dockerfile::Severity::Info:
        break;
    }
    return DockerfileEditor::InfoIndicator;
}

QColor textColour(dockerfile::Severity severity, const Tokens& tokens)
{
    switch (severity) {
    case dockerfile::Severity::Error:
        return tokens.failedText;
    case dockerfile::Severity::Warning:
        return tokens.waitText;
    case dockerfile::Severity::Info:
        break;
    }
    return tokens.cachedText;
}

} // namespace

DockerfileEditor::DockerfileEditor(const Theme& theme, QWidget* parent)
    : CodeEditor(theme, parent)
    , m_lexer(new DockerfileLexer(theme, this))
{
    setObjectName(QStringLiteral("editor.dockerfile"));
    setCommentPrefix(QStringLiteral("#"));
    setLexer(m_lexer);
    connect(this, &QsciScintillaBase::SCN_MODIFIED, m_lexer, [this](int position, int type) {
        if (type & (SC_MOD_INSERTTEXT | SC_MOD_DELETETEXT))
            m_lexer->textModified(std::size_t(position));
    });
    setMarginType(MarkMargin, QsciScintilla::SymbolMargin);
    setMarginWidth(MarkMargin, MarkMarginWidth);
    setMarginSensitivity(MarkMargin, true);
    setMarginMarkerMask(MarkMargin, (1 << std::size(Marks)) - 1);
    for (const int indicator : { ErrorIndicator, WarningIndicator, InfoIndicator }) {
        indicatorDefine(QsciScintilla::SquiggleIndicator, indicator);
        setIndicatorDrawUnder(true, indicator);
    }
    connect(this, &QsciScintilla::marginClicked, this, [this](int margin, int line, Qt::KeyboardModifiers) {
        if (margin == MarkMargin)
            Q_EMIT markClicked(line + 1);
    });
    indicatorDefine(QsciScintilla::RoundBoxIndicator, PlaceIndicator);
    setIndicatorDrawUnder(true, PlaceIndicator);
    indicatorDefine(QsciScintilla::PlainIndicator, LinkIndicator);
    showFolds(true);
    SendScintilla(SCI_SETMOUSEDWELLTIME, 350UL);
    DockerfileEditor::applyTheme();
}

void DockerfileEditor::applyTheme()
{
    CodeEditor::applyTheme();
    m_lexer->refresh();
    const Tokens& tokens = theme().tokens();
    setIndicatorForegroundColor(tokens.failed, ErrorIndicator);
    setIndicatorForegroundColor(tokens.wait, WarningIndicator);
    setIndicatorForegroundColor(tokens.cached, InfoIndicator);
    setIndicatorForegroundColor(tokens.accent, PlaceIndicator);
    setIndicatorForegroundColor(tokens.accent, LinkIndicator);
    SendScintilla(SCI_INDICSETALPHA, ulong(PlaceIndicator), 36L); // QScintilla takes the colour's own: none of it shines through
    SendScintilla(SCI_INDICSETOUTLINEALPHA, ulong(PlaceIndicator), 110L);
    applyMargins(m_lexer->defaultPaper(0));
    defineMarks();
}

void DockerfileEditor::defineMarks()
{
    const qreal scale = devicePixelRatioF();
    for (std::size_t i = 0; i < std::size(Marks); ++i) {
        QImage image(QSize(MarkSize, MarkSize) * scale, QImage::Format_ARGB32);
        image.setDevicePixelRatio(scale);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paintMark(painter, QRectF(0, 0, MarkSize, MarkSize), Marks[i], theme().tokens(), 8);
        painter.end();
        SendScintilla(SCI_RGBAIMAGESETSCALE, ulong(scale * 100));
        markerDefine(image, int(i));
    }
}

void DockerfileEditor::setNotes(const QHash<int, LineNote>& notes)
{
    if (notes == m_notes)
        return;
    m_notes = notes;
    markerDeleteAll();
    for (auto note = m_notes.constBegin(); note != m_notes.constEnd(); ++note) {
        const auto* mark = std::find(std::begin(Marks), std::end(Marks), note->mark);
        if (mark != std::end(Marks))
            markerAdd(note.key() - 1, int(mark - std::begin(Marks)));
    }
    viewport()->update();
}

void DockerfileEditor::setFindings(std::vector<dockerfile::Finding> findings, quint64 revision)
{
    if (revision != this->revision())
        return;
    const auto length = std::uint32_t(SendScintilla(SCI_GETLENGTH));
    for (const int indicator : { ErrorIndicator, WarningIndicator, InfoIndicator }) {
        SendScintilla(SCI_SETINDICATORCURRENT, ulong(indicator));
        SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, long(length));
    }
    m_findings = std::move(findings);
    m_firstFinding.clear();
    for (std::size_t i = 0; i < m_findings.size(); ++i) {
        const dockerfile::Finding& finding = m_findings[i];
        if (!m_firstFinding.contains(int(finding.begin.line)))
            m_firstFinding.insert(int(finding.begin.line), i);
        std::uint32_t begin = std::min(finding.words.begin, length);
        std::uint32_t end = std::min(finding.words.end, length);
        // A finding of several lines is underlined on its first: a paragraph of squiggles says less than a line.
        const auto lineEnd
            = std::uint32_t(SendScintilla(SCI_GETLINEENDPOSITION, ulong(SendScintilla(SCI_LINEFROMPOSITION, ulong(begin)))));
        if (end > lineEnd && begin < lineEnd)
            end = lineEnd;
        if (end <= begin) { // nothing to see: widen to a character
            end = std::min(begin + 1, length);
            begin = end > 0 ? end - 1 : 0;
        }
        SendScintilla(SCI_SETINDICATORCURRENT, ulong(indicatorOf(finding.severity)));
        SendScintilla(SCI_INDICATORFILLRANGE, ulong(begin), long(end - begin));
    }
    viewport()->update();
}

void DockerfileEditor::setFolds(const std::vector<dockerfile::Fold>& folds, quint64 revision)
{
    if (revision != this->revision())
        return;
    const auto count = std::size_t(lines());
    // How deep each line is: +1 behind the line that begins a fold, -1 behind its last.
    std::vector<int> steps(count + 2, 0);
    std::vector<bool> headers(count, false);
    for (const dockerfile::Fold& one : folds) {
        if (one.firstLine == 0 || one.lastLine <= one.firstLine || one.lastLine > count)
            continue;
        headers[one.firstLine - 1] = true;
        ++steps[one.firstLine];
        --steps[one.lastLine];
    }
    int depth = 0;
    for (std::size_t line = 0; line < count; ++line) {
        depth += steps[line];
        const long level = (long(SC_FOLDLEVELBASE) + std::clamp(depth, 0, 100)) | (headers[line] ? long(SC_FOLDLEVELHEADERFLAG) : 0);
        if (SendScintilla(SCI_GETFOLDLEVEL, ulong(line)) != level)
            SendScintilla(SCI_SETFOLDLEVEL, ulong(line), level);
    }
}

void DockerfileEditor::goToProblem(bool forward)
{
    if (m_findings.empty())
        return;
    const auto here = std::uint32_t(SendScintilla(SCI_GETCURRENTPOS));
    const dockerfile::Finding* chosen = nullptr;
    if (forward) {
        for (const auto& finding : m_findings) {
            if (finding.range.begin > here) {
                chosen = &finding;
                break;
            }
        }
        if (!chosen)
            chosen = &m_findings.front();
    } else {
        for (const auto& finding : m_findings) {
            if (finding.range.begin < here)
                chosen = &finding;
        }
        if (!chosen)
            chosen = &m_findings.back();
    }
    SendScintilla(SCI_GOTOPOS, ulong(chosen->range.begin));
    ensureCursorVisible();
    setFocus();
}

std::vector<dockerfile::Finding> DockerfileEditor::fixesAtLine(int line) const
{
    std::vector<dockerfile::Finding> found;
    for (const auto& finding : m_findings) {
        if (finding.fix && int(finding.begin.line) <= line && line <= int(finding.end.line))
            found.push_back(finding);
    }
    return found;
}

void DockerfileEditor::applyEdits(std::vector<dockerfile::TextEdit> edits)
{
    // From the end, so that the offsets of those before stay true.
    std::sort(edits.begin(), edits.end(), [](const auto& a, const auto& b) { return a.range.begin > b.range.begin; });
    SendScintilla(SCI_BEGINUNDOACTION);
    for (const auto& edit : edits) {
        SendScintilla(SCI_SETTARGETSTART, ulong(edit.range.begin));
        SendScintilla(SCI_SETTARGETEND, ulong(edit.range.end));
        SendScintilla(SCI_REPLACETARGET, ulong(edit.replacement.size()), edit.replacement.data());
    }
    SendScintilla(SCI_ENDUNDOACTION);
}

void DockerfileEditor::setMarkedPlaces(const std::vector<dockerfile::Range>& places)
{
    SendScintilla(SCI_SETINDICATORCURRENT, ulong(PlaceIndicator));
    SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, SendScintilla(SCI_GETLENGTH));
    for (const dockerfile::Range& place : places)
        SendScintilla(SCI_INDICATORFILLRANGE, ulong(place.begin), long(place.end - place.begin));
}

void DockerfileEditor::setLink(const dockerfile::Range& words)
{
    SendScintilla(SCI_SETINDICATORCURRENT, ulong(LinkIndicator));
    SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, SendScintilla(SCI_GETLENGTH));
    if (!words.empty())
        SendScintilla(SCI_INDICATORFILLRANGE, ulong(words.begin), long(words.end - words.begin));
}

bool DockerfileEditor::event(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        viewport()->update();
    return CodeEditor::event(event);
}

void DockerfileEditor::paintEvent(QPaintEvent* event)
{
    CodeEditor::paintEvent(event);
    QPainter painter(viewport());
    painter.setClipRegion(event->region());
    paintNotes(painter);
}

void DockerfileEditor::paintNotes(QPainter& painter)
{
    const Tokens& tokens = theme().tokens();
    const QFont font = theme().font(type::Small);
    const QFontMetrics metrics(font);
    painter.setFont(font);
    const int row = int(SendScintilla(SCI_GETFIRSTVISIBLELINE));
    const int first = int(SendScintilla(SCI_DOCLINEFROMVISIBLE, ulong(row)));
    const int last = int(SendScintilla(SCI_DOCLINEFROMVISIBLE, ulong(row + int(SendScintilla(SCI_LINESONSCREEN)) + 1)));
    const int height = int(SendScintilla(SCI_TEXTHEIGHT, 0UL));
    const int right = viewport()->width() - space::L;
    for (int line = first; line <= std::min(last, lines() - 1); ++line) {
        if (SendScintilla(SCI_GETLINEVISIBLE, ulong(line)) == 0)
            continue;
        QString text;
        QColor colour = tokens.muted;
        const LineNote note = m_notes.value(line + 1);
        const auto finding = m_firstFinding.constFind(line + 1);
        if (!note.text.isEmpty() && (note.strong || finding == m_firstFinding.constEnd())) {
            text = note.text;
            if (note.strong)
                colour = markTextColour(note.mark, tokens);
        } else if (finding != m_firstFinding.constEnd()) {
            const dockerfile::Finding& said = m_findings[*finding];
            text = toQString(said.message);
            if (said.fix)
                text += QStringLiteral(" · Ctrl+.");
            colour = textColour(said.severity, tokens);
        } else {
            continue;
        }
        const auto end = SendScintilla(SCI_GETLINEENDPOSITION, ulong(line));
        const int textRight = int(SendScintilla(SCI_POINTXFROMPOSITION, 0UL, end)) + space::XL;
        const int room = right - textRight;
        // What would be cut to a few letters is left out; the tool tip and the list of problems say it.
        if (room < std::min(metrics.horizontalAdvance(text), 90))
            continue;
        const int top = int(SendScintilla(SCI_POINTYFROMPOSITION, 0UL, end));
        painter.setPen(colour);
        painter.drawText(QRect(textRight, top, room, height), Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine,
            metrics.elidedText(text, Qt::ElideRight, room));
    }
}

} // namespace darsena::gui
