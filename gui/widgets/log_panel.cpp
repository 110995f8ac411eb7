// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/widgets/log_panel.h"

#include "gui/models/ansi_text.h"
#include "gui/widgets/log_view.h"
#include "gui/widgets/looks.h"

#include <QAction>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QSaveFile>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

namespace darsena::gui {

LogPanel::LogPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_search(&m_store)
    , m_view(new LogView(theme, m_store, m_search, this))
    , m_field(new QLineEdit(this))
    , m_matches(makeLabel({}, "small", this))
    , m_note(makeLabel({}, "small", this))
    , m_regex(new QAction(this))
    , m_follow(new QAction(this))
    , m_next(new QAction(this))
    , m_previous(new QAction(this))
    , m_copy(new QAction(this))
    , m_saveAction(new QAction(this))
    , m_texts(this)
{
    m_field->setClearButtonEnabled(true);
    m_field->addAction(theme.icon(QStringLiteral("search"), Theme::Ink::Muted), QLineEdit::LeadingPosition);
    m_field->setMaximumWidth(280);
    m_regex->setCheckable(true);
    m_regex->setIconText(QStringLiteral(".*"));
    m_follow->setCheckable(true);
    m_follow->setChecked(true);
    m_follow->setIcon(theme.icon(QStringLiteral("go-bottom"), Theme::Ink::Muted));
    m_next->setIcon(theme.icon(QStringLiteral("go-down"), Theme::Ink::Muted));
    m_next->setShortcut(QKeySequence::FindNext);
    m_previous->setIcon(theme.icon(QStringLiteral("go-up"), Theme::Ink::Muted));
    m_previous->setShortcut(QKeySequence::FindPrevious);
    m_copy->setIcon(theme.icon(QStringLiteral("copy"), Theme::Ink::Muted));
    m_saveAction->setIcon(theme.icon(QStringLiteral("save"), Theme::Ink::Muted));
    auto* find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    for (QAction* action : { find, m_regex, m_follow, m_next, m_previous, m_copy, m_saveAction }) {
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
    }
    m_texts([this] {
        m_field->setPlaceholderText(tr("Search the log"));
        m_field->setAccessibleName(tr("Search the log"));
        m_regex->setText(tr("Regular expression"));
        m_follow->setText(tr("Follow the end"));
        m_next->setText(tr("Next match"));
        m_previous->setText(tr("Previous match"));
        m_copy->setText(tr("Copy the selection, or everything"));
        m_saveAction->setText(tr("Save to a file…"));
        m_view->setAccessibleName(tr("Log"));
        describeMatches();
    });

    auto* tools = new QWidget(this);
    setLook(tools, "bar");
    auto* row = new QHBoxLayout(tools);
    row->setContentsMargins(space::S, space::XS, space::S, space::XS);
    row->setSpacing(space::XS);
    row->addWidget(m_field, 1);
    auto* regexButton = makeIconButton(m_regex, tools);
    regexButton->setToolButtonStyle(Qt::ToolButtonTextOnly);
    regexButton->setFont(theme.monospace());
    row->addWidget(regexButton);
    row->addWidget(makeIconButton(m_previous, tools));
    row->addWidget(makeIconButton(m_next, tools));
    row->addWidget(m_matches);
    row->addStretch(1);
    row->addWidget(m_note);
    row->addSpacing(space::S);
    row->addWidget(makeIconButton(m_follow, tools));
    row->addWidget(makeIconButton(m_copy, tools));
    row->addWidget(makeIconButton(m_saveAction, tools));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tools);
    column->addWidget(m_view, 1);

    connect(m_field, &QLineEdit::textChanged, this, &LogPanel::search);
    connect(m_regex, &QAction::toggled, this, &LogPanel::search);
    connect(m_field, &QLineEdit::returnPressed, this, [this] { step(true); });
    connect(m_next, &QAction::triggered, this, [this] { step(true); });
    connect(m_previous, &QAction::triggered, this, [this] { step(false); });
    connect(find, &QAction::triggered, this, [this] {
        m_field->setFocus();
        m_field->selectAll();
    });
    connect(m_follow, &QAction::toggled, m_view, &LogView::setFollowing);
    connect(m_view, &LogView::followingChanged, m_follow, &QAction::setChecked);
    connect(m_copy, &QAction::triggered, this, [this] {
        if (!m_view->hasSelection())
            m_view->selectAll();
        m_view->copy();
    });
    connect(m_saveAction, &QAction::triggered, this, &LogPanel::chooseFile);
    connect(&m_search, &LogSearch::changed, this, &LogPanel::describeMatches);
}

LogPanel::~LogPanel() = default;

void LogPanel::setNote(const QString& note)
{
    m_note->setText(note);
}

void LogPanel::search()
{
    const bool valid = m_search.setPattern(m_field->text(), m_regex->isChecked());
    m_field->setToolTip(valid ? QString() : m_search.errorText());
    setLook(m_matches, valid ? "small" : "failed");
    if (valid)
        describeMatches();
    else
        m_matches->setText(tr("This is no regular expression: %1").arg(m_search.errorText()));
}

void LogPanel::describeMatches()
{
    const bool active = m_search.active();
    m_next->setEnabled(active);
    m_previous->setEnabled(active);
    if (!active)
        m_matches->clear();
    else if (m_search.lines().empty())
        m_matches->setText(m_search.scanning() ? tr("searching…") : tr("nothing found"));
    else
        m_matches->setText(tr("%n line(s)", "lines of a log that match a search", static_cast<int>(m_search.lines().size())));
}

void LogPanel::step(bool forward)
{
    const qint64 line = forward ? m_search.next(m_view->currentLine()) : m_search.previous(m_view->currentLine());
    if (line >= 0)
        m_view->goTo(line);
}

void LogPanel::chooseFile()
{
    auto* dialog = new QFileDialog(this, tr("Save the log"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(m_fileName);
    connect(dialog, &QFileDialog::fileSelected, this, &LogPanel::save);
    dialog->open();
}

void LogPanel::save(const QString& path)
{
    m_file = std::make_unique<QSaveFile>(path);
    if (!m_file->open(QIODevice::WriteOnly)) {
        Q_EMIT saved(tr("The log was not saved: %1: %2.").arg(path, m_file->errorString()), false);
        m_file.reset();
        return;
    }
    m_written = m_store.firstLine();
    auto* slices = new QTimer(m_file.get());
    connect(slices, &QTimer::timeout, this, [this] {
        QElapsedTimer spent;
        spent.start();
        for (; m_written < m_store.endLine(); ++m_written) {
            m_file->write(AnsiText::parse(m_store.line(m_written).text).text.toUtf8() + '\n');
            if (spent.elapsed() > 8)
                return;
        }
        const QString name = m_file->fileName();
        const bool ok = m_file->commit();
        const QString why = m_file->errorString();
        m_file.release()->deleteLater(); // it owns the timer we are called by
        if (ok)
            Q_EMIT saved(tr("The log is saved in %1.").arg(name), true);
        else
            Q_EMIT saved(tr("The log was not saved: %1: %2.").arg(name, why), false);
    });
    slices->start(0);
}

} // namespace darsena::gui
