// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/go_to_line.h"

#include "gui/editor/code_editor.h"
#include "gui/widgets/looks.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QRegularExpressionValidator>

namespace darsena::gui {

GoToLine::GoToLine(const Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_label(makeLabel({}, "", this))
    , m_field(new QLineEdit(this))
    , m_hint(makeLabel({}, "small", this))
    , m_texts(this)
{
    setLook(this, "bar");
    setObjectName(QStringLiteral("editor.goto"));
    m_field->setObjectName(QStringLiteral("editor.goto.line"));
    m_field->setFont(theme.monospace(12));
    m_field->setMaximumWidth(120);
    m_field->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("\\d{1,9}(:\\d{0,6})?")), m_field));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::M, space::XS + 2, space::M, space::XS + 2);
    row->setSpacing(space::S);
    row->addWidget(m_label);
    row->addWidget(m_field);
    row->addWidget(m_hint);
    row->addStretch(1);
    hide();
    connect(m_field, &QLineEdit::textChanged, this, &GoToLine::preview);
    m_texts([this] {
        m_label->setText(tr("Go to line"));
        m_field->setAccessibleName(tr("Line, or line:column"));
        setAccessibleName(tr("Go to line"));
    });
}

void GoToLine::open(CodeEditor* editor)
{
    if (!editor)
        return;
    m_editor = editor;
    m_caret = editor->SendScintilla(QsciScintilla::SCI_GETCURRENTPOS);
    m_firstLine = editor->SendScintilla(QsciScintilla::SCI_GETFIRSTVISIBLELINE);
    m_hint->setText(tr("1 to %1, or line:column").arg(QLocale().toString(editor->lines())));
    m_field->setText(QString::number(editor->currentLine()));
    m_field->selectAll();
    show();
    m_field->setFocus();
}

void GoToLine::preview()
{
    if (!m_editor || !isVisible() || m_field->text().isEmpty())
        return;
    const QStringList parts = m_field->text().split(QLatin1Char(':'));
    const int line = std::clamp(parts.front().toInt(), 1, m_editor->lines());
    m_editor->goToLine(line);
    if (parts.size() > 1 && parts[1].toInt() > 1) {
        const int last = m_editor->lineLength(line - 1) - 1;
        m_editor->setCursorPosition(line - 1, std::min(parts[1].toInt() - 1, std::max(0, last)));
    }
}

void GoToLine::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        finish(false);
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        finish(true);
    else
        QFrame::keyPressEvent(event);
}

void GoToLine::finish(bool stay)
{
    hide();
    if (!m_editor)
        return;
    if (!stay) {
        m_editor->SendScintilla(QsciScintilla::SCI_GOTOPOS, ulong(m_caret));
        m_editor->SendScintilla(QsciScintilla::SCI_SETFIRSTVISIBLELINE, ulong(m_firstLine));
    } else {
        // The line one came to is news for whoever follows the caret.
        Q_EMIT m_editor->currentLineChanged(m_editor->currentLine());
    }
    m_editor->setFocus();
}

} // namespace darsena::gui
