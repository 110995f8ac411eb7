// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/wrapped_text.h"

#include <QTextDocument>
#include <QWheelEvent>

#include <cmath>
#include <memory>

namespace darsena::gui {

WrappedText::WrappedText(const QString& text, QWidget* parent)
    : QTextEdit(parent)
{
    setReadOnly(true);
    setPlainText(text);
    setFrameShape(QFrame::NoFrame);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabChangesFocus(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    document()->setDocumentMargin(0);
    viewport()->setAutoFillBackground(false);
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

int WrappedText::heightForWidth(int width) const
{
    // The document is the view's; asking it about another width would lay the shown text out anew.
    const std::unique_ptr<QTextDocument> other(document()->clone());
    other->setDefaultFont(font());
    other->setTextWidth(width);
    return static_cast<int>(std::ceil(other->size().height())) + 2;
}

QSize WrappedText::sizeHint() const
{
    const int wide = std::max(120, width());
    return QSize(120, heightForWidth(wide));
}

QSize WrappedText::minimumSizeHint() const
{
    return QSize(60, fontMetrics().height() + 2);
}

void WrappedText::resizeEvent(QResizeEvent* event)
{
    QTextEdit::resizeEvent(event);
    const int needed = heightForWidth(width());
    if (needed != height())
        setFixedHeight(needed);
}

/// The area around scrolls, not the text.
void WrappedText::wheelEvent(QWheelEvent* event)
{
    event->ignore();
}

} // namespace darsena::gui
