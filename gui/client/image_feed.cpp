// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/image_feed.h"

#include <chrono>
#include <utility>

namespace darsena::gui {

ImageFeed::ImageFeed(EngineClient& client, QObject* parent)
    : QObject(parent)
    , m_client(client)
{
    m_gather.setSingleShot(true);
    m_gather.setInterval(std::chrono::milliseconds(100));
    connect(&m_gather, &QTimer::timeout, this, &ImageFeed::reload);
    connect(&client, &EngineClient::event, this, [this](const model::Event& event) {
        if (event.type == "image" || event.type == "builder")
            m_gather.start();
    });
    connect(&client, &EngineClient::stateChanged, this, [this](EngineClient::State state) {
        if (state == EngineClient::State::Connected) {
            reload();
        } else if (m_ready) {
            m_ready = false;
            Q_EMIT statusChanged();
        }
    });
    if (client.state() == EngineClient::State::Connected)
        reload();
}

void ImageFeed::reload()
{
    if (m_listing) {
        m_again = true;
        return;
    }
    m_listing = true;
    m_client.send(client::listImages(), this, [this](Result<std::vector<model::ImageSummary>> list) {
        m_listing = false;
        m_ready = list.ok();
        m_error = list ? QString() : QString::fromStdString(list.error().message());
        if (list)
            Q_EMIT listed(*list);
        Q_EMIT statusChanged();
        if (std::exchange(m_again, false))
            reload();
    });
}

} // namespace darsena::gui
