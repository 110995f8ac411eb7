// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/engine_chip.h"

#include "gui/theme/theme.h"
#include "gui/widgets/looks.h"

#include <QEvent>
#include <QMenu>
#include <QPainter>
#include <QStyleOptionToolButton>
#include <QStylePainter>

namespace darsena::gui {
namespace {

constexpr int Side = 12;
constexpr int DotBox = 18;
constexpr int ArrowBox = 18;

} // namespace

EngineChip::EngineChip(const Theme& theme, QWidget* parent)
    : QToolButton(parent)
    , m_theme(theme)
    , m_menu(new QMenu(this))
{
    setLook(this, "chip");
    setObjectName(QStringLiteral("engine.chip"));
    setPopupMode(QToolButton::InstantPopup);
    setMenu(m_menu);
    setCursor(Qt::PointingHandCursor);
    setFixedHeight(metric::Control + 2);
    setFocusPolicy(Qt::TabFocus);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    describe();
}

void EngineChip::setState(State state, const QString& name, const QString& detail)
{
    m_state = state;
    m_name = name;
    m_detail = detail;
    describe();
}

QString EngineChip::mainText() const
{
    switch (m_state) {
    case State::Connecting:
        return tr("Connecting…");
    case State::Connected:
        return m_name.isEmpty() ? tr("Engine") : m_name;
    case State::Absent:
        return tr("No engine");
    }
    return {};
}

QString EngineChip::sideText() const
{
    return m_state == State::Connected ? tr("this computer") : QString();
}

void EngineChip::describe()
{
    const QString spoken = m_state == State::Connected ? tr("Engine connected: %1").arg(mainText())
        : m_state == State::Absent                     ? tr("The engine does not answer")
                                                       : tr("Connecting to the engine");
    setAccessibleName(spoken);
    setAccessibleDescription(m_detail);
    setToolTip(m_detail.isEmpty() ? spoken : spoken + QLatin1Char('\n') + m_detail);
    updateGeometry();
    update();
}

QSize EngineChip::sizeHint() const
{
    const QFontMetrics metrics(font());
    int width = 2 * Side + DotBox + metrics.horizontalAdvance(mainText()) + ArrowBox;
    if (!sideText().isEmpty())
        width += space::S + metrics.horizontalAdvance(sideText());
    return QSize(width, metric::Control + 2);
}

void EngineChip::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    option.text.clear();
    option.icon = {};
    option.features = QStyleOptionToolButton::None;
    painter.drawComplexControl(QStyle::CC_ToolButton, option);

    const Tokens& tokens = m_theme.tokens();
    painter.setRenderHint(QPainter::Antialiasing);
    QRect rest = rect().adjusted(Side, 0, -Side, 0);
    const QPointF dot(rest.left() + 4.5, rest.center().y() + 0.5);
    switch (m_state) {
    case State::Connected:
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.running);
        painter.drawEllipse(dot, 4, 4);
        break;
    case State::Connecting:
        painter.setPen(QPen(tokens.wait, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(dot, 3.5, 3.5);
        break;
    case State::Absent:
        paintMark(painter, QRectF(dot.x() - 6, dot.y() - 6, 12, 12), Mark::Failed, tokens, 9);
        break;
    }
    rest.setLeft(rest.left() + DotBox);
    painter.setPen(tokens.text);
    painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, mainText());
    rest.setLeft(rest.left() + fontMetrics().horizontalAdvance(mainText()) + space::S);
    if (!sideText().isEmpty()) {
        painter.setPen(tokens.muted);
        painter.drawText(rest, Qt::AlignVCenter | Qt::AlignLeft, sideText());
    }
    const QRect arrow(width() - Side - 10, height() / 2 - 6, 12, 12);
    m_theme.icon(QStringLiteral("chevron-down"), Theme::Ink::Muted).paint(&painter, arrow);
}

void EngineChip::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        describe();
    QToolButton::changeEvent(event);
}

} // namespace darsena::gui
