// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/dns_message.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace darsena::network::dns {

namespace {

constexpr std::size_t kHeaderBytes = 12;
constexpr std::size_t kMaxName = 255; // in the message, lengths included
constexpr std::uint16_t kTypeOptions = 41; // EDNS
constexpr std::uint32_t kLifetime = 600; // seconds, as Docker's; containers' resolvers keep nothing anyway

using Bytes = std::span<const std::uint8_t>;

std::uint16_t read16(Bytes message, std::size_t at)
{
    return static_cast<std::uint16_t>(message[at] << 8 | message[at + 1]);
}

void put16(std::vector<std::uint8_t>& out, std::uint16_t value)
{
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}

char lower(std::uint8_t byte)
{
    return static_cast<char>(byte >= 'A' && byte <= 'Z' ? byte - 'A' + 'a' : byte);
}

Error malformed(std::string_view what)
{
    return Error(ErrorCode::Invalid, fmt::format("malformed DNS message: {}", what));
}

/// Reads an uncompressed name and moves `at` behind it.
Result<std::string> readName(Bytes message, std::size_t& at)
{
    std::string name;
    const std::size_t begin = at;
    for (;;) {
        if (at >= message.size())
            return malformed("a name runs past the end");
        const std::size_t length = message[at++];
        if (length == 0)
            return name;
        if (length > 63)
            return malformed("a compressed name in a question");
        if (length > message.size() - at || at + length - begin > kMaxName)
            return malformed("a name is too long");
        if (!name.empty())
            name.push_back('.');
        for (const std::uint8_t byte : message.subspan(at, length)) {
            // A dot inside a label is none between labels.
            if (byte > ' ' && byte < 0x7f && byte != '.' && byte != '\\')
                name.push_back(lower(byte));
            else
                name += fmt::format("\\{:03}", byte);
        }
        at += length;
    }
}

/// The name as labels, without compression. Names are ours: container and network names, which have no empty labels.
std::vector<std::uint8_t> nameBytes(std::string_view name)
{
    std::vector<std::uint8_t> out;
    while (!name.empty() && out.size() < kMaxName - 64) {
        const std::string_view label = name.substr(0, std::min(name.find('.'), name.size()));
        const std::size_t length = std::min<std::size_t>(label.size(), 63);
        if (length > 0) {
            out.push_back(static_cast<std::uint8_t>(length));
            out.insert(out.end(), label.begin(), label.begin() + static_cast<std::ptrdiff_t>(length));
        }
        name.remove_prefix(std::min(label.size() + 1, name.size()));
    }
    out.push_back(0);
    return out;
}

/// The payload size that an EDNS record in the additional section announces. What does not parse announces nothing.
std::uint16_t announcedSize(Bytes message, std::size_t at)
{
    const int others = read16(message, 6) + read16(message, 8);
    const int additional = read16(message, 10);
    // A request has nothing before its additional records, and EDNS is the first of few.
    if (others != 0 || additional == 0 || additional > 4)
        return 512;
    for (int i = 0; i < additional; ++i) {
        if (!readName(message, at) || message.size() - at < 10)
            return 512;
        if (read16(message, at) == kTypeOptions)
            return std::clamp<std::uint16_t>(read16(message, at + 2), 512, 4096);
        const std::size_t length = read16(message, at + 8);
        at += 10;
        if (length > message.size() - at)
            return 512;
        at += length;
    }
    return 512;
}

std::vector<std::uint8_t> header(std::uint16_t id, std::uint8_t requestFlags, Code code)
{
    std::vector<std::uint8_t> out;
    put16(out, id);
    // Response and recursion available; opcode and "recursion desired" as they were asked.
    out.push_back(static_cast<std::uint8_t>(0x80 | (requestFlags & 0x79)));
    out.push_back(static_cast<std::uint8_t>(0x80 | static_cast<std::uint8_t>(code)));
    out.resize(kHeaderBytes);
    return out;
}

std::vector<std::uint8_t> recordBytes(const Record& record)
{
    std::vector<std::uint8_t> out;
    std::vector<std::uint8_t> data;
    std::uint16_t type = kTypePtr;
    if (record.address) {
        type = record.address->isV6() ? kTypeAaaa : kTypeA;
        const auto bytes = record.address->bytes();
        data.assign(bytes.begin(), bytes.begin() + record.address->width() / 8);
    } else {
        data = nameBytes(record.name);
    }
    put16(out, 0xc000 | kHeaderBytes); // the question's name
    put16(out, type);
    put16(out, kClassInternet);
    put16(out, kLifetime >> 16);
    put16(out, kLifetime & 0xffff);
    put16(out, static_cast<std::uint16_t>(data.size()));
    out.insert(out.end(), data.begin(), data.end());
    return out;
}

} // namespace

