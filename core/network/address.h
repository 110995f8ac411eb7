// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace darsena::network {

/// An IPv4 address in host byte order. 0.0.0.0 is "none".
struct Ipv4 {
    std::uint32_t bits = 0;

    /// Dotted decimal, four numbers, nothing else. Errors: Invalid, naming the text.
    static Result<Ipv4> parse(std::string_view text);
    std::string text() const;
    bool isNone() const { return bits == 0; }
    bool isLoopback() const { return (bits >> 24) == 127; }
    auto operator<=>(const Ipv4&) const = default;
};

/// An IPv4 network and this side's address in it: "172.17.0.1/16".
struct Subnet {
    Ipv4 address;
    int prefix = 0; ///< 0..32

    static Result<Subnet> parse(std::string_view text);
    std::uint32_t mask() const { return prefix == 0 ? 0 : ~std::uint32_t{0} << (32 - prefix); }
    Ipv4 network() const { return {address.bits & mask()}; }
    Ipv4 broadcast() const { return {address.bits | ~mask()}; }
    bool contains(Ipv4 other) const { return (other.bits & mask()) == network().bits; }
    bool overlaps(const Subnet& other) const { return contains(other.network()) || other.contains(network()); }
    /// The address with the prefix: "172.17.0.1/16".
    std::string text() const;
    /// The network with the prefix: "172.17.0.0/16".
    std::string networkText() const;
    auto operator<=>(const Subnet&) const = default;
};

} // namespace darsena::network
