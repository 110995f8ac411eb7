// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/network/address.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// DNS messages (RFC 1035) as far as the names of containers need them. Pure; every length is checked against the bytes
// that are there, and nothing is allocated by what a message claims. Hand-written: Debian's resolver libraries parse
// answers for a client and have no server's side, or are whole servers.
namespace darsena::network::dns {

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypePtr = 12;
constexpr std::uint16_t kTypeAaaa = 28;
constexpr std::uint16_t kClassInternet = 1;

enum class Code : std::uint8_t { Fine = 0, FormatError = 1, ServerFailure = 2, NoSuchName = 3, NotImplemented = 4, Refused = 5 };

/// A request with one question.
struct Query {
    std::uint16_t id = 0;
    bool recursionDesired = false;
    std::string name; ///< lower case, without the last dot; "" = the root. Bytes other than printable ASCII as "\ddd"
    std::uint16_t type = 0;
    std::uint16_t queryClass = 0;
    std::uint16_t maxAnswer = 512; ///< what the asker takes by UDP: 512, or what its EDNS says
    std::size_t questionEnd = 0; ///< where the question ends in the message
};

/// Errors: Invalid when it is no request, not one question, or runs past its end. A name with compression pointers is
/// refused: no asker sends one in its only question.
Result<Query> parseQuery(std::span<const std::uint8_t> message);

/// What is left of a message whose question does not parse, so that it can be refused: its id.
std::optional<std::uint16_t> idOf(std::span<const std::uint8_t> message);
void setId(std::span<std::uint8_t> message, std::uint16_t id);
/// Whether `answer` is an answer to `query`: the response bit, and the same question byte by byte (letters of either case).
bool answers(std::span<const std::uint8_t> answer, std::span<const std::uint8_t> query, std::size_t questionEnd);

/// One record of an answer: an address (A or AAAA by its family), or a name (PTR).
struct Record {
    std::optional<Address> address;
    std::string name;
};

/// An answer with the question of `query` (the request's own bytes) repeated. More records than fit into `limit` bytes are
/// left out and the answer is marked as cut, which makes the asker come again by TCP.
std::vector<std::uint8_t> makeAnswer(
    std::span<const std::uint8_t> request, const Query& query, Code code, const std::vector<Record>& records, std::size_t limit);
/// A refusal of a message that does not parse; empty when it has not even an id.
std::vector<std::uint8_t> makeRefusal(std::span<const std::uint8_t> request, Code code);

/// "3.0.18.172.in-addr.arpa" and "….ip6.arpa" -> the address. No value for other names.
std::optional<Address> addressOfReverseName(std::string_view name);

} // namespace darsena::network::dns
