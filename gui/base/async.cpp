// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/base/async.h"

#include <QCoreApplication>

namespace darsena::gui::detail {

QObject* mainThreadReceiver()
{
    return QCoreApplication::instance();
}

} // namespace darsena::gui::detail
