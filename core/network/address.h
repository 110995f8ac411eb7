// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace darsena::network {

enum class Family { V4, V6 };

/// Wide enough for an address of either family.
__extension__ using AddressBits = unsigned __int128;

/// An IPv4 or IPv6 address as a number in host order. 0.0.0.0 and :: are "none".
struct Address {
    Family family = Family::V4;
    AddressBits bits = 0;

    /// Dotted decimal (four numbers without leading zeros), or IPv6 without a zone. Errors: Invalid, naming the text.
    static Result<Address> parse(std::string_view text);
    static Address v4(std::uint32_t bits) { return {Family::V4, bits}; }
    /// From network order; 4 or 16 bytes.
    static Address fromBytes(Family family, const std::uint8_t* bytes);

    std::string text() const;
    int width() const { return family == Family::V4 ? 32 : 128; }
    bool isNone() const { return bits == 0; }
    bool isV6() const { return family == Family::V6; }
    bool isLoopback() const { return isV6() ? bits == 1 : (bits >> 24) == 127; }
    /// In network order; of IPv4 the first four count.
    std::array<std::uint8_t, 16> bytes() const;
    /// For "host:port": an IPv6 address in brackets.
    std::string textForPort() const { return isV6() ? "[" + text() + "]" : text(); }
    auto operator<=>(const Address&) const = default;
};

/// A network and this side's address in it: "172.17.0.1/16", "fd00:1::1/64".
struct Subnet {
    Address address;
    int prefix = 0; ///< 0..32, 0..128

    static Result<Subnet> parse(std::string_view text);
    Family family() const { return address.family; }
    AddressBits mask() const;
    Address network() const { return {address.family, address.bits & mask()}; }
    /// The highest address; of IPv4 the one for broadcasts.
    Address last() const;
    bool contains(Address other) const { return other.family == address.family && (other.bits & mask()) == network().bits; }
    bool contains(const Subnet& other) const { return other.prefix >= prefix && contains(other.address); }
    bool overlaps(const Subnet& other) const { return contains(other.network()) || other.contains(network()); }
    bool isNone() const { return address.isNone(); }
    /// The address with the prefix: "172.17.0.1/16".
    std::string text() const;
    /// The network with the prefix: "172.17.0.0/16".
    std::string networkText() const;
    auto operator<=>(const Subnet&) const = default;
};

/// A link's hardware address.
using Mac = std::array<std::uint8_t, 6>;
std::string macText(const Mac& mac);
/// Six pairs of hex digits with ':' or '-' between. Errors: Invalid "invalid MAC address …", also for a multicast one.
Result<Mac> parseMac(std::string_view text);

} // namespace darsena::network
