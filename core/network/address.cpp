// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/address.h"

#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace darsena::network {

namespace {

AddressBits allOnes(int width)
{
    return width == 128 ? ~AddressBits{0} : (AddressBits{1} << width) - 1;
}

} // namespace

Address Address::fromBytes(Family family, const std::uint8_t* bytes)
{
    Address address{family, 0};
    const int count = family == Family::V4 ? 4 : 16;
    for (int i = 0; i < count; ++i)
        address.bits = (address.bits << 8) | bytes[i];
    return address;
}

std::array<std::uint8_t, 16> Address::bytes() const
{
    std::array<std::uint8_t, 16> result{};
    const int count = width() / 8;
    for (int i = 0; i < count; ++i)
        result[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(bits >> (8 * (count - 1 - i)));
    return result;
}

Result<Address> Address::parse(std::string_view text)
{
    // inet_pton takes neither leading zeros (which some parsers take for octal) nor fewer than four numbers.
    std::array<std::uint8_t, 16> bytes{};
    const std::string terminated(text.substr(0, 64));
    const Family family = terminated.find(':') == std::string::npos ? Family::V4 : Family::V6;
    const bool clean = text.size() < 64 && text.find('\0') == std::string_view::npos;
    if (!clean || ::inet_pton(family == Family::V4 ? AF_INET : AF_INET6, terminated.c_str(), bytes.data()) != 1)
        return Error(ErrorCode::Invalid, fmt::format("invalid IP address \"{}\"", text.substr(0, 100)));
    return fromBytes(family, bytes.data());
}

std::string Address::text() const
{
    std::array<char, INET6_ADDRSTRLEN> text{};
    const auto raw = bytes();
    ::inet_ntop(isV6() ? AF_INET6 : AF_INET, raw.data(), text.data(), text.size());
    return text.data();
}

AddressBits Subnet::mask() const
{
    const int width = address.width();
    return prefix == 0 ? 0 : allOnes(width) ^ allOnes(width - prefix);
}

Address Subnet::last() const
{
    return {address.family, network().bits | allOnes(address.width() - prefix)};
}

Result<Subnet> Subnet::parse(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        return Error(ErrorCode::Invalid, fmt::format("invalid CIDR address: {}", text.substr(0, 100)));
    Subnet subnet;
    subnet.address = TRY(Address::parse(text.substr(0, slash)));
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), subnet.prefix);
    const bool number = error == std::errc() && end == digits.data() + digits.size() && digits.size() <= 3
        && (digits.size() == 1 || digits.front() != '0');
    if (!number || subnet.prefix < 0 || subnet.prefix > subnet.address.width())
        return Error(ErrorCode::Invalid, fmt::format("invalid CIDR address: {}", text.substr(0, 100)));
    return subnet;
}

std::string Subnet::text() const
{
    return fmt::format("{}/{}", address.text(), prefix);
}

std::string Subnet::networkText() const
{
    return fmt::format("{}/{}", network().text(), prefix);
}

std::string macText(const Mac& mac)
{
    return fmt::format("{:02x}", fmt::join(mac, ":"));
}

Result<Mac> parseMac(std::string_view text)
{
    Mac mac{};
    bool valid = text.size() == 17;
    for (std::size_t i = 0; valid && i < mac.size(); ++i) {
        const char* begin = text.data() + 3 * i;
        const auto [end, error] = std::from_chars(begin, begin + 2, mac[i], 16);
        valid = error == std::errc() && end == begin + 2 && (i == 5 || begin[2] == ':' || begin[2] == '-');
    }
    // A group address (the lowest bit of the first byte) cannot be one link's own.
    if (!valid || (mac[0] & 1) != 0 || mac == Mac{})
        return Error(ErrorCode::Invalid, fmt::format("invalid MAC address: {}", text.substr(0, 100)));
    return mac;
}

} // namespace darsena::network
