// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/oci/runtime_spec.h"

#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

/// How the readers of config.json take members; for core/oci alone.
namespace darsena::oci::reading {

using json::Array;
using json::Object;

/// A number that fits the type. Errors: Invalid naming the key.
template<typename T>
Result<T> ranged(const Object& object, std::string_view key, T fallback = {})
{
    const std::int64_t value = TRY(json::integer(object, key, static_cast<std::int64_t>(fallback)));
    if (!std::in_range<T>(value))
        return Error(ErrorCode::Invalid, std::string(key) + ": out of range");
    return static_cast<T>(value);
}

template<typename T>
Result<std::optional<T>> optionalNumber(const Object& object, std::string_view key)
{
    const json::Value* found = object.if_contains(key);
    if (found == nullptr || found->is_null())
        return std::optional<T>();
    if (found->is_uint64() && std::in_range<T>(found->get_uint64()))
        return std::optional<T>(static_cast<T>(found->get_uint64()));
    // Producers write 2^63-1 through a double; what is beyond the type means "as much as there is".
    if (found->is_double() && found->get_double() >= 9.2e18)
        return std::optional<T>(std::numeric_limits<T>::max());
    return std::optional<T>(TRY(ranged<T>(object, key)));
}

inline Result<std::uint64_t> unsignedNumber(const Object& object, std::string_view key)
{
    return TRY(optionalNumber<std::uint64_t>(object, key)).value_or(0);
}

/// Calls read(object) for each object of an array; anything else in it is an error that names the key.
template<typename Function>
Result<void> eachObject(const Object& parent, std::string_view key, Function read)
{
    const Array* const items = TRY(json::array(parent, key));
    if (items == nullptr)
        return {};
    for (std::size_t i = 0; i < items->size(); ++i) {
        const std::string context = std::string(key) + "[" + std::to_string(i) + "]";
        if (!(*items)[i].is_object())
            return Error(ErrorCode::Invalid, context + ": expected an object");
        TRY_CONTEXT(context, read((*items)[i].get_object()));
    }
    return {};
}

inline Result<std::map<std::string, std::string>> stringMap(const Object& parent, std::string_view key)
{
    std::map<std::string, std::string> out;
    const Object* const object = TRY(json::object(parent, key));
    if (object == nullptr)
        return out;
    for (const auto& member : *object)
        out.emplace(member.key(), TRY_CONTEXT(std::string(key), json::text(*object, member.key())));
    return out;
}

/// Members that we neither apply nor may ignore.
inline Result<void> refuse(const Object& object, std::initializer_list<std::string_view> keys)
{
    for (const std::string_view key : keys) {
        const json::Value* found = object.if_contains(key);
        const bool empty = found == nullptr || found->is_null() || (found->is_object() && found->get_object().empty())
            || (found->is_array() && found->get_array().empty()) || (found->is_string() && found->get_string().empty());
        if (!empty)
            return Error(ErrorCode::Unsupported, std::string(key) + " is not supported");
    }
    return {};
}

} // namespace darsena::oci::reading

namespace darsena::oci {

/// linux.resources of `linux`; empty limits when there is none.
Result<Resources> readResources(const json::Object& linux);

} // namespace darsena::oci
