// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/retranslator.h"
#include "gui/layers/image_loader.h"
#include "gui/models/layer_tree_content.h"
#include "gui/theme/theme.h"

#include <QObject>
#include <QPointer>

#include <memory>

class QStackedWidget;

namespace darsena::gui {

class DuplicatesView;
class FileCompare;
class FilePreview;
class LayerSide;
class PackagesView;
class SpecialFilesView;

/// The tabs at the right that look into contents: of the file chosen, before and after where it has changed; packages;
/// copies; special files. Each is asked for something only while it is seen.
class SidePanes : public QObject {
    Q_OBJECT
public:
    using NodeId = layers::Stack::NodeId;

    /// An image that contents can be asked of.
    struct Image {
        QPointer<ImageLoader> loader;
        std::shared_ptr<const layers::Stack> stack;
        std::size_t layerCount = 0; ///< those that are looked at
        QString title;
    };
    /// What is shown.
    struct State {
        std::shared_ptr<const LayerTreeContent> content; ///< null: nothing
        Image image;
        /// content compares this image with the other: its stack is of neither. A null stack: it is image's own.
        Image other;
    };

    /// Adds its tabs.
    SidePanes(LayerSide& side, const Theme& theme, QObject* parent);

    void setState(const State& state);
    void setCurrent(NodeId node);

Q_SIGNALS:
    void pathChosen(const QString& path);
    void extractWanted(darsena::layers::Stack::NodeId node);

private:
    void refresh();
    void showContent();
    void goTo(NodeId node);
    void retranslate();

    LayerSide& m_side;
    State m_state;
    NodeId m_node = layers::Stack::none;
    ImageLoader* m_previewed = nullptr; // whose loader the preview has; compared, never used
    QStackedWidget* m_content;
    FilePreview* m_preview;
    FileCompare* m_compare;
    PackagesView* m_packages;
    DuplicatesView* m_duplicates;
    SpecialFilesView* m_special;
    Retranslator m_texts;
};

} // namespace darsena::gui
