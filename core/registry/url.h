// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena::registry {

/// An http or https address. Taken apart by the library that also connects, so that what was checked is what is asked.
class Url {
public:
    /// Refuses other schemes, credentials in the address, and what is longer than 8 KiB. Errors: Invalid.
    static Result<Url> parse(std::string_view text);
    /// What `location` means when it is met at this address. Errors: Invalid.
    Result<Url> resolve(std::string_view location) const;

    const std::string& text() const { return m_text; }
    const std::string& scheme() const { return m_scheme; } ///< "http" or "https"
    const std::string& host() const { return m_host; } ///< in lower case; IPv6 in brackets
    int port() const { return m_port; }

    bool isHttps() const { return m_scheme == "https"; }
    /// localhost, *.localhost, 127.0.0.0/8 and [::1]: what is sent there does not leave the machine.
    bool isLoopback() const;
    bool sameHost(const Url& other) const { return m_host == other.m_host && m_port == other.m_port; }
    /// With one more parameter in the query, escaped.
    Result<Url> with(std::string_view key, std::string_view value) const;

private:
    Url() = default;
    std::string m_text;
    std::string m_scheme;
    std::string m_host;
    int m_port = 0;
};

/// Everything but letters, digits and -._~ as %XX.
std::string percentEncode(std::string_view text);

} // namespace darsena::registry
