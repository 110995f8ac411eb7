// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena::oci {

/// What an image runs on, in Go's words (image-spec image-index.md): "linux/arm64/v8".
struct Platform {
    std::string os;
    std::string architecture;
    std::string variant; ///< often empty

    bool operator==(const Platform&) const = default;

    /// "os/architecture[/variant]"; also a bare architecture. Names are normalised: x86_64 -> amd64, aarch64 -> arm64
    /// (variant v8 dropped), armhf -> arm/v7. Errors: Invalid.
    static Result<Platform> parse(std::string_view text);
    static Result<Platform> fromJson(const json::Object& object);
    /// Of the machine that we run on.
    static const Platform& host();

    json::Object toJson() const;
    std::string text() const;
    /// The same, normalised.
    Platform normalised() const;
};

/// Whether an image for `image` runs on a machine that wants `wanted` (a missing variant matches any), and how well:
/// 0 = not, more is better.
int match(const Platform& wanted, const Platform& image);

} // namespace darsena::oci
