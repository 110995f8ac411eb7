// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

namespace darsena::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

/// Parses a whole document from outside. Bounds: the caller bounds the bytes, we bound the depth (64).
/// Errors: Invalid, with the byte offset.
Result<Value> parse(std::string_view text);
/// The same, for documents in which a repeated key must not pass (manifests: CVE-2021-41190). Errors: Invalid.
Result<Value> parseStrict(std::string_view text);
std::string serialize(const Value& value);

// Typed reads of a member. A missing or null member gives the fallback; a member of another type is an error
// that names the key: Invalid, "Memory: expected a number".
Result<std::string> text(const Object& object, std::string_view key, std::string_view fallback = {});
Result<std::int64_t> integer(const Object& object, std::string_view key, std::int64_t fallback = 0);
Result<double> number(const Object& object, std::string_view key, double fallback = 0);
Result<bool> boolean(const Object& object, std::string_view key, bool fallback = false);
Result<std::vector<std::string>> texts(const Object& object, std::string_view key);
/// nullptr when missing or null.
Result<const Object*> object(const Object& object, std::string_view key);
Result<const Array*> array(const Object& object, std::string_view key);

/// An array of strings.
Array fromTexts(const std::vector<std::string>& texts);

} // namespace darsena::json
