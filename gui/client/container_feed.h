// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "gui/client/engine_client.h"

#include <QObject>
#include <QSet>
#include <QString>

#include <vector>

namespace darsena::gui {

/// Keeps somebody's list of containers in step with the engine: the whole list once a connection, then one container for
/// each that an event speaks of. Events carry no state, so the container itself is asked for; events that come while
/// the answer is under way make one more question, not many.
class ContainerFeed : public QObject {
    Q_OBJECT
public:
    /// @p client must outlive the feed.
    explicit ContainerFeed(EngineClient& client, QObject* parent = nullptr);

    /// The list has come at least once since the connection.
    bool ready() const { return m_ready; }
    /// Why there is no list; empty when there is, or none was asked for yet.
    QString errorSentence() const { return m_error; }
    /// Asks for the whole list again.
    void reload();

Q_SIGNALS:
    /// All containers there are.
    void listed(const std::vector<darsena::model::ContainerSummary>& containers);
    void changed(const darsena::model::ContainerSummary& container);
    void removed(const QString& id);
    /// ready() or errorSentence() changed.
    void statusChanged();

private:
    void onEvent(const model::Event& event);
    void refresh(const QString& id);

    EngineClient& m_client;
    bool m_ready = false;
    bool m_listing = false;
    QString m_error;
    QSet<QString> m_asked; // under way
    QSet<QString> m_again; // an event came meanwhile
};

} // namespace darsena::gui
