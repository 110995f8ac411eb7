// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/find_bar.h"

#include "gui/widgets/looks.h"

#include <QAction>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QRegularExpression>
#include <QToolButton>
#include <QVBoxLayout>

namespace darsena::gui {
namespace {

/// More than anybody looks at; Scintilla keeps each as a run.
constexpr std::size_t MostMarks = 5000;
constexpr int FieldWidth = 240, ToggleWidth = 30;

} // namespace

FindBar::FindBar(const Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_find(new QLineEdit(this))
    , m_replace(new QLineEdit(this))
    , m_replaceRow(new QWidget(this))
    , m_regex(makeToggle(QStringLiteral(".*"), Qt::ALT | Qt::Key_R))
    , m_case(makeToggle(QStringLiteral("Aa"), Qt::ALT | Qt::Key_C))
    , m_word(makeToggle(QStringLiteral("ab|"), Qt::ALT | Qt::Key_W))
    , m_selection(makeToggle(QStringLiteral("[ ]"), Qt::ALT | Qt::Key_L))
    , m_count(makeLabel({}, "small", this))
    , m_next(new QAction(this))
    , m_previous(new QAction(this))
    , m_close(new QAction(this))
    , m_replaceOne(makeButton({}, {}, "", this))
    , m_replaceAll(makeButton({}, {}, "", this))
    , m_search(this)
    , m_replacing(this)
    , m_texts(this)
{
    setLook(this, "bar");
    setObjectName(QStringLiteral("editor.find"));
    m_find->setObjectName(QStringLiteral("editor.find.what"));
    m_replace->setObjectName(QStringLiteral("editor.find.with"));
    m_count->setObjectName(QStringLiteral("editor.find.count"));
    m_regex->setObjectName(QStringLiteral("editor.find.regex"));
    m_case->setObjectName(QStringLiteral("editor.find.case"));
    m_word->setObjectName(QStringLiteral("editor.find.word"));
    m_selection->setObjectName(QStringLiteral("editor.find.selection"));
    m_replaceOne->setObjectName(QStringLiteral("editor.find.one"));
    m_replaceAll->setObjectName(QStringLiteral("editor.find.all"));
    for (QLineEdit* field : { m_find, m_replace }) {
        field->setFont(theme.monospace(12));
        field->setMinimumWidth(120);
        field->setMaximumWidth(FieldWidth * 2);
    }
    m_count->setMinimumWidth(70);
    m_next->setIcon(theme.icon(QStringLiteral("chevron-down"), Theme::Ink::Muted));
    m_previous->setIcon(theme.icon(QStringLiteral("chevron-up"), Theme::Ink::Muted));
    m_close->setIcon(theme.icon(QStringLiteral("close"), Theme::Ink::Muted));

    auto* first = new QHBoxLayout;
    first->setSpacing(space::XS);
    first->addWidget(m_find, 3);
    for (QToolButton* toggle : { m_regex, m_case, m_word, m_selection })
        first->addWidget(toggle);
    first->addSpacing(space::XS);
    first->addWidget(m_count);
    first->addWidget(makeIconButton(m_previous, this));
    first->addWidget(makeIconButton(m_next, this));
    first->addStretch(1);
    first->addWidget(makeIconButton(m_close, this));
    auto* second = new QHBoxLayout(m_replaceRow);
    second->setContentsMargins(0, 0, 0, 0);
    second->setSpacing(space::S);
    second->addWidget(m_replace, 3);
    second->addWidget(m_replaceOne);
    second->addWidget(m_replaceAll);
    second->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::M, space::XS + 2, space::S, space::XS + 2);
    column->setSpacing(space::XS + 2);
    column->addLayout(first);
    column->addWidget(m_replaceRow);
    hide();

    m_again.setSingleShot(true);
    m_again.setInterval(60);
    connect(&m_again, &QTimer::timeout, this, [this] { look(Then::Nothing); });
    connect(m_find, &QLineEdit::textChanged, this, [this] { look(Then::SelectNearest); });
    for (QToolButton* toggle : { m_regex, m_case, m_word })
        connect(toggle, &QToolButton::toggled, this, [this] { look(Then::SelectNearest); });
    connect(m_selection, &QToolButton::toggled, this, [this](bool on) {
        setWithin(on);
        look(Then::Nothing);
    });
    connect(m_next, &QAction::triggered, this, [this] { find(true); });
    connect(m_previous, &QAction::triggered, this, [this] { find(false); });
    connect(m_close, &QAction::triggered, this, &FindBar::shut);
    connect(m_replaceOne, &QPushButton::clicked, this, &FindBar::replaceOne);
    connect(m_replaceAll, &QPushButton::clicked, this, &FindBar::replaceAll);
    connect(&theme, &Theme::changed, this, [this] {
        if (isVisible())
            mark();
    });
    m_texts([this] {
        const auto describe = [](QToolButton* button, const QString& text) {
            button->setAccessibleName(text);
            button->setToolTip(QStringLiteral("%1  (%2)").arg(text, button->shortcut().toString(QKeySequence::NativeText)));
        };
        describe(m_regex, tr("Regular expression"));
        describe(m_case, tr("Match case"));
        describe(m_word, tr("Whole words"));
        describe(m_selection, tr("Only in the selection"));
        m_find->setPlaceholderText(tr("Find"));
        m_find->setAccessibleName(tr("Text to find"));
        m_replace->setPlaceholderText(tr("Replace with"));
        m_replace->setAccessibleName(tr("Text to put in its place"));
        m_replace->setToolTip(tr("In a regular expression, $1 is its first group and \\n a line break"));
        m_next->setText(tr("Next match"));
        m_previous->setText(tr("Previous match"));
        m_close->setText(tr("Close the search"));
        m_replaceOne->setText(tr("Replace"));
        m_replaceAll->setText(tr("Replace all"));
        setAccessibleName(tr("Find and replace"));
        showCount();
    });
}

QToolButton* FindBar::makeToggle(const QString& sign, const QKeySequence& key)
{
    auto* button = new QToolButton(this);
    button->setText(sign);
    button->setFont(m_theme.monospace(type::Small));
    button->setCheckable(true);
    button->setFixedWidth(ToggleWidth);
    button->setStyleSheet(QStringLiteral("QToolButton { padding: 4px 0; }"));
    button->setShortcut(key);
    return button;
}

void FindBar::setEditor(CodeEditor* editor)
{
    if (m_editor == editor)
        return;
    if (m_editor) {
        unmark();
        m_editor->disconnect(this);
    }
    m_editor = editor;
    m_result = {};
    m_within.reset();
    m_selection->setChecked(false);
    if (!m_editor)
        return;
    connect(m_editor, &QsciScintilla::textChanged, this, [this] {
        if (isVisible() && !m_find->text().isEmpty())
            m_again.start();
    });
    connect(m_editor, &QsciScintilla::cursorPositionChanged, this, [this] {
        if (isVisible())
            showCount();
    });
    connect(m_editor, &QsciScintillaBase::SCN_MODIFIED, this,
        [this](int position, int type, const char*, int length) { textModified(position, type, length); });
    if (isVisible())
        look(Then::Nothing);
}

void FindBar::textModified(int position, int type, int length)
{
    if (!m_within)
        return;
    const auto place = std::size_t(position);
    const auto size = std::size_t(length);
    if (type & QsciScintillaBase::SC_MOD_INSERTTEXT) {
        if (place < m_within->first)
            m_within->first += size;
        if (place <= m_within->second)
            m_within->second += size;
    } else if (type & QsciScintillaBase::SC_MOD_DELETETEXT) {
        for (std::size_t* edge : { &m_within->first, &m_within->second }) {
            if (place < *edge)
                *edge -= std::min(size, *edge - place);
        }
    }
}

void FindBar::setWithin(bool on)
{
    m_within.reset();
    if (!on || !m_editor)
        return;
    const auto [begin, end] = m_editor->selectedRange();
    if (begin < end)
        m_within = { begin, end };
    else
        m_selection->setChecked(false);
}

void FindBar::open(bool replace)
{
    if (!m_editor)
        return;
    const bool wasOpen = isVisible();
    m_replaceRow->setVisible(replace && !m_editor->isReadOnly());
    show();
    const auto [begin, end] = m_editor->selectedRange();
    const std::string selected = end - begin <= 500 ? m_editor->bytesOf(begin, end) : "\n";
    m_origin = begin;
    if (selected.find('\n') != std::string::npos) {
        // Lines are selected: they are where to look, not what to look for.
        m_selection->setChecked(true);
        setWithin(true);
    } else if (!selected.empty()) {
        m_find->setText(m_regex->isChecked() ? QRegularExpression::escape(QString::fromStdString(selected))
                                             : QString::fromStdString(selected));
    }
    QLineEdit* field = replace && wasOpen && m_find->hasFocus() && m_replaceRow->isVisible() ? m_replace : m_find;
    field->setFocus();
    field->selectAll();
    look(Then::Nothing);
}

void FindBar::shut()
{
    const bool hadFocus = isAncestorOf(focusWidget()) || hasFocus();
    hide();
    unmark();
    m_selection->setChecked(false);
    if (m_editor && (hadFocus || !m_editor->hasFocus()))
        m_editor->setFocus();
}

void FindBar::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Escape:
        shut();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_replace->hasFocus() && event->modifiers() & Qt::ControlModifier)
            replaceAll();
        else if (m_replace->hasFocus())
            replaceOne();
        else
            find(!(event->modifiers() & Qt::ShiftModifier));
        return;
    default:
        QFrame::keyPressEvent(event);
    }
}

