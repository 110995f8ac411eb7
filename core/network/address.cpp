// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/address.h"

#include <charconv>

#include <fmt/format.h>

namespace darsena::network {

namespace {

/// A decimal number without sign, blanks or leading zeros (which some parsers take for octal).
bool readNumber(std::string_view text, unsigned highest, unsigned& value)
{
    if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0'))
        return false;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value <= highest;
}

} // namespace

Result<Ipv4> Ipv4::parse(std::string_view text)
{
    const auto invalid = [&] { return Error(ErrorCode::Invalid, fmt::format("invalid IPv4 address \"{}\"", text)); };
    Ipv4 address;
    std::string_view rest = text;
    for (int index = 0; index < 4; ++index) {
        const auto dot = rest.find('.');
        if ((dot == std::string_view::npos) != (index == 3))
            return invalid();
        unsigned part = 0;
        if (!readNumber(rest.substr(0, dot), 255, part))
            return invalid();
        address.bits = (address.bits << 8) | part;
        rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
    }
    return address;
}

std::string Ipv4::text() const
{
    return fmt::format("{}.{}.{}.{}", bits >> 24, (bits >> 16) & 255, (bits >> 8) & 255, bits & 255);
}

Result<Subnet> Subnet::parse(std::string_view text)
{
    const auto slash = text.find('/');
    if (slash == std::string_view::npos)
        return Error(ErrorCode::Invalid, fmt::format("invalid subnet \"{}\": no prefix length", text));
    Subnet subnet;
    subnet.address = TRY(Ipv4::parse(text.substr(0, slash)));
    unsigned prefix = 0;
    if (!readNumber(text.substr(slash + 1), 32, prefix))
        return Error(ErrorCode::Invalid, fmt::format("invalid subnet \"{}\": the prefix length is 0 to 32", text));
    subnet.prefix = static_cast<int>(prefix);
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

} // namespace darsena::network
