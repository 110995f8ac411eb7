// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/address_pool.h"

#include <algorithm>

#include <fmt/format.h>
#include <sys/random.h>

namespace darsena::network {

namespace {

/// After so many taken ones in a row the pool counts as full: an IPv6 subnet cannot be searched.
constexpr int kMaxTries = 1 << 20;

std::vector<Subnet> candidates()
{
    std::vector<Subnet> list;
    for (std::uint32_t second = 17; second <= 31; ++second)
        list.push_back({Address::v4((172U << 24) | (second << 16) | 1U), 16});
    for (std::uint32_t third = 0; third < 256; third += 16)
        list.push_back({Address::v4((192U << 24) | (168U << 16) | (third << 8) | 1U), 20});
    return list;
}

} // namespace

bool isBusy(const Subnet& subnet, const std::vector<Subnet>& busy)
{
    return std::ranges::any_of(busy, [&](const Subnet& other) { return other.prefix > 0 && subnet.overlaps(other); });
}

Result<Subnet> chooseSubnet(const std::vector<Subnet>& busy)
{
    for (const Subnet& candidate : candidates()) {
        if (!isBusy(candidate, busy))
            return candidate;
    }
    return Error(ErrorCode::Unavailable,
        "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network: "
        "172.17.0.0/16 to 172.31.0.0/16 and 192.168.0.0/16 are all in use on this host");
}

Subnet chooseUniqueLocal(const std::vector<Subnet>& busy)
{
    for (;;) {
        std::array<std::uint8_t, 16> bytes{};
        // Small requests cannot fail or be cut short (getrandom(2)).
        [[maybe_unused]] const auto got = ::getrandom(bytes.data(), 6, 0);
        bytes[0] = 0xfd;
        bytes[15] = 1;
        const Subnet subnet{Address::fromBytes(Family::V6, bytes.data()), 64};
        if (!isBusy(subnet, busy))
            return subnet;
    }
}

AddressPool::AddressPool(AddressRange range)
    : m_range(std::move(range))
    , m_choice(m_range.range.value_or(m_range.subnet))
    // So that the first is the one behind the gateway, or the range's first.
    , m_last(m_range.range ? Address{m_choice.family(), m_choice.network().bits - 1} : m_range.subnet.network())
{
}

bool AddressPool::usable(Address address) const
{
    const Subnet& subnet = m_range.subnet;
    if (!subnet.contains(address) || address == subnet.address || std::ranges::find(m_range.reserved, address) != m_range.reserved.end())
        return false;
    // Point-to-point subnets have neither a network's nor a broadcast address.
    if (subnet.prefix >= address.width() - 1)
        return true;
    return address != subnet.network() && (address.isV6() || address != subnet.last());
}

Result<Address> AddressPool::allocate()
{
    Address candidate = m_last;
    const AddressBits size = m_choice.last().bits - m_choice.network().bits;
    for (int tries = 0; tries < kMaxTries && AddressBits(static_cast<unsigned>(tries)) <= size; ++tries) {
        candidate.bits = !m_choice.contains(candidate) || candidate == m_choice.last() ? m_choice.network().bits : candidate.bits + 1;
        if (usable(candidate) && m_used.insert(candidate).second) {
            m_last = candidate;
            return candidate;
        }
    }
    return Error(ErrorCode::Unavailable, fmt::format("no available IP addresses on this network's address pools: {}", m_choice.networkText()));
}

Result<void> AddressPool::reserve(Address address)
{
    const Subnet& subnet = m_range.subnet;
    if (!subnet.contains(address))
        return Error(ErrorCode::Invalid, fmt::format("no configured subnet contains IP address {}", address.text()));
    if (address == subnet.address || !m_used.insert(address).second)
        return Error(ErrorCode::Denied, fmt::format("Address already in use: {}", address.text()));
    return {};
}

void AddressPool::release(Address address)
{
    m_used.erase(address);
}

} // namespace darsena::network
