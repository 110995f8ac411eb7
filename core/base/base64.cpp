// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/base64.h"

#include <algorithm>
#include <limits>

#include <openssl/evp.h>

namespace darsena {

namespace {

// OpenSSL counts in int; whole groups, so that pieces can be put one after the other.
constexpr std::size_t pieceBytes = 3UL << 20;
constexpr std::size_t pieceCharacters = pieceBytes / 3 * 4;
static_assert(pieceCharacters < std::numeric_limits<int>::max());

const unsigned char* asBytes(std::string_view text)
{
    return reinterpret_cast<const unsigned char*>(text.data());
}

} // namespace

std::string encodeBase64(std::string_view bytes)
{
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0'); // OpenSSL ends it with a zero
    std::size_t length = 0;
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), pieceBytes))) {
        const std::string_view piece = bytes.substr(0, pieceBytes);
        length += static_cast<std::size_t>(
            EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()) + length, asBytes(piece), static_cast<int>(piece.size())));
    }
    text.resize(length);
    return text;
}

Result<std::string> decodeBase64(std::string_view text)
{
    std::string padded(text);
    padded.append(text.ends_with('=') ? 0 : (4 - text.size() % 4) % 4, '=');
    std::string bytes(padded.size() / 4 * 3 + 3, '\0');
    std::size_t length = 0;
    for (std::string_view rest = padded; !rest.empty(); rest.remove_prefix(std::min(rest.size(), pieceCharacters))) {
        const std::string_view piece = rest.substr(0, pieceCharacters);
        const int got = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()) + length, asBytes(piece), static_cast<int>(piece.size()));
        if (got < 0)
            return Error(ErrorCode::Invalid, "not base64");
        length += static_cast<std::size_t>(got);
    }
    // What padding stands for comes as zero bytes.
    const std::size_t end = padded.find_last_not_of('=');
    const std::size_t padding = end == std::string::npos ? padded.size() : padded.size() - end - 1;
    bytes.resize(length - std::min(length, padding));
    // It also takes blanks around, padding anywhere and bits too many; there is one way only to write the same bytes.
    if (encodeBase64(bytes) != padded)
        return Error(ErrorCode::Invalid, "not base64");
    return bytes;
}

} // namespace darsena
