// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/dns_message.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace darsena::network {

/// One container on one network, as its neighbours know it.
struct NamedEndpoint {
    std::string container; ///< its id
    std::vector<std::string> names; ///< the first is the one that its address resolves back to
    std::optional<Address> address;
    std::optional<Address> address6;
};

/// A network that a container sees.
struct VisibleNetwork {
    std::string id;
    std::string name; ///< "web.<name>" is "web" of this network
    std::map<std::string, std::string> aliases{}; ///< what only this one calls others there, and their container ids ("links")
};

/// Who is called what, network by network. Any thread.
class NameTable {
public:
    /// Replaces what the container was called there.
    void publish(const std::string& network, NamedEndpoint endpoint);
    void withdraw(const std::string& network, const std::string& container);

    /// The answer that a container on these networks gets; the first network that knows the name has it. No value: nobody
    /// here is called so, and somebody else may be asked. A name that is known has no value of the other family: that is
    /// an answer, too.
    std::optional<std::vector<dns::Record>> answer(const dns::Query& query, const std::vector<VisibleNetwork>& networks) const;

private:
    std::vector<const NamedEndpoint*> called(const VisibleNetwork& network, std::string_view name) const;
    std::optional<std::vector<dns::Record>> reverse(const Address& address, const std::vector<VisibleNetwork>& networks) const;

    mutable std::mutex m_mutex;
    std::map<std::string, std::map<std::string, NamedEndpoint>> m_networks; ///< by network id and container id
    mutable std::size_t m_turn = 0; ///< several containers of one name take turns to be first
};

} // namespace darsena::network
