// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <functional>

class QWidget;

namespace darsena::gui {

/// Asks before something is destroyed, without blocking; Cancel is the default.
struct Removal {
    QString title;
    QString question; ///< "Remove the container web?"
    QString consequence; ///< what is destroyed and what stays
    QStringList names; ///< of what goes; listed when there are several
};
void confirmRemoval(QWidget* parent, const Removal& removal, const std::function<void()>& remove);

} // namespace darsena::gui
