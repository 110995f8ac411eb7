// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/image_viewer.h"
#include "gui/base/page.h"
#include "gui/client/engine_client.h"

#include <memory>

namespace darsena::gui {

/// The layer viewer: left the layers, in the middle the files (of one layer, or all as of it), right the file chosen or
/// what the image wastes. The layers' files come one after the other while the first is already shown; trees are made
/// in a worker thread.
class LayersView : public ImageViewer {
    Q_OBJECT
public:
    /// The engine client must outlive the view.
    LayersView(const PageContext& context, EngineClient& client, QWidget* parent = nullptr);
    ~LayersView() override;

    void showImage(const QString& reference, const QString& id) override;
    void clear() override;

private:
    class Parts;
    std::unique_ptr<Parts> m;
};

} // namespace darsena::gui
