// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <memory>

#include <QtCore/QSocketNotifier>

namespace darsena::helper {

/// Ends the event loop on SIGTERM, SIGINT and SIGHUP. By handlers and a pipe, not by blocking the signals: a blocked mask
/// would be inherited by every program that is started. One object a process, main thread.
class QuitOnSignal {
public:
    static Result<std::unique_ptr<QuitOnSignal>> install();
    ~QuitOnSignal();

private:
    QuitOnSignal(UniqueFd readEnd, UniqueFd writeEnd);

    UniqueFd m_readEnd;
    UniqueFd m_writeEnd;
    QSocketNotifier m_notifier;
};

} // namespace darsena::helper
