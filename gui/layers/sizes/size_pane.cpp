// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/sizes/size_pane.h"

#include "gui/base/text.h"
#include "gui/layers/sizes/crumbs.h"
#include "gui/layers/sizes/flame_view.h"
#include "gui/layers/sizes/size_colours.h"
#include "gui/layers/sizes/treemap_view.h"
#include "gui/widgets/elided_label.h"
#include "gui/widgets/looks.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace darsena::gui {

using layers::Stack;

SizePane::SizePane(const Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_treemapButton(new QToolButton)
    , m_flameButton(new QToolButton)
    , m_kinds(new QButtonGroup(this))
    , m_crumbs(new Crumbs(theme))
    , m_colouring(new QComboBox)
    , m_maps(new QStackedWidget)
    , m_treemap(new TreemapView(theme))
    , m_flame(new FlameView(theme))
    , m_line(new ElidedLabel(Qt::ElideMiddle))
    , m_legend(new SizeLegend(theme))
    , m_texts(this)
{
    setLook(this, "surface");
    auto* tools = new QWidget;
    QBoxLayout* row = makeToolRow(tools);
    for (QToolButton* button : { m_treemapButton, m_flameButton }) {
        button->setCheckable(true);
        m_kinds->addButton(button);
        row->addWidget(button);
    }
    m_treemapButton->setObjectName(QStringLiteral("layers.sizes.treemap"));
    m_flameButton->setObjectName(QStringLiteral("layers.sizes.flame"));
    m_treemapButton->setChecked(true);
    row->addWidget(m_crumbs, 1);
    m_colouring->setObjectName(QStringLiteral("layers.sizes.colouring"));
    m_colouring->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    row->addWidget(m_colouring);

    setLook(m_line, "small");
    m_line->setFont(theme.monospace(type::Small));
    auto* below = new QWidget;
    setLook(below, "surface");
    auto* belowColumn = new QVBoxLayout(below);
    belowColumn->setContentsMargins(space::M, space::XS, space::M, space::XS);
    belowColumn->setSpacing(2);
    belowColumn->addWidget(m_line);
    belowColumn->addWidget(m_legend);

    m_maps->addWidget(m_treemap);
    m_maps->addWidget(m_flame);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(tools);
    auto* framed = new QVBoxLayout;
    framed->setContentsMargins(space::M, space::S, space::M, 0);
    framed->addWidget(m_maps);
    column->addLayout(framed, 1);
    column->addWidget(below);

    connect(m_kinds, &QButtonGroup::buttonToggled, this, [this](QAbstractButton* button, bool on) {
        if (on)
            setKind(button == m_flameButton ? Kind::Flame : Kind::Treemap);
    });
    connect(m_colouring, &QComboBox::activated, this, [this](int number) { setColouring(static_cast<SizeColouring>(number)); });
    connect(m_crumbs, &Crumbs::chosen, this, [this](Stack::NodeId node) { map()->zoomTo(node); });
    connect(m_legend, &SizeLegend::layerChosen, this, &SizePane::layerChosen);
    const std::pair<SizeMap*, SizeMap*> both[] = { { m_treemap, m_flame }, { m_flame, m_treemap } };
    for (const auto& [one, other] : both) {
        connect(one, &SizeMap::chosen, this, [this, other = other](Stack::NodeId node) {
            other->setCurrent(node);
            describe(node);
            Q_EMIT chosen(node);
        });
        connect(one, &SizeMap::zoomed, this, [this, one = one, other = other](Stack::NodeId node) {
            other->zoomTo(node);
            if (one == map())
                describeTop();
        });
        connect(one, &SizeMap::pointed, this, &SizePane::describe);
    }
    connect(&theme, &Theme::changed, this, &SizePane::describeTop);

    m_texts([this] {
        m_treemapButton->setText(tr("Treemap"));
        m_flameButton->setText(tr("Flame"));
        m_treemapButton->setToolTip(tr("Directories as frames, files as blocks. Arrows choose, Enter goes in, Backspace goes out."));
        m_flameButton->setToolTip(tr("Directories as rows, each over what is in it. Arrows choose, Enter goes in, Backspace goes out."));
        m_treemap->setAccessibleName(tr("Treemap of sizes"));
        m_flame->setAccessibleName(tr("Flame view of sizes"));
        m_colouring->setAccessibleName(tr("Colours"));
        m_legend->setAccessibleName(tr("Legend"));
        describeColours();
        describeTop();
    });
}

void SizePane::setKind(Kind kind)
{
    (kind == Kind::Flame ? m_flameButton : m_treemapButton)->setChecked(true);
    m_maps->setCurrentIndex(kind == Kind::Flame ? 1 : 0);
}

SizePane::Kind SizePane::kind() const
{
    return m_maps->currentIndex() == 1 ? Kind::Flame : Kind::Treemap;
}

SizeMap* SizePane::map() const
{
    return static_cast<SizeMap*>(m_maps->currentWidget());
}

void SizePane::setData(std::shared_ptr<const Stack> stack, std::shared_ptr<const layers::View> view,
    std::shared_ptr<const layers::Selection> selection, std::shared_ptr<const layers::Analysis> analysis)
{
    if (stack == m_stack && view == m_view && selection == m_selection && analysis == m_analysis)
        return;
    m_stack = std::move(stack);
    m_view = std::move(view);
    m_selection = std::move(selection);
    m_analysis = std::move(analysis);
    if (!m_analysis && colouring() == SizeColouring::Waste)
        setColouring(SizeColouring::Layer);
    describeColours();
    sum();
}

void SizePane::setLayerNames(const QStringList& names)
{
    m_layerNames = names;
    describeTop();
}

void SizePane::sum()
{
    if (!m_stack || !m_view) {
        m_job.cancel();
        m_tree.reset();
        m_treemap->setData({}, {}, {});
        m_flame->setData({}, {}, {});
        describeTop();
        return;
    }
    const SizeMeasure measure = colouring() == SizeColouring::Waste ? SizeMeasure::Stored
        : colouring() == SizeColouring::Mark                        ? SizeMeasure::Changes
                                                                    : SizeMeasure::Visible;
    m_job.start(
        [=, stack = m_stack, view = m_view, selection = m_selection, analysis = m_analysis](std::stop_token stop) {
            return std::make_shared<const SizeTree>(SizeTree::of(*stack, *view, measure, selection.get(), analysis.get(), stop));
        },
        [this](std::shared_ptr<const SizeTree> tree) {
            m_tree = std::move(tree);
            m_treemap->setData(m_stack, m_view, m_tree);
            m_flame->setData(m_stack, m_view, m_tree);
            describeTop();
        });
}

void SizePane::setColouring(SizeColouring colouring)
{
    if (colouring == SizeColouring::Waste && !m_analysis)
        colouring = SizeColouring::Layer;
    m_colouring->setCurrentIndex(static_cast<int>(colouring));
    if (m_treemap->colouring() == colouring)
        return;
    m_treemap->setColouring(colouring);
    m_flame->setColouring(colouring);
    sum();
}

SizeColouring SizePane::colouring() const
{
    return m_treemap->colouring();
}

void SizePane::setCurrent(Stack::NodeId node)
{
    m_treemap->setCurrent(node);
    m_flame->setCurrent(node);
    describe(node);
}

void SizePane::describe(Stack::NodeId node)
{
    // Without the mouse over something it is what is chosen.
    if (node == Stack::none)
        node = map()->current() != Stack::none ? map()->current() : map()->top();
    m_line->setText(m_tree ? map()->describe(node) : tr("Adding up the sizes…"));
}

void SizePane::describeColours()
{
    const int row = static_cast<int>(colouring());
    m_colouring->clear();
    m_colouring->addItem(tr("Colours: layer"));
    m_colouring->addItem(tr("Colours: changes"));
    if (m_analysis)
        m_colouring->addItem(tr("Colours: waste"));
    m_colouring->setCurrentIndex(row);
}

void SizePane::describeTop()
{
    m_crumbs->showWay(m_stack, map()->top());
    describe(Stack::none);
    m_legend->setEntries(!m_tree || !m_stack             ? std::vector<SizeLegend::Entry>()
            : colouring() == SizeColouring::Layer ? layerEntries()
                                                  : markEntries());
}

std::vector<SizeLegend::Entry> SizePane::layerEntries() const
{
    const std::vector<QColor> colours = layerColours(m_theme.tokens());
    std::vector<SizeLegend::Entry> entries;
    for (const SizeTree::Share& share : m_tree->shares(*m_stack, map()->top())) {
        const QString name = m_layerNames.value(static_cast<qsizetype>(share.layer));
        const QString shown = name.size() > 28 ? name.left(27) + u'…' : name;
        entries.push_back({ layerColour(colours, share.layer), false,
            QStringLiteral("%1 %2  %3").arg(share.layer).arg(shown, formatBytes(static_cast<qint64>(share.bytes))), name, static_cast<int>(share.layer) });
    }
    return entries;
}

std::vector<SizeLegend::Entry> SizePane::markEntries() const
{
    const Tokens& t = m_theme.tokens();
    const QColor calm = mixed(t.surface, t.cached, 0.45);
    if (colouring() == SizeColouring::Waste) {
        const std::uint64_t wasted = m_tree->wasted(map()->top());
        const std::uint64_t all = m_tree->bytes(map()->top());
        return { { t.failed, true, tr("− wasted  %1").arg(formatBytes(static_cast<qint64>(wasted))), tr("Stored in a layer, and hidden by a later one."), -1 },
            { calm, false, tr("seen by a container  %1").arg(formatBytes(static_cast<qint64>(all - wasted))), {}, -1 } };
    }
    return { { t.running, false, tr("+ added"), {}, -1 }, { t.wait, false, tr("~ changed"), {}, -1 }, { t.failed, true, tr("− removed"), {}, -1 },
        { calm, false, tr("unchanged"), {}, -1 } };
}

void SizePane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        m_legend->setFont(m_theme.font(type::Small));
}

} // namespace darsena::gui
