// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/analysis.h"
#include "core/layers/stack.h"
#include "gui/base/async.h"
#include "gui/layers/image_origin.h"

#include <QObject>
#include <QTimer>

#include <memory>

namespace darsena::gui {

/// One image as it is being read: puts the layers that have come together, in a worker and at most twice a second, and
/// finds the waste when all are there. GUI thread; destroying it stops the reading.
class ImageSession : public QObject {
    Q_OBJECT
public:
    /// Takes the loader over.
    ImageSession(ImageOrigin origin, std::unique_ptr<ImageLoader> loader, QObject* parent = nullptr);
    ~ImageSession() override;

    /// Starts to read. Signals come later.
    void start();
    /// Reads no further. What has come stays, and nothing more can be asked of the loader.
    void stop();

    const ImageOrigin& origin() const { return m_origin; }
    /// For contents of files; null after stop().
    ImageLoader* loader() const { return m_loader.get(); }
    bool isDescribed() const { return m_described; }
    const layers::SourceImage& image() const { return m_image; }
    int layerCount() const { return static_cast<int>(m_image.layers.size()); }
    /// The layers that have come so far; null before the first.
    const std::shared_ptr<const layers::Stack>& stack() const { return m_stack; }
    /// stack() has every layer up to this one, and so tells the truth about it.
    bool hasUpTo(int layer) const;
    /// Every layer is in stack().
    bool isComplete() const { return m_complete; }
    /// Null before the image is complete.
    const std::shared_ptr<const layers::Analysis>& analysis() const { return m_analysis; }

Q_SIGNALS:
    void described();
    void layerRead(int layer);
    void progressed(qint64 done, qint64 total);
    /// stack() is another one.
    void stacked();
    void analysed();
    /// Nothing more comes: all is read, or it was stopped.
    void ended();
    /// Nothing more comes. What is there stays.
    void failed(const darsena::Error& error);

private:
    void rebuildSoon();
    void rebuild();

    ImageOrigin m_origin;
    std::unique_ptr<ImageLoader> m_loader;
    layers::SourceImage m_image;
    std::shared_ptr<const layers::Stack> m_stack;
    std::shared_ptr<const layers::Analysis> m_analysis;
    LatestOnly m_stackJob;
    LatestOnly m_analysisJob;
    QTimer m_pause; // between two stacks
    bool m_described = false;
    bool m_again = false; // a layer came while a stack was being built
    bool m_complete = false;
};

} // namespace darsena::gui
