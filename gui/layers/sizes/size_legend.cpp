// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_legend.h"

#include <QPainter>

namespace darsena::gui {

namespace {
constexpr int RowHeight = 22;
} // namespace

SizeLegend::SizeLegend(const Theme& theme, QWidget* parent)
    : QListWidget(parent)
    , m_theme(theme)
{
    setObjectName(QStringLiteral("layers.legend"));
    setFrameShape(QFrame::NoFrame);
    setFlow(QListView::LeftToRight);
    setWrapping(true);
    setResizeMode(QListView::Adjust);
    setMovement(QListView::Static);
    setUniformItemSizes(false);
    setIconSize(QSize(12, 12));
    setFont(theme.font(type::Small));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setTabKeyNavigation(false);
    const auto choose = [this](QListWidgetItem* item) {
        if (const int layer = item->data(Qt::UserRole).toInt(); layer >= 0)
            Q_EMIT layerChosen(layer);
    };
    connect(this, &QListWidget::itemClicked, this, choose);
    connect(this, &QListWidget::itemActivated, this, choose);
}

void SizeLegend::setEntries(const std::vector<Entry>& entries)
{
    clear();
    for (const Entry& entry : entries) {
        QPixmap swatch(QSize(12, 12) * devicePixelRatioF());
        swatch.setDevicePixelRatio(devicePixelRatioF());
        swatch.fill(entry.colour);
        if (entry.hatched) {
            QPainter painter(&swatch);
            painter.fillRect(0, 0, 12, 12, QBrush(m_theme.tokens().surface, Qt::BDiagPattern));
        }
        QIcon icon(swatch);
        icon.addPixmap(swatch, QIcon::Selected); // not tinted by the style
        auto* item = new QListWidgetItem(icon, entry.text, this);
        item->setToolTip(entry.more);
        item->setData(Qt::UserRole, entry.layer);
        item->setSizeHint(QSize(QFontMetrics(font()).horizontalAdvance(entry.text) + 52, RowHeight));
    }
    updateGeometry();
}

QSize SizeLegend::sizeHint() const
{
    // Two rows where one does not do; more is scrolled.
    int wide = 0;
    for (int i = 0; i < count(); ++i)
        wide += item(i)->sizeHint().width();
    return QSize(320, RowHeight * (wide > width() - 16 && width() > 100 ? 2 : 1) + 4);
}

} // namespace darsena::gui
