// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/client/bus_name.h"

#include <QDBusConnection>
#include <QThread>

#include <memory>

namespace darsena::gui {

namespace {

/// A connection of our own: the shared one stays dead for good once the bus was not there.
QString nameOnBus()
{
    const QString key = QStringLiteral("darsena-engine");
    QDBusConnection bus(key);
    if (!bus.isConnected()) {
        QDBusConnection::disconnectFromBus(key);
        bus = QDBusConnection::connectToBus(QDBusConnection::SystemBus, key);
    }
    return bus.baseService();
}

} // namespace

void findBusName(QObject* context, std::function<void(const QString&)> done)
{
    const auto name = std::make_shared<QString>();
    QThread* worker = QThread::create([name] { *name = nameOnBus(); });
    QObject::connect(worker, &QThread::finished, context, [name, done = std::move(done)] { done(*name); });
    QObject::connect(worker, &QThread::finished, worker, &QObject::deleteLater);
    worker->start();
}

} // namespace darsena::gui
