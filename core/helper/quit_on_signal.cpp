// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/quit_on_signal.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>

#include <QtCore/QCoreApplication>
#include <fcntl.h>
#include <unistd.h>

namespace darsena::helper {
namespace {

// All that a signal handler can reach.
std::atomic<int> quitPipe = -1;

void onSignal(int)
{
    const int savedErrno = errno;
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(quitPipe.load(), &byte, 1);
    errno = savedErrno;
}

constexpr std::array quitSignals { SIGTERM, SIGINT, SIGHUP };

} // namespace

Result<std::unique_ptr<QuitOnSignal>> QuitOnSignal::install()
{
    std::array<int, 2> ends { -1, -1 };
    if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return Error::system(errno, "pipe");
    return std::unique_ptr<QuitOnSignal>(new QuitOnSignal(UniqueFd::adopt(ends[0]), UniqueFd::adopt(ends[1])));
}

QuitOnSignal::QuitOnSignal(UniqueFd readEnd, UniqueFd writeEnd)
    : m_readEnd(std::move(readEnd))
    , m_writeEnd(std::move(writeEnd))
    , m_notifier(m_readEnd.get(), QSocketNotifier::Read)
{
    QObject::connect(&m_notifier, &QSocketNotifier::activated, QCoreApplication::instance(), &QCoreApplication::quit);
    quitPipe = m_writeEnd.get();
    struct sigaction action { };
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    for (const int signal : quitSignals)
        ::sigaction(signal, &action, nullptr);
}

QuitOnSignal::~QuitOnSignal()
{
    struct sigaction action { };
    action.sa_handler = SIG_DFL;
    for (const int signal : quitSignals)
        ::sigaction(signal, &action, nullptr);
    quitPipe = -1;
}

} // namespace darsena::helper
