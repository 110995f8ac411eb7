// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/top_bar.h"

#include "gui/app/engine_chip.h"
#include "gui/app/palette_field.h"
#include "gui/theme/theme.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QHBoxLayout>

namespace darsena::gui {

TopBar::TopBar(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_title(makeLabel({}, "title", this))
    , m_breadcrumb(new ElidedLabel(Qt::ElideMiddle, this))
    , m_field(new PaletteField(theme, this))
    , m_chip(new EngineChip(theme, this))
    , m_texts(this)
{
    setLook(this, "bar");
    setFixedHeight(metric::TopBar);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::L, 0, space::L, 0);
    row->setSpacing(space::L);
    row->addWidget(m_title);
    m_title->setObjectName(QStringLiteral("title"));
    m_breadcrumb->setObjectName(QStringLiteral("breadcrumb"));
    setLook(m_breadcrumb, "muted");
    row->addWidget(m_breadcrumb, 1);
    row->addWidget(m_field, 1);
    row->addWidget(m_chip);
    connect(m_field, &QAbstractButton::clicked, this, &TopBar::paletteRequested);
    m_texts([this] {
        m_field->setText(tr("Search or run a command"));
        m_field->setAccessibleName(tr("Command palette"));
    });
}

void TopBar::setPlace(const QString& title, const QStringList& breadcrumb)
{
    m_title->setText(title);
    m_breadcrumb->setText(breadcrumb.join(QStringLiteral(" / ")));
}

QWidget* TopBar::paletteField() const
{
    return m_field;
}

} // namespace darsena::gui
