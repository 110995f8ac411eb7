// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <compare>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace darsena {

/// A content digest as OCI writes it, "sha256:<64 lower-case hex digits>" (image-spec descriptor.md). Only sha256 is
/// taken: every place that turns a digest into a path or URL may rely on its shape.
class Digest {
public:
    /// The empty digest, which equals no content's: "not known".
    Digest() = default;

    /// Refuses other algorithms, upper case, wrong lengths.
    static Result<Digest> parse(std::string_view text);
    /// From 64 lower-case hex digits alone.
    static Result<Digest> fromHex(std::string_view hex);
    static Digest ofBytes(std::span<const std::byte> bytes);
    static Digest ofText(std::string_view text);

    bool empty() const { return m_hex.empty(); }
    const std::string& hex() const { return m_hex; }
    /// The first 12 hex digits, as people read ids.
    std::string shortHex() const { return m_hex.substr(0, 12); }
    /// "sha256:…", or "" for the empty digest.
    std::string text() const { return empty() ? std::string() : "sha256:" + m_hex; }

    auto operator<=>(const Digest&) const = default;

private:
    std::string m_hex;
};

/// Computes a sha256 of what it is fed.
class Hasher {
public:
    Hasher();
    ~Hasher();
    Hasher(Hasher&&) noexcept;
    Hasher& operator=(Hasher&&) noexcept;

    void update(std::span<const std::byte> bytes);
    void update(std::string_view text);
    /// The digest of everything so far; the hasher then starts anew.
    Digest finish();

private:
    struct Context;
    std::unique_ptr<Context> m_context;
};

} // namespace darsena

template<>
struct std::hash<darsena::Digest> {
    std::size_t operator()(const darsena::Digest& digest) const { return std::hash<std::string>()(digest.hex()); }
};
