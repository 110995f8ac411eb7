// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/rename_field.h"

#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>

namespace darsena::gui {

RenameField::RenameField(const Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_field(new QLineEdit(this))
    , m_problem(makeLabel({}, "small", this))
{
    setObjectName(QStringLiteral("editor.rename"));
    setAutoFillBackground(true);
    setFrameShape(QFrame::StyledPanel);
    m_field->setFont(theme.monospace());
    m_field->setAccessibleName(tr("New name"));
    m_field->installEventFilter(this);
    m_problem->setWordWrap(true);
    m_problem->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::S, space::S, space::S, space::S);
    column->setSpacing(space::XS);
    column->addWidget(m_field);
    column->addWidget(m_problem);
    hide();
}

QString RenameField::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

void RenameField::open(const QString& name, const QRect& place, Apply apply)
{
    m_apply = std::move(apply);
    m_problem->hide();
    m_field->setAccessibleName(tr("New name of %1").arg(name));
    m_field->setText(name);
    m_field->selectAll();
    setFixedWidth(280);
    adjustSize();
    const QRect room = parentWidget()->rect();
    const int y = place.bottom() + 2 + height() > room.bottom() ? place.top() - height() - 2 : place.bottom() + 2;
    move(std::clamp(place.left(), 0, std::max(0, room.width() - width())), y);
    show();
    raise();
    m_field->setFocus();
}

void RenameField::take()
{
    const QString sentence = m_apply ? m_apply(m_field->text().trimmed()) : QString();
    if (sentence.isEmpty()) {
        leave();
        return;
    }
    m_problem->setText(sentence);
    m_problem->show();
    adjustSize();
}

void RenameField::leave()
{
    hide();
    parentWidget()->setFocus();
}

bool RenameField::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_field && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            take();
            return true;
        }
        if (key == Qt::Key_Escape) {
            leave();
            return true;
        }
    }
    if (watched == m_field && event->type() == QEvent::FocusOut && isVisible())
        hide();
    return QFrame::eventFilter(watched, event);
}

} // namespace darsena::gui
