// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/assist_card.h"

#include "gui/theme/theme.h"
#include "gui/widgets/markdown.h"

#include <QBoxLayout>
#include <QGuiApplication>
#include <QLabel>
#include <QScreen>
#include <QTextDocument>

namespace darsena::gui {
namespace {

constexpr int CardMaxWidth = 560;
constexpr int CardMaxHeight = 420;

} // namespace

AssistCard::AssistCard(const Theme& theme, QWidget* parent)
    : QFrame(parent, Qt::ToolTip | Qt::FramelessWindowHint)
    , m_theme(theme)
    , m_label(new QLabel(this))
{
    setObjectName(QStringLiteral("editor.card"));
    setAttribute(Qt::WA_ShowWithoutActivating);
    setFocusPolicy(Qt::NoFocus);
    m_label->setTextFormat(Qt::RichText);
    m_label->setWordWrap(true);
    m_label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(space::M, space::S, space::M, space::S);
    column->addWidget(m_label);
    connect(&theme, &Theme::changed, this, &AssistCard::applyTheme);
    applyTheme();
}

void AssistCard::applyTheme()
{
    const Tokens& tokens = m_theme.tokens();
    setStyleSheet(QStringLiteral("darsena--gui--AssistCard { background: %1; border: 1px solid %2; }")
                      .arg(tokens.surface.name(), tokens.lineStrong.name()));
    QPalette colours = m_label->palette();
    colours.setColor(QPalette::WindowText, tokens.text);
    m_label->setPalette(colours);
}

void AssistCard::showMarkdown(const QString& markdown, const QRect& anchor, bool above)
{
    m_markdown = markdown;
    if (markdown.isEmpty()) {
        hide();
        return;
    }
    m_label->setText(markdownToHtml(markdown, m_theme));
    // As wide as its longest line, within reason.
    QTextDocument measure;
    measure.setHtml(m_label->text());
    const int margins = 2 * space::M + 2;
    const int width = std::min(CardMaxWidth, int(measure.idealWidth()) + margins + space::S);
    measure.setTextWidth(width - margins);
    resize(width, std::min(CardMaxHeight, int(measure.size().height()) + 2 * space::S + 2));
    const QScreen* screen = QGuiApplication::screenAt(anchor.center());
    const QRect room = screen ? screen->availableGeometry() : QRect(0, 0, 4096, 4096);
    int y = above ? anchor.top() - height() - space::XS : anchor.bottom() + space::XS;
    if (y < room.top())
        y = anchor.bottom() + space::XS;
    if (y + height() > room.bottom())
        y = std::max(room.top(), anchor.top() - height() - space::XS);
    move(std::clamp(anchor.left(), room.left(), std::max(room.left(), room.right() - width)), y);
    setAccessibleName(measure.toPlainText());
    show();
    raise();
}

} // namespace darsena::gui
