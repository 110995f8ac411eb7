// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/address_pool.h"

#include <fmt/format.h>

namespace darsena::network {

namespace {

std::vector<Subnet> candidates()
{
    std::vector<Subnet> list;
    for (std::uint32_t second = 17; second <= 31; ++second)
        list.push_back({{(172U << 24) | (second << 16) | 1U}, 16});
    for (std::uint32_t third = 0; third < 256; third += 16)
        list.push_back({{(192U << 24) | (168U << 16) | (third << 8) | 1U}, 20});
    return list;
}

} // namespace

Result<Subnet> chooseSubnet(const std::vector<Subnet>& busy)
{
    for (const Subnet& candidate : candidates()) {
        bool free = true;
        for (const Subnet& other : busy) {
            // A default route overlaps everything and says nothing about who uses the range.
            if (other.prefix > 0 && candidate.overlaps(other)) {
                free = false;
                break;
            }
        }
        if (free)
            return candidate;
    }
    return Error(ErrorCode::Unavailable,
        "no free address range for the bridge network: 172.17.0.0/16 to 172.31.0.0/16 and 192.168.0.0/16 are all in use on this host");
}

AddressPool::AddressPool(Subnet subnet)
    : m_subnet(subnet)
    , m_last(subnet.address)
{
}

bool AddressPool::usable(Ipv4 address) const
{
    return m_subnet.contains(address) && address != m_subnet.address && address != m_subnet.network()
        && address != m_subnet.broadcast();
}

Result<Ipv4> AddressPool::allocate()
{
    const std::uint64_t size = std::uint64_t{1} << (32 - m_subnet.prefix);
    Ipv4 candidate = m_last;
    for (std::uint64_t tried = 0; tried < size; ++tried) {
        candidate.bits = candidate == m_subnet.broadcast() ? m_subnet.network().bits : candidate.bits + 1;
        if (usable(candidate) && m_used.insert(candidate).second) {
            m_last = candidate;
            return candidate;
        }
    }
    return Error(ErrorCode::Unavailable, fmt::format("no free address in {}", m_subnet.networkText()));
}

Result<void> AddressPool::reserve(Ipv4 address)
{
    if (!usable(address))
        return Error(ErrorCode::Invalid,
            fmt::format("{} is not an address for a container in {}", address.text(), m_subnet.networkText()));
    if (!m_used.insert(address).second)
        return Error(ErrorCode::Conflict, fmt::format("address {} is already in use", address.text()));
    return {};
}

void AddressPool::release(Ipv4 address)
{
    m_used.erase(address);
}

} // namespace darsena::network