Result<Query> parseQuery(Bytes message)
{
    if (message.size() < kHeaderBytes)
        return malformed("shorter than a header");
    if ((message[2] & 0xf8) != 0)
        return malformed("not a query");
    if (read16(message, 4) != 1)
        return malformed("not one question");
    Query query;
    query.id = read16(message, 0);
    query.recursionDesired = (message[2] & 1) != 0;
    std::size_t at = kHeaderBytes;
    query.name = TRY(readName(message, at));
    if (message.size() - at < 4)
        return malformed("the question runs past the end");
    query.type = read16(message, at);
    query.queryClass = read16(message, at + 2);
    query.questionEnd = at + 4;
    query.maxAnswer = announcedSize(message, query.questionEnd);
    return query;
}

std::optional<std::uint16_t> idOf(Bytes message)
{
    return message.size() < kHeaderBytes ? std::nullopt : std::optional(read16(message, 0));
}

void setId(std::span<std::uint8_t> message, std::uint16_t id)
{
    message[0] = static_cast<std::uint8_t>(id >> 8);
    message[1] = static_cast<std::uint8_t>(id);
}

bool answers(Bytes answer, Bytes query, std::size_t questionEnd)
{
    if (answer.size() < kHeaderBytes || (answer[2] & 0x80) == 0 || read16(answer, 0) != read16(query, 0))
        return false;
    // Some servers leave the question out when they fail.
    if (read16(answer, 4) == 0)
        return (answer[3] & 0x0f) != 0;
    return answer.size() >= questionEnd
        && std::equal(query.begin() + kHeaderBytes, query.begin() + static_cast<std::ptrdiff_t>(questionEnd), answer.begin() + kHeaderBytes,
            [](std::uint8_t one, std::uint8_t other) { return lower(one) == lower(other); });
}

std::vector<std::uint8_t> makeAnswer(Bytes request, const Query& query, Code code, const std::vector<Record>& records, std::size_t limit)
{
    std::vector<std::uint8_t> out = header(query.id, request[2], code);
    out[5] = 1;
    out.insert(out.end(), request.begin() + kHeaderBytes, request.begin() + static_cast<std::ptrdiff_t>(query.questionEnd));
    std::uint16_t count = 0;
    for (const Record& record : records) {
        const auto bytes = recordBytes(record);
        if (out.size() + bytes.size() > limit) {
            out[2] |= 0x02; // cut
            break;
        }
        out.insert(out.end(), bytes.begin(), bytes.end());
        ++count;
    }
    out[6] = static_cast<std::uint8_t>(count >> 8);
    out[7] = static_cast<std::uint8_t>(count);
    return out;
}

std::vector<std::uint8_t> makeRefusal(Bytes request, Code code)
{
    const auto id = idOf(request);
    // An answer is never answered: two servers would talk for ever.
    if (!id || (request[2] & 0x80) != 0)
        return {};
    return header(*id, request[2], code);
}

std::optional<Address> addressOfReverseName(std::string_view name)
{
    constexpr std::string_view kV4 = ".in-addr.arpa";
    constexpr std::string_view kV6 = ".ip6.arpa";
    const Family family = name.ends_with(kV4) ? Family::V4 : Family::V6;
    const std::string_view suffix = family == Family::V4 ? kV4 : kV6;
    if (!name.ends_with(suffix))
        return {};
    name.remove_suffix(suffix.size());
    const int parts = family == Family::V4 ? 4 : 32;
    const int bitsEach = family == Family::V4 ? 8 : 4;
    Address address{family, 0};
    for (int i = 0; i < parts; ++i) {
        const auto dot = name.find('.');
        const std::string_view part = name.substr(0, dot);
        if ((dot == std::string_view::npos) != (i == parts - 1) || part.empty() || part.size() > 3)
            return {};
        unsigned value = 0;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value, family == Family::V4 ? 10 : 16);
        if (error != std::errc() || end != part.data() + part.size() || value >> bitsEach != 0)
            return {};
        // The last part comes first.
        address.bits |= AddressBits{value} << (bitsEach * i);
        name.remove_prefix(dot == std::string_view::npos ? name.size() : dot + 1);
    }
    return address;
}

} // namespace darsena::network::dns
