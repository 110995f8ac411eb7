// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/async.h"
#include "gui/base/retranslator.h"
#include "gui/layers/image_comparison.h"
#include "gui/layers/image_session.h"
#include "gui/layers/layers_view.h"
#include "gui/models/layer_tree_content.h"

#include <QObject>

#include <memory>
#include <optional>

class QMenu;
class QStackedWidget;

namespace darsena::gui {

class EmptyState;
class FileDetails;
class FileTreePane;
class LayerFigures;
class LayerListPane;
class LayerSide;
class LocalKeys;
class SidePanes;
class SizePane;
class Splitter;
class LayerLines;
class WastePane;

/// All that the viewer holds; the class outside stays small for those who include it.
class LayersView::Parts : public QObject {
public:
    using NodeId = layers::Stack::NodeId;

    Parts(LayersView& view, const PageContext& context, std::unique_ptr<LoaderFactory> loaders);
    ~Parts() override;

    void open(const ImageOrigin& origin);
    void clear();
    void showLayerOfLine(int line);
    QList<QAction*> commands() const;
    LoaderFactory& loaders() { return *m_loaders; }

private:
    /// What the tree is to show.
    struct State {
        std::shared_ptr<const layers::Stack> stack;
        layers::LayerRange range;
        layers::Strictness strictness = layers::Strictness::Everything;
        bool nothing = false; ///< whatever the range says: a step without a layer, a layer with itself
        bool operator==(const State&) const = default;
    };

    // layers_view.cpp: putting together.
    void build();
    void makeActions();
    void connectSession();
    void connectPanes();
    void connectSide();
    void retranslate();
    void fileMenu(const QPoint& at, NodeId node);
    void extract(NodeId node);
    void fail(const QString& title, const QString& sentence);
    bool eventFilter(QObject* watched, QEvent* event) override; // what is dropped

    // layers_view_state.cpp: what is shown.
    void described();
    void analysed();
    void chooseWantedLine();
    void failed(const Error& error);
    /// Until somebody chooses a layer, the highest one that can be looked at is shown.
    void followReading();
    /// The state that is chosen has changed, or what is known of it.
    void refresh();
    std::optional<State> wantedState();
    void show(State state);
    void fileChosen(NodeId node);
    void sayPaths();
    void showPictures();
    void showPanes();
    void goTo(int layer, const QString& path);
    void compareMenu(QMenu& menu);
    void compareWithLayer(int layer);
    void compareWithImage(const ImageOrigin& origin);
    void stopComparing();
    void describeComparison(const QString& note = {});
    void askForImage(ImageOrigin::Kind kind);
    void onlyTouching(NodeId node);
    bool comparesImages() const;

    LayersView& m_view;
    PageContext m_context;
    std::unique_ptr<LoaderFactory> m_loaders;
    std::unique_ptr<ImageSession> m_session;
    std::unique_ptr<ImageComparison> m_comparison; // with another image
    bool m_follow = false, m_following = false; // the second: it is not a person who chooses
    int m_base = 0; // the layer compared with, if not an image

    State m_state; // of m_content
    std::shared_ptr<const layers::View> m_stateView;
    std::shared_ptr<const LayerTreeContent> m_content;
    LatestOnly m_job;
    LatestOnly m_scoreJob;

    QStackedWidget* m_stack = nullptr;
    EmptyState* m_empty = nullptr;
    LayerFigures* m_figures = nullptr;
    LayerListPane* m_list = nullptr;
    FileTreePane* m_files = nullptr;
    SizePane* m_sizes = nullptr;
    Splitter* m_split = nullptr;
    LayerSide* m_side = nullptr;
    FileDetails* m_details = nullptr;
    WastePane* m_waste = nullptr;
    LayerLines* m_lines = nullptr;
    int m_wantedLine = 0; // whose layer is to be chosen, once it is known
    SidePanes* m_panes = nullptr;
    LocalKeys* m_keys = nullptr;
    QAction *m_toggle = nullptr, *m_asOf = nullptr, *m_aggregated = nullptr, *m_extract = nullptr, *m_nextPane = nullptr;
    Retranslator m_texts;
};

} // namespace darsena::gui
