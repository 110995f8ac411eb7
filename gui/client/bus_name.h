// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>

#include <functional>

namespace darsena::gui {

/// Finds this process's name on the system bus, by which polkit knows whom the engine asks about; connects when nobody has
/// yet. In a thread, as a bus that hangs must not hang the window; `done` comes in the GUI thread, with "" when there is no
/// bus, and not at all after the context's death.
void findBusName(QObject* context, std::function<void(const QString&)> done);

} // namespace darsena::gui
