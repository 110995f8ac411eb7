// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/layer_list_pane.h"

#include "gui/layers/delegates.h"
#include "gui/layers/layer_details.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"
#include "gui/widgets/splitter.h"

#include <QLabel>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace darsena::gui {

LayerListPane::LayerListPane(const PageContext& context, QWidget* parent)
    : QWidget(parent)
    , m_theme(context.theme)
    , m_narrowed(new QWidget)
    , m_narrowedText(new ElidedLabel(Qt::ElideMiddle))
    , m_widen(new QToolButton)
    , m_list(new QListView)
    , m_delegate(new LayerDelegate(context.theme, this))
    , m_legend(makeLabel({}, "small"))
    , m_details(new LayerDetails(context.theme))
    , m_texts(this)
{
    setLook(this, "surface");
    setLook(m_narrowed, "bar");
    auto* narrowedRow = new QHBoxLayout(m_narrowed);
    narrowedRow->setContentsMargins(space::L, space::XS, space::S, space::XS);
    setLook(m_narrowedText, "small");
    m_widen->setObjectName(QStringLiteral("layers.widen"));
    m_widen->setIcon(m_theme.icon(QStringLiteral("close"), Theme::Ink::Muted));
    narrowedRow->addWidget(m_narrowedText, 1);
    narrowedRow->addWidget(m_widen);
    m_narrowed->hide();

    m_list->setObjectName(QStringLiteral("layers.list"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setModel(&m_model);
    m_list->setItemDelegate(m_delegate);
    m_list->setMouseTracking(true);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_legend->setTextFormat(Qt::RichText);

    auto* upper = new QWidget;
    auto* upperColumn = new QVBoxLayout(upper);
    upperColumn->setContentsMargins(0, 0, 0, 0);
    upperColumn->setSpacing(0);
    upperColumn->addWidget(m_narrowed);
    upperColumn->addWidget(m_list, 1);
    // The margins are the layout's: the style sheet has no ear for a label's own.
    auto* legendRow = new QHBoxLayout;
    legendRow->setContentsMargins(space::L, space::XS, space::L, space::S);
    legendRow->addWidget(m_legend);
    upperColumn->addLayout(legendRow);
    auto* split = new Splitter(Qt::Vertical, context.settings, QStringLiteral("layers/list"));
    split->addWidget(upper);
    split->addWidget(m_details);
    split->setStretchFactor(0, 1);
    split->restore({ 460, 170 });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeHead());
    column->addWidget(split, 1);

    connect(m_list->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& current) {
        Q_UNUSED(current);
        showDetails();
        Q_EMIT chosen();
    });
    connect(&m_model, &QAbstractItemModel::dataChanged, this, [this] {
        showDetails();
        showRest();
    });
    connect(m_widen, &QToolButton::clicked, this, &LayerListPane::showAll);
    connect(&m_theme, &Theme::changed, this, [this] { retranslate(); });
    m_texts([this] { retranslate(); });
}

QWidget* LayerListPane::makeHead()
{
    auto* head = new QWidget;
    setLook(head, "bar");
    head->setFixedHeight(metric::TabBar + 2);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(space::M + 26, 0, space::M, 0);
    row->setSpacing(0);
    m_layersHead = makeLabel({}, "small");
    m_restHead = makeLabel({}, "small");
    m_addsHead = makeLabel({}, "small");
    m_totalHead = makeLabel({}, "small");
    row->addWidget(m_layersHead, 1);
    for (QLabel* label : { m_restHead, m_addsHead, m_totalHead }) {
        label->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        label->setFixedWidth(LayerDelegate::SizeColumn);
        row->addWidget(label);
    }
    return head;
}

void LayerListPane::retranslate()
{
    m_layersHead->setText(tr("Layers"));
    //: Column: bytes of a layer as it is stored, that is, compressed.
    m_restHead->setText(tr("at rest"));
    m_restHead->setToolTip(tr("As the layer is stored and sent: compressed, if it is."));
    //: Column: bytes that a layer adds.
    m_addsHead->setText(tr("adds"));
    m_addsHead->setToolTip(tr("The contents of all files that the layer brings."));
    //: Column: bytes of all layers so far.
    m_totalHead->setText(tr("total"));
    m_totalHead->setToolTip(tr("What all layers so far bring."));
    m_list->setAccessibleName(tr("Layers"));
    m_details->setAccessibleName(tr("Details of the layer"));
    m_widen->setToolTip(tr("List all layers"));
    m_widen->setAccessibleName(tr("List all layers"));
    m_narrowedText->setText(tr("Only layers that touch %1").arg(m_touchedPath));
    m_legend->setText(QStringLiteral("<span style='color:%1'>■</span> %2").arg(m_theme.tokens().failed.name(), tr("bytes that a later layer hides").toHtmlEscaped()));
}

/// While layers come, most of what comes is not about the one chosen.
void LayerListPane::showDetails()
{
    const QModelIndex step = m_list->currentIndex();
    const Facts facts { step.row(), step.data(LayerListModel::BytesRole).toLongLong(), step.data(LayerListModel::StoredRole).toLongLong(),
        step.data(LayerListModel::HiddenRole).toLongLong() };
    if (facts == m_shownFacts)
        return;
    m_shownFacts = facts;
    m_details->showStep(step);
}

void LayerListPane::showRest()
{
    bool known = false;
    for (int row = 0; row < m_model.rowCount(); ++row)
        known = known || m_model.row(row).stored > 0;
    m_restHead->setVisible(known);
    m_delegate->showRest(known);
    m_list->viewport()->update();
}

void LayerListPane::setSteps(std::vector<LayerListModel::Row> rows)
{
    showAll();
    int last = rows.empty() ? -1 : 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].layer >= 0)
            last = static_cast<int>(i);
    }
    m_shownFacts = {};
    m_model.setRows(std::move(rows));
    showRest();
    if (last >= 0)
        m_list->setCurrentIndex(m_model.index(last));
    else
        m_details->showStep({});
}

int LayerListPane::layer() const
{
    const QModelIndex current = m_list->currentIndex();
    return current.isValid() ? current.data(LayerListModel::TopLayerRole).toInt() : -1;
}

bool LayerListPane::isOnEmptyStep() const
{
    const QModelIndex current = m_list->currentIndex();
    return current.isValid() && current.data(LayerListModel::LayerRole).toInt() < 0;
}

void LayerListPane::chooseLayer(int layer)
{
    const int row = m_model.rowOfLayer(layer);
    if (row < 0)
        return;
    if (m_list->isRowHidden(row))
        showAll();
    m_list->setCurrentIndex(m_model.index(row));
}

void LayerListPane::showOnlyTouching(const QString& path, const QSet<int>& layers)
{
    m_touchedPath = path;
    for (int row = 0; row < m_model.rowCount(); ++row)
        m_list->setRowHidden(row, !layers.contains(m_model.row(row).layer));
    m_narrowed->show();
    retranslate();
}

void LayerListPane::showAll()
{
    m_touchedPath.clear();
    for (int row = 0; row < m_model.rowCount(); ++row)
        m_list->setRowHidden(row, false);
    m_narrowed->hide();
}

} // namespace darsena::gui
