// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/digest.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

namespace darsena {

namespace {

bool isLowerHex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

} // namespace

Result<Digest> Digest::parse(std::string_view text)
{
    constexpr std::string_view prefix = "sha256:";
    if (!text.starts_with(prefix))
        return Error(ErrorCode::Invalid, "digest \"" + std::string(text.substr(0, 100)) + "\" is not of the form sha256:<hex>");
    return fromHex(text.substr(prefix.size()));
}

Result<Digest> Digest::fromHex(std::string_view hex)
{
    if (hex.size() != 64 || !std::ranges::all_of(hex, isLowerHex)) {
        return Error(ErrorCode::Invalid,
            "digest \"" + std::string(hex.substr(0, 100)) + "\" is not 64 lower-case hexadecimal digits");
    }
    Digest digest;
    digest.m_hex = hex;
    return digest;
}

Digest Digest::ofBytes(std::span<const std::byte> bytes)
{
    Hasher hasher;
    hasher.update(bytes);
    return hasher.finish();
}

Digest Digest::ofText(std::string_view text)
{
    return ofBytes(std::as_bytes(std::span(text)));
}

struct Hasher::Context {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> evp { EVP_MD_CTX_new(), &EVP_MD_CTX_free };
};

Hasher::Hasher()
    : m_context(std::make_unique<Context>())
{
    EVP_DigestInit_ex(m_context->evp.get(), EVP_sha256(), nullptr);
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;

void Hasher::update(std::span<const std::byte> bytes)
{
    EVP_DigestUpdate(m_context->evp.get(), bytes.data(), bytes.size());
}

void Hasher::update(std::string_view text)
{
    update(std::as_bytes(std::span(text)));
}

Digest Hasher::finish()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> raw {};
    unsigned int length = 0;
    EVP_DigestFinal_ex(m_context->evp.get(), raw.data(), &length);
    EVP_DigestInit_ex(m_context->evp.get(), EVP_sha256(), nullptr);

    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    hex.reserve(std::size_t(length) * 2);
    for (unsigned int i = 0; i < length; ++i) {
        hex += digits[raw[i] >> 4U];
        hex += digits[raw[i] & 0xFU];
    }
    return *Digest::fromHex(hex);
}

} // namespace darsena
