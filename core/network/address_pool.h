// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/address.h"

#include <set>
#include <vector>

namespace darsena::network {

/// The subnet for a new bridge: the first of 172.17.0.0/16 … 172.31.0.0/16, 192.168.0.0/20 … that overlaps none of
/// `busy` (the host's addresses and routes). Its address is the gateway, the network's first.
/// Errors: Unavailable when every candidate is taken.
Result<Subnet> chooseSubnet(const std::vector<Subnet>& busy);

/// Hands out the addresses of one subnet. Not thread-safe: its owner locks.
class AddressPool {
public:
    /// The gateway (the subnet's own address), network and broadcast addresses are never given.
    explicit AddressPool(Subnet subnet);

    const Subnet& subnet() const { return m_subnet; }
    /// The next free address after the one given last, so that a freed address rests before it is reused and a
    /// neighbour's stale ARP entry does not point at the wrong container. Errors: Unavailable when full.
    Result<Ipv4> allocate();
    /// Takes a particular address. Errors: Invalid outside the subnet, Conflict when in use.
    Result<void> reserve(Ipv4 address);
    void release(Ipv4 address);

private:
    bool usable(Ipv4 address) const;

    Subnet m_subnet;
    Ipv4 m_last;
    std::set<Ipv4> m_used;
};

} // namespace darsena::network
