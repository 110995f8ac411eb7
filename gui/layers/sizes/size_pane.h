// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/layers/sizes/size_legend.h"
#include "gui/layers/sizes/size_map.h"

#include <QStringList>

class QButtonGroup;
class QComboBox;
class QStackedWidget;
class QToolButton;

namespace darsena::gui {

class Crumbs;
class ElidedLabel;
class FlameView;
class TreemapView;

/// Pictures of what takes the space of an image: a treemap or a flame view, coloured by layer, by what changed, or by what
/// is wasted; with the way to the directory shown, a line that says what is pointed at, and a legend.
class SizePane : public QWidget {
    Q_OBJECT
public:
    explicit SizePane(const Theme& theme, QWidget* parent = nullptr);

    enum class Kind { Treemap, Flame };
    void setKind(Kind kind);
    Kind kind() const;

    /// All of one image; nullptr stack or view: nothing. @p selection: only what it shows; @p analysis is for the colours of
    /// waste, which are not offered without it. Summing happens in a worker.
    void setData(std::shared_ptr<const layers::Stack> stack, std::shared_ptr<const layers::View> view,
        std::shared_ptr<const layers::Selection> selection = {}, std::shared_ptr<const layers::Analysis> analysis = {});
    /// The layers' instructions, base first, for the legend.
    void setLayerNames(const QStringList& names);

    void setColouring(SizeColouring colouring);
    SizeColouring colouring() const;
    /// Shows a node as chosen; tells no one.
    void setCurrent(layers::Stack::NodeId node);
    /// The map that is shown.
    SizeMap* map() const;
    SizeLegend* legend() const { return m_legend; }

Q_SIGNALS:
    void chosen(darsena::layers::Stack::NodeId node);
    void layerChosen(int layer);

protected:
    void changeEvent(QEvent* event) override;

private:
    void sum();
    void describe(layers::Stack::NodeId node);
    void describeTop();
    void describeColours();
    std::vector<SizeLegend::Entry> layerEntries() const;
    std::vector<SizeLegend::Entry> markEntries() const;

    const Theme& m_theme;
    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::View> m_view;
    std::shared_ptr<const layers::Selection> m_selection;
    std::shared_ptr<const layers::Analysis> m_analysis;
    std::shared_ptr<const SizeTree> m_tree;
    QStringList m_layerNames;

    QToolButton *m_treemapButton, *m_flameButton;
    QButtonGroup* m_kinds;
    Crumbs* m_crumbs;
    QComboBox* m_colouring;
    QStackedWidget* m_maps;
    TreemapView* m_treemap;
    FlameView* m_flame;
    ElidedLabel* m_line;
    SizeLegend* m_legend;
    LatestOnly m_job { this };
    Retranslator m_texts;
};

} // namespace darsena::gui
