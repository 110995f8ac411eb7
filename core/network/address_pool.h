// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/network/address.h"

#include <optional>
#include <set>
#include <vector>

namespace darsena::network {

/// The subnet for a new bridge: the first of 172.17.0.0/16 … 172.31.0.0/16, 192.168.0.0/20 … that overlaps none of
/// `busy` (the host's addresses and routes, other networks). Its address is the gateway, the network's first.
/// Errors: Unavailable when every candidate is taken.
Result<Subnet> chooseSubnet(const std::vector<Subnet>& busy);
/// A /64 of unique local addresses (RFC 4193) with a random global id.
Subnet chooseUniqueLocal(const std::vector<Subnet>& busy);
/// Whether one of `busy` overlaps; default routes say nothing about who uses a range.
bool isBusy(const Subnet& subnet, const std::vector<Subnet>& busy);

/// Addresses of one subnet as a network is configured: the subnet's own address is the gateway's.
struct AddressRange {
    Subnet subnet;
    std::optional<Subnet> range; ///< inside the subnet: where addresses are chosen from
    std::vector<Address> reserved; ///< never chosen
};

/// Hands out the addresses of one subnet. Not thread-safe: its owner locks.
class AddressPool {
public:
    /// The gateway (the subnet's own address), the network's and the broadcast address are never given.
    explicit AddressPool(AddressRange range);

    const Subnet& subnet() const { return m_range.subnet; }
    /// The next free address after the one given last, so that a freed address rests before it is reused and a
    /// neighbour's stale ARP entry does not point at the wrong container. Errors: Unavailable when full.
    Result<Address> allocate();
    /// Takes a particular address, outside the range too. Errors: Invalid outside the subnet, Denied "Address already in use".
    Result<void> reserve(Address address);
    void release(Address address);

private:
    bool usable(Address address) const;

    AddressRange m_range;
    Subnet m_choice; ///< the range, or the whole subnet
    Address m_last;
    std::set<Address> m_used;
};

} // namespace darsena::network
