// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena::oci {

/// The name of an image, normalised as Docker does: "busybox" is docker.io/library/busybox:latest.
/// Grammar: distribution-spec, "Pulling manifests", and what Docker makes of short names: the part before the first
/// '/' is a registry if it has a '.' or ':' or is "localhost" (or has upper case).
class Reference {
public:
    /// Adds docker.io, library/ and, when there is neither tag nor digest, :latest. Errors: Invalid, naming the text.
    /// 64 hex digits alone are refused: that is an id, not a name.
    static Result<Reference> parse(std::string_view text);

    const std::string& registry() const { return m_registry; } ///< "docker.io", "localhost:5000"
    const std::string& repository() const { return m_repository; } ///< "library/busybox"
    const std::string& tag() const { return m_tag; } ///< "" when there is only a digest
    const Digest& digest() const { return m_digest; } ///< empty when there is none

    /// docker.io/library/busybox
    std::string name() const { return m_registry + "/" + m_repository; }
    /// docker.io/library/busybox:latest[@sha256:…]: the key under which the store keeps it.
    std::string text() const;
    /// As people write it: busybox:latest, user/app:1, localhost:5000/x:2.
    std::string familiar() const;
    /// As people write it, without tag and digest: busybox.
    std::string familiarName() const;

    bool operator==(const Reference&) const = default;

private:
    Reference() = default;
    std::string m_registry;
    std::string m_repository;
    std::string m_tag;
    Digest m_digest;
};

} // namespace darsena::oci
