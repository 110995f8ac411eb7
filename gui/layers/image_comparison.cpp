// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/image_comparison.h"

#include "core/layers/compare.h"

#include <utility>

namespace darsena::gui {

ImageComparison::ImageComparison(ImageOrigin other, std::unique_ptr<ImageLoader> loader, QObject* parent)
    : QObject(parent)
    , m_other(std::make_unique<ImageSession>(std::move(other), std::move(loader)))
    , m_job(this)
{
    connect(m_other.get(), &ImageSession::progressed, this, &ImageComparison::progressed);
    connect(m_other.get(), &ImageSession::failed, this, &ImageComparison::failed);
    connect(m_other.get(), &ImageSession::stacked, this, [this] {
        if (m_other->isComplete())
            start();
    });
    m_other->start();
}

void ImageComparison::compare(std::shared_ptr<const layers::Stack> shown, std::size_t count, layers::Strictness strictness)
{
    if (shown == m_shown && count == m_count && strictness == m_strictness)
        return;
    m_shown = std::move(shown);
    m_count = count;
    m_strictness = strictness;
    m_stack.reset();
    start();
}

void ImageComparison::start()
{
    if (!m_shown || !m_other->isComplete())
        return;
    m_job.start([other = m_other->stack(), shown = m_shown, count = m_count,
                    strictness = m_strictness] { return layers::compare(*other, other->layerCount(), *shown, count, strictness); },
        [this](Result<layers::Stack> stack) {
            if (!stack) {
                Q_EMIT failed(stack.error());
                return;
            }
            m_stack = std::make_shared<const layers::Stack>(std::move(*stack));
            Q_EMIT compared();
        });
}

} // namespace darsena::gui
