// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/connections.h"

#include "core/api/http/message.h"
#include "core/base/log.h"

#include <algorithm>
#include <system_error>

#include <fcntl.h>
#include <sys/socket.h>

namespace darsena::helper {
namespace {

constexpr std::size_t maxConnections = 256;

void refuseBusy(const UniqueFd& client)
{
    const http::Response response { 503, { { "Content-Type", "application/json" }, { "Connection", "close" } },
        R"({"message":"the engine serves as many connections as it may: close some and try again"})"
        "\n" };
    const std::string bytes = http::serialize(response);
    // A fresh socket's buffer takes this at once; whoever sees to it that it does not gets nothing.
    [[maybe_unused]] const ssize_t sent = ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(client.get(), SHUT_WR);
}

} // namespace

void Connections::joinDone()
{
    std::erase_if(m_entries, [](Entry& entry) {
        if (entry.done)
            entry.thread.join();
        return entry.done;
    });
}

void Connections::add(UniqueFd client, std::optional<Error> refusal)
{
    const std::lock_guard lock(m_mutex);
    joinDone();
    if (m_entries.size() >= maxConnections) {
        log::warning("refused a connection: {} are open", m_entries.size());
        refuseBusy(client);
        return;
    }
    Entry& entry = m_entries.emplace_back();
    entry.client = UniqueFd::adopt(::fcntl(client.get(), F_DUPFD_CLOEXEC, 3));
    try {
        entry.thread = std::thread([this, &entry, fd = client.release(), refusal = std::move(refusal)]() mutable {
            m_server.serve(UniqueFd::adopt(fd), std::move(refusal));
            const std::lock_guard inner(m_mutex);
            entry.client.reset();
            entry.done = true;
            m_ended.notify_all();
        });
    } catch (const std::system_error& error) {
        log::error("no thread for a connection: {}", error.what());
        m_entries.pop_back();
    }
}

bool Connections::finish(std::chrono::milliseconds grace)
{
    std::unique_lock lock(m_mutex);
    const auto allDone = [this] { return std::ranges::all_of(m_entries, &Entry::done); };
    if (!m_ended.wait_for(lock, grace, allDone)) {
        for (const Entry& entry : m_entries) {
            if (!entry.done)
                ::shutdown(entry.client.get(), SHUT_RDWR);
        }
        if (!m_ended.wait_for(lock, grace, allDone))
            return false;
    }
    joinDone();
    return true;
}

} // namespace darsena::helper
