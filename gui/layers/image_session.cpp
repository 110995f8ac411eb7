// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/image_session.h"

#include <algorithm>
#include <utility>

namespace darsena::gui {

namespace {
constexpr int stackPause = 500; // ms: a stack is built anew for layers that come fast at most twice a second
}

ImageSession::ImageSession(ImageOrigin origin, std::unique_ptr<ImageLoader> loader, QObject* parent)
    : QObject(parent)
    , m_origin(std::move(origin))
    , m_loader(std::move(loader))
    , m_stackJob(this)
    , m_analysisJob(this)
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(stackPause);
    connect(&m_pause, &QTimer::timeout, this, [this] {
        if (std::exchange(m_again, false))
            rebuild();
    });
    connect(m_loader.get(), &ImageLoader::described, this, [this] {
        m_described = true;
        m_image = m_loader->image();
        Q_EMIT described();
    });
    connect(m_loader.get(), &ImageLoader::layerRead, this, [this](int layer) {
        Q_EMIT layerRead(layer);
        rebuildSoon();
    });
    connect(m_loader.get(), &ImageLoader::progressed, this, &ImageSession::progressed);
    connect(m_loader.get(), &ImageLoader::finished, this, [this] {
        m_again = false;
        rebuild();
        Q_EMIT ended();
    });
    connect(m_loader.get(), &ImageLoader::failed, this, &ImageSession::failed);
}

ImageSession::~ImageSession() = default;

void ImageSession::start()
{
    m_loader->start();
}

void ImageSession::stop()
{
    if (!m_loader)
        return;
    m_loader->disconnect(this);
    m_loader.release()->deleteLater(); // its signals may be what leads here
    m_again = false;
    Q_EMIT ended();
}

bool ImageSession::hasUpTo(int layer) const
{
    if (!m_stack || layer >= static_cast<int>(m_stack->layerCount()))
        return false;
    for (int i = 0; i <= layer; ++i) {
        if (!m_stack->layer(static_cast<std::size_t>(i)))
            return false;
    }
    return true;
}

void ImageSession::rebuildSoon()
{
    m_again = true;
    if (m_pause.isActive() || m_stackJob.running())
        return;
    m_again = false;
    rebuild();
}

void ImageSession::rebuild()
{
    if (!m_loader)
        return;
    m_pause.start();
    m_stackJob.start([indexes = m_loader->indexes()]() { return layers::Stack::build(indexes); },
        [this](Result<layers::Stack> stack) {
            if (!stack) {
                Q_EMIT failed(stack.error());
                return;
            }
            m_stack = std::make_shared<const layers::Stack>(std::move(*stack));
            m_complete = hasUpTo(layerCount() - 1);
            Q_EMIT stacked();
            if (m_complete) {
                m_analysisJob.start([kept = m_stack] { return std::make_shared<const layers::Analysis>(layers::analyse(*kept)); },
                    [this](std::shared_ptr<const layers::Analysis> analysis) {
                        m_analysis = std::move(analysis);
                        Q_EMIT analysed();
                    });
            } else if (m_again && !m_pause.isActive()) {
                m_again = false;
                rebuild();
            }
        });
}

} // namespace darsena::gui
