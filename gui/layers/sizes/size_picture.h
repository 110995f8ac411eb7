// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/sizes/size_block.h"
#include "gui/layers/sizes/size_tree.h"
#include "gui/theme/tokens.h"

#include <QFont>
#include <QImage>

#include <memory>
#include <stop_token>

namespace darsena::gui {

/// What the colours of a picture say.
enum class SizeColouring {
    Layer, ///< which layer stores the bytes
    Mark, ///< added, changed, removed
    Waste, ///< what no container sees
};

/// How a block is filled.
struct SizeFill {
    QColor colour;
    QColor second; ///< valid: this share of the block, from the right, is hatched in it
    double share = 0;
    QString sign; ///< before the name, so that the colour is not all that tells: "+", "~", "−"
};

/// All that painting a picture of sizes needs, as values: painted in a worker.
struct SizePicture {
    std::shared_ptr<const layers::Stack> stack;
    std::shared_ptr<const layers::View> view;
    std::shared_ptr<const SizeTree> tree;
    SizeColouring colouring = SizeColouring::Layer;
    Tokens tokens;
    std::vector<QColor> colours; ///< layerColours() of the tokens
    QFont font; ///< small
    QSize size; ///< px
    double pixelRatio = 1;

    SizeFill fillOf(const SizeBlock& block) const;
    /// The last component of the path; "/" for the root.
    QString nameOf(layers::Stack::NodeId node) const;
    /// A block's right and lower edges are those where its neighbour begins.
    static QRect snapped(const QRectF& box);
};

QImage paintTreemap(const SizePicture& picture, const SizeBlocks& blocks, std::stop_token stop = {});
QImage paintFlame(const SizePicture& picture, const SizeBlocks& blocks, std::stop_token stop = {});

} // namespace darsena::gui
