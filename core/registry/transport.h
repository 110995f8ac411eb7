// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/registry/url.h"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::registry {

struct Header {
    std::string name;
    std::string value;
};

struct Request {
    Url url;
    std::vector<Header> headers;
    std::string form; ///< not empty: POST it as application/x-www-form-urlencoded; else GET
    bool verify = true; ///< whether the other side's certificate must be good
};

/// The head of an answer.
struct Head {
    int status = 0;
    std::vector<Header> headers; ///< as they came, at most 64 KiB together

    /// The first of that name, whatever the case; "" when there is none.
    std::string_view find(std::string_view name) const;
    std::vector<std::string_view> all(std::string_view name) const;
};

/// An answer: its head is there, its body is read as it comes. Errors while reading: Unavailable when the other side
/// goes away, is silent for too long, or ends before what it announced; Cancelled.
class Exchange : public archive::ByteSource {
public:
    virtual const Head& head() const = 0;
};

/// Carries single requests; follows no redirect and knows no login: both are policy, which Client has. Any thread.
class Transport {
public:
    virtual ~Transport() = default;
    /// Returns when the head is there. Any status is an answer. Errors: Unavailable, TooLarge (head), Cancelled.
    virtual Result<std::unique_ptr<Exchange>> send(const Request& request, std::stop_token stop) = 0;
};

} // namespace darsena::registry
