// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/image.h"
#include "gui/client/engine_client.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <vector>

namespace darsena::gui {

/// Keeps somebody's list of images in step with the engine. One event of an image (a tag that moves) can change several
/// of them, so the list is asked for again, once for events that come together.
class ImageFeed : public QObject {
    Q_OBJECT
public:
    /// @p client must outlive the feed.
    explicit ImageFeed(EngineClient& client, QObject* parent = nullptr);

    bool ready() const { return m_ready; }
    QString errorSentence() const { return m_error; }
    void reload();

Q_SIGNALS:
    void listed(const std::vector<darsena::model::ImageSummary>& images);
    /// ready() or errorSentence() changed.
    void statusChanged();

private:
    EngineClient& m_client;
    QTimer m_gather;
    bool m_ready = false;
    bool m_listing = false;
    bool m_again = false;
    QString m_error;
};

} // namespace darsena::gui