SearchQuery FindBar::query() const
{
    return { m_find->text(), m_regex->isChecked(), m_case->isChecked(), m_word->isChecked(), m_within };
}

void FindBar::look(Then then)
{
    m_again.stop();
    if (!m_editor)
        return;
    const SearchQuery wanted = query();
    if (wanted.pattern.isEmpty()) {
        m_search.cancel();
        m_result = {};
        m_searched = wanted;
        unmark();
        showCount();
        return;
    }
    m_waiting = then;
    m_search.start(
        [text = m_editor->bytes(), wanted](std::stop_token stop) { return searchText(text, wanted, stop); },
        [this, wanted, revision = m_editor->revision()](SearchResult result) {
            m_searched = wanted;
            m_revision = revision;
            found(std::move(result), std::exchange(m_waiting, Then::Nothing));
        });
}

void FindBar::found(SearchResult result, Then then)
{
    m_result = std::move(result);
    if (!m_editor)
        return;
    if (m_revision != m_editor->revision()) { // typed meanwhile
        look(then);
        return;
    }
    mark();
    if (then != Then::Nothing)
        go(then);
    showCount();
}

void FindBar::mark()
{
    if (!m_editor)
        return;
    unmark();
    if (!isVisible())
        return;
    const Tokens& tokens = m_theme.tokens();
    m_editor->indicatorDefine(QsciScintilla::StraightBoxIndicator, MatchIndicator);
    m_editor->setIndicatorForegroundColor(tokens.wait, MatchIndicator);
    m_editor->setIndicatorDrawUnder(true, MatchIndicator);
    m_editor->SendScintilla(QsciScintilla::SCI_INDICSETALPHA, ulong(MatchIndicator), 60L);
    m_editor->SendScintilla(QsciScintilla::SCI_INDICSETOUTLINEALPHA, ulong(MatchIndicator), 160L);
    m_editor->SendScintilla(QsciScintilla::SCI_SETINDICATORCURRENT, ulong(MatchIndicator));
    for (std::size_t i = 0; i < std::min(m_result.matches.size(), MostMarks); ++i) {
        const SearchMatch& match = m_result.matches[i];
        m_editor->SendScintilla(QsciScintilla::SCI_INDICATORFILLRANGE, ulong(match.begin), long(match.end - match.begin));
    }
}

