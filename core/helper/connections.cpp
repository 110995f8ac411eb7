// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/connections.h"

#include "core/api/http/message.h"
#include "core/base/json.h"
#include "core/base/log.h"

#include <algorithm>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

namespace darsena::helper {
namespace {

constexpr std::ptrdiff_t maxConnections = 256;
constexpr std::ptrdiff_t rootReserve = 32;
constexpr std::ptrdiff_t maxOfUser = maxConnections / 2;
constexpr std::ptrdiff_t maxOfStranger = maxConnections / 16;
constexpr std::ptrdiff_t maxOfStrangers = maxConnections / 4;

void refuseBusy(const UniqueFd& client, const std::string& reason)
{
    http::Response response { 503, { { "Content-Type", "application/json" }, { "Connection", "close" } }, {} };
    response.body = json::serialize(json::Object { { "message", reason + ": close some and try again" } }) + "\n";
    const std::string bytes = http::serialize(response);
    // A fresh socket's buffer takes this at once; whoever sees to it that it does not gets nothing.
    [[maybe_unused]] const ssize_t sent = ::send(client.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    ::shutdown(client.get(), SHUT_WR);
}

/// A client that finds the connection closed while it writes its request does not read what it was told: we close with the
/// first connection that comes when it must be done.
constexpr std::chrono::seconds linger { 2 };
constexpr std::size_t maxLingering = 64;

} // namespace

void Connections::joinDone()
{
    std::erase_if(m_entries, [](Entry& entry) {
        if (entry.done)
            entry.thread.join();
        return entry.done;
    });
}

void Connections::refuse(UniqueFd client, const std::string& reason)
{
    refuseBusy(client, reason);
    if (m_refused.size() < maxLingering)
        m_refused.push_back({ std::move(client), std::chrono::steady_clock::now() });
}

std::optional<std::string> Connections::noRoom(const Owner& owner) const
{
    const auto open = [this](auto&& counts) { return std::ranges::count_if(m_entries, [&](const Entry& entry) { return counts(entry.owner); }); };
    const auto all = static_cast<std::ptrdiff_t>(m_entries.size());
    if (all >= maxConnections + (owner.standing == Standing::Root ? rootReserve : 0))
        return fmt::format("the engine serves as many connections as it may ({})", all);
    if (owner.standing == Standing::Root)
        return {};
    const bool stranger = owner.standing == Standing::Stranger;
    const std::ptrdiff_t own = open([&](const Owner& other) { return other.uid == owner.uid; });
    if (own >= (stranger ? maxOfStranger : maxOfUser))
        return fmt::format("user {} has as many connections to the engine as one may ({})", owner.uid, own);
    if (stranger && open([](const Owner& other) { return other.standing == Standing::Stranger; }) >= maxOfStrangers)
        return "the engine serves as many connections of users outside its group as it may";
    return {};
}

void Connections::add(UniqueFd client, Owner owner, std::unique_ptr<server::Gate> gate)
{
    const std::lock_guard lock(m_mutex);
    joinDone();
    std::erase_if(m_refused, [now = std::chrono::steady_clock::now()](const Refused& refused) { return now - refused.since > linger; });
    if (const auto reason = noRoom(owner)) {
        log::warning("refused a connection of user {}: {}", owner.uid, *reason);
        refuse(std::move(client), *reason);
        return;
    }
    Entry& entry = m_entries.emplace_back();
    entry.client = UniqueFd::adopt(::fcntl(client.get(), F_DUPFD_CLOEXEC, 3));
    entry.owner = owner;
    entry.gate = std::move(gate);
    try {
        entry.thread = std::thread([this, &entry, fd = client.release()] {
            m_server.serve(UniqueFd::adopt(fd), entry.gate.get());
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
