// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layer_figures.h"

#include "gui/base/text.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>

namespace darsena::gui {

namespace {
/// Below this part of useful bytes an image is worth a look (dive's lowestEfficiency).
constexpr double goodEfficiency = 0.9;
}

LayerFigures::LayerFigures(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_nameCaption(makeLabel({}, "small"))
    , m_name(new ElidedLabel(Qt::ElideMiddle))
    , m_progress(makeLabel({}, "small"))
    , m_texts(this)
{
    setLook(this, "bar");
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(space::L, space::S, space::L, space::S);
    auto* name = new QVBoxLayout;
    name->setSpacing(0);
    m_name->setFont(theme.monospace());
    name->addWidget(m_nameCaption);
    name->addWidget(m_name);
    row->addLayout(name, 2);
    row->addSpacing(space::XL);
    m_size = addFigure(*row, m_sizeCaption, theme);
    m_efficiency = addFigure(*row, m_efficiencyCaption, theme);
    m_wasted = addFigure(*row, m_wastedCaption, theme);
    row->addStretch(3);
    row->addWidget(m_progress);

    m_texts([this] {
        m_nameCaption->setText(tr("image"));
        m_sizeCaption->setText(tr("size"));
        m_efficiencyCaption->setText(tr("efficiency"));
        m_efficiencyCaption->setToolTip(tr("The part of all bytes stored that a container can see."));
        m_wastedCaption->setText(tr("wasted"));
        m_wastedCaption->setToolTip(tr("Bytes that a later layer replaces or removes: they are stored and sent, and nobody sees them."));
        describe(); // another language, another decimal sign
    });
}

/// A small caption over a large value.
QLabel* LayerFigures::addFigure(QBoxLayout& row, QLabel*& caption, const Theme& theme)
{
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    caption = makeLabel({}, "small");
    QLabel* value = makeLabel({}, "");
    value->setFont(theme.font(type::Title, QFont::DemiBold));
    column->addWidget(caption);
    column->addWidget(value);
    row.addLayout(column);
    row.addSpacing(space::XL);
    return value;
}

void LayerFigures::setName(const QString& name)
{
    m_name->setText(name);
}

void LayerFigures::forget()
{
    m_bytes = m_wastedBytes = -1;
    describe();
}

void LayerFigures::setSize(qint64 bytes)
{
    m_bytes = bytes;
    describe();
}

void LayerFigures::setWasted(qint64 bytes)
{
    m_wastedBytes = bytes;
    describe();
}

void LayerFigures::setProgress(const QString& sentence)
{
    m_progress->setText(sentence);
}

void LayerFigures::describe()
{
    m_size->setText(m_bytes < 0 ? QString() : formatBytes(m_bytes));
    if (m_bytes < 0 || m_wastedBytes < 0) {
        m_efficiency->setText(QStringLiteral("…"));
        m_wasted->setText(QStringLiteral("…"));
        setLook(m_efficiency, "");
        setLook(m_wasted, "");
        return;
    }
    const double efficiency = m_bytes > 0 ? std::max(0.0, 1 - static_cast<double>(m_wastedBytes) / static_cast<double>(m_bytes)) : 1;
    m_efficiency->setText(QLocale().toString(efficiency * 100, 'f', 1) + QStringLiteral(" %"));
    m_wasted->setText(formatBytes(m_wastedBytes));
    setLook(m_efficiency, efficiency < goodEfficiency ? "wait" : "");
    setLook(m_wasted, m_wastedBytes > 0 && efficiency < goodEfficiency ? "failed" : "");
}

} // namespace darsena::gui