void FindBar::unmark()
{
    if (!m_editor)
        return;
    m_editor->SendScintilla(QsciScintilla::SCI_SETINDICATORCURRENT, ulong(MatchIndicator));
    m_editor->SendScintilla(QsciScintilla::SCI_INDICATORCLEARRANGE, 0UL, long(m_editor->length()));
}

void FindBar::find(bool forward)
{
    if (!m_editor)
        return;
    if (m_find->text().isEmpty()) {
        open(false);
        return;
    }
    const Then then = forward ? Then::Forward : Then::Backward;
    if (m_revision == m_editor->revision() && m_searched == query() && !m_search.running()) {
        go(then);
        showCount();
    } else {
        look(then);
    }
}

void FindBar::go(Then then)
{
    const auto& matches = m_result.matches;
    if (matches.empty())
        return;
    const auto [begin, end] = m_editor->selectedRange();
    const auto before = [](const SearchMatch& match, std::size_t place) { return match.begin < place; };
    const std::size_t from = then == Then::SelectNearest ? m_origin : then == Then::Forward ? std::max(end, begin) : begin;
    auto match = std::lower_bound(matches.begin(), matches.end(), from, before);
    if (then == Then::Backward)
        match = match == matches.begin() ? matches.end() - 1 : match - 1;
    else if (match == matches.end())
        match = matches.begin();
    m_editor->selectRange(match->begin, match->end);
    if (then != Then::SelectNearest)
        m_origin = match->begin;
}

