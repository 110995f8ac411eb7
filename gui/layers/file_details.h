// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/layers/layer_lines.h"
#include "gui/models/layer_tree_content.h"
#include "gui/theme/theme.h"

#include <QScrollArea>

#include <memory>

class QBoxLayout;
class QGridLayout;

namespace darsena::gui {

class LayerListModel;

/// What is known of one file: how large, whose, what kind, what is other than before, which step wrote it, and every layer
/// that touched its path.
class FileDetails : public QScrollArea {
    Q_OBJECT
public:
    using NodeId = layers::Stack::NodeId;

    explicit FileDetails(const Theme& theme, QWidget* parent = nullptr);

    /// @p steps says what the stack's layers are; nullptr: the stack compares two images, and its layers are none of either.
    /// The model must outlive what is shown.
    void showFile(std::shared_ptr<const LayerTreeContent> content, NodeId node, const LayerListModel* steps);
    void clear();
    /// Which lines of the open Dockerfile made the layers. It must outlive the widget.
    void setLines(const LayerLines* lines);

Q_SIGNALS:
    void layerChosen(int layer);
    /// A line of the Dockerfile that LayerLines speaks of.
    void lineChosen(int line);
    /// List only the layers that touch it.
    void onlyTouching(darsena::layers::Stack::NodeId node);

protected:
    void changeEvent(QEvent* event) override;

private:
    void rebuild();
    void fill(QBoxLayout& column);
    void addFacts(QGridLayout& grid);
    void addLine(QGridLayout& grid, const LayerLines::Line& line);
    void addHistory(QBoxLayout& column);

    const Theme& m_theme;
    std::shared_ptr<const LayerTreeContent> m_content;
    NodeId m_node = layers::Stack::none;
    const LayerListModel* m_steps = nullptr;
    const LayerLines* m_lines = nullptr;
};

} // namespace darsena::gui
