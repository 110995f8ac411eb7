// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/view.h"
#include "gui/base/async.h"
#include "gui/layers/image_session.h"

#include <QObject>

#include <memory>

namespace darsena::gui {

/// Another image, read to be compared with the one that is shown, and what differs: a stack of two layers, the lower one
/// all of the other image, the upper one what makes the shown image of it.
class ImageComparison : public QObject {
    Q_OBJECT
public:
    /// Starts to read the other one.
    ImageComparison(ImageOrigin other, std::unique_ptr<ImageLoader> loader, QObject* parent = nullptr);

    ImageSession& other() { return *m_other; }
    /// Compares it, as soon as it is read, with the first @p count layers of a stack.
    void compare(std::shared_ptr<const layers::Stack> shown, std::size_t count, layers::Strictness strictness);
    /// Null until the two are compared.
    const std::shared_ptr<const layers::Stack>& stack() const { return m_stack; }

Q_SIGNALS:
    /// stack() is another one.
    void compared();
    void progressed(qint64 done, qint64 total);
    void failed(const darsena::Error& error);

private:
    void start();

    std::unique_ptr<ImageSession> m_other;
    std::shared_ptr<const layers::Stack> m_shown;
    std::size_t m_count = 0;
    layers::Strictness m_strictness = layers::Strictness::Everything;
    std::shared_ptr<const layers::Stack> m_stack;
    LatestOnly m_job;
};

} // namespace darsena::gui