void FindBar::showCount()
{
    const auto number = [](std::size_t value) { return QLocale().toString(qulonglong(value)); };
    QString text;
    if (!m_result.problem.isEmpty()) {
        text = m_result.problem;
    } else if (m_find->text().isEmpty() || !m_editor) {
        text.clear();
    } else if (m_result.matches.empty()) {
        text = tr("not found");
    } else {
        const auto [begin, end] = m_editor->selectedRange();
        const auto at = std::lower_bound(m_result.matches.begin(), m_result.matches.end(), SearchMatch { begin, end },
            [](const SearchMatch& a, const SearchMatch& b) { return a.begin < b.begin; });
        const QString total = m_result.more ? tr("more than %1").arg(number(m_result.matches.size()))
                                            : number(m_result.matches.size());
        if (at != m_result.matches.end() && *at == SearchMatch { begin, end })
            text = tr("%1 of %2", "match, matches").arg(number(std::size_t(at - m_result.matches.begin()) + 1), total);
        else
            text = tr("%1 found", "matches").arg(total);
    }
    setLook(m_count, !m_result.problem.isEmpty() || (m_result.matches.empty() && !text.isEmpty()) ? "failed" : "small");
    m_count->setText(text);
    m_count->setToolTip(text);
    const bool any = !m_result.matches.empty();
    m_replaceOne->setEnabled(any);
    m_replaceAll->setEnabled(any);
}

void FindBar::replaceOne()
{
    if (!m_editor || m_editor->isReadOnly() || m_revision != m_editor->revision() || m_searched != query()) {
        look(Then::Forward);
        return;
    }
    const auto [begin, end] = m_editor->selectedRange();
    const auto at = std::find(m_result.matches.begin(), m_result.matches.end(), SearchMatch { begin, end });
    if (at == m_result.matches.end()) { // the first press shows what the second replaces
        find(true);
        return;
    }
    // Only the lines around are read again: groups and line starts need no more.
    const std::string text = m_editor->bytes();
    SearchQuery one = query();
    one.within = { begin, end };
    const std::string_view lineBreak = m_editor->eolMode() == QsciScintilla::EolWindows ? "\r\n" : "\n";
    auto changes = replaceMatches(text, one, m_replace->text(), lineBreak);
    if (changes.empty()) // only a match because of what stands behind it
        changes.push_back({ begin, end, m_regex->isChecked() ? text.substr(begin, end - begin) : m_replace->text().toStdString() });
    changes.resize(1);
    const std::size_t after = changes.front().begin + changes.front().replacement.size();
    m_editor->applyChanges(changes);
    m_editor->selectRange(after, after);
    look(Then::Forward);
}

void FindBar::replaceAll()
{
    if (!m_editor || m_editor->isReadOnly() || m_find->text().isEmpty())
        return;
    const std::string lineBreak = m_editor->eolMode() == QsciScintilla::EolWindows ? "\r\n" : "\n";
    m_replacing.start(
        [text = m_editor->bytes(), wanted = query(), with = m_replace->text(), lineBreak](
            std::stop_token stop) { return replaceMatches(text, wanted, with, lineBreak, stop); },
        [this, revision = m_editor->revision()](std::vector<TextChange> changes) {
            if (!m_editor)
                return;
            if (revision != m_editor->revision()) {
                replaceAll();
                return;
            }
            m_editor->applyChanges(changes);
            look(Then::Nothing);
            Q_EMIT notice(tr("%n place(s) replaced.", nullptr, int(changes.size())));
        });
}

} // namespace darsena::gui
