// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/container_feed.h"

#include <algorithm>
#include <array>
#include <utility>

namespace darsena::gui {

namespace {

/// Actions after which a container looks as before.
bool changesNothing(std::string_view action)
{
    static constexpr std::array<std::string_view, 8> quiet { "exec_", "attach", "detach", "top", "resize", "archive-path", "extract-to-dir", "export" };
    return std::any_of(quiet.begin(), quiet.end(), [&](std::string_view name) { return action.starts_with(name); });
}

} // namespace

ContainerFeed::ContainerFeed(EngineClient& client, QObject* parent)
    : QObject(parent)
    , m_client(client)
{
    connect(&client, &EngineClient::event, this, &ContainerFeed::onEvent);
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

void ContainerFeed::reload()
{
    if (std::exchange(m_listing, true))
        return;
    m_client.send(client::listContainers(true), this, [this](Result<std::vector<model::ContainerSummary>> list) {
        m_listing = false;
        m_ready = list.ok();
        m_error = list ? QString() : QString::fromStdString(list.error().message());
        if (list)
            Q_EMIT listed(*list);
        Q_EMIT statusChanged();
        // The list may be older than the events that came while it was under way.
        for (const QString& id : std::exchange(m_again, {}))
            refresh(id);
    });
}

void ContainerFeed::onEvent(const model::Event& event)
{
    if (event.type != "container" || event.actorId.empty() || changesNothing(event.action))
        return;
    refresh(QString::fromStdString(event.actorId));
}

void ContainerFeed::refresh(const QString& id)
{
    if (m_listing || m_asked.contains(id)) {
        m_again.insert(id);
        return;
    }
    m_asked.insert(id);
    const std::string wanted = id.toStdString();
    m_client.send(client::listContainers(true, { { "id", { wanted } } }), this, [this, id, wanted](Result<std::vector<model::ContainerSummary>> list) {
        m_asked.remove(id);
        if (list) {
            const auto found = std::find_if(list->begin(), list->end(), [&](const auto& container) { return container.id == wanted; });
            if (found != list->end())
                Q_EMIT changed(*found);
            else
                Q_EMIT removed(id);
        }
        if (m_again.remove(id))
            refresh(id);
    });
}

} // namespace darsena::gui
