// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/base/result.h"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

/// The wire types of the Docker Engine API 1.50 (and down to 1.24) and of /darsena/v1: plain structs, no behaviour.
/// Member names are the JSON names in lower camel case ("HostConfig.CapAdd" is HostConfig::capAdd). The JSON of each
/// type is written once, in the .cpp beside its header, for both ways.
/// Written: every member, lists as [] and maps as {} (never null), unless Go's "omitempty" is part of the contract.
/// Read: a missing or null member keeps its default, an unknown one is ignored, a wrong type is ErrorCode::Invalid with the
/// path of the member ("HostConfig: Memory: expected an integer").
namespace darsena::model {

/// A moment, UTC. On the wire RFC 3339 with nanoseconds; no value is Go's zero time, "0001-01-01T00:00:00Z".
using Time = std::chrono::sys_time<std::chrono::nanoseconds>;

/// "2026-11-24T04:30:00.123456789Z"; trailing zeros of the fraction are left out as Go does.
std::string formatTime(std::optional<Time> time);
/// Takes any offset. The zero time and "" give no value. Errors: Invalid.
Result<std::optional<Time>> parseTime(std::string_view text);

using Labels = std::map<std::string, std::string>;

/// Specialised for every type of this folder, and for nothing else.
template<typename T>
json::Value toJson(const T& object) = delete;
template<typename T>
Result<T> fromJson(const json::Value& value) = delete;

/// The same as text. parse() bounds the depth; the caller bounds the bytes.
template<typename T>
std::string toText(const T& object)
{
    return json::serialize(toJson(object));
}
template<typename T>
Result<T> parse(std::string_view text)
{
    return fromJson<T>(TRY(json::parse(text)));
}

/// A list of model objects, as the list routes answer.
template<typename T>
json::Value toJsonList(const std::vector<T>& objects)
{
    json::Array array;
    array.reserve(objects.size());
    for (const T& object : objects)
        array.push_back(toJson(object));
    return array;
}
template<typename T>
Result<std::vector<T>> fromJsonList(const json::Value& value)
{
    std::vector<T> objects;
    if (value.is_null())
        return objects;
    if (!value.is_array())
        return Error(ErrorCode::Invalid, "expected a list");
    objects.reserve(value.get_array().size());
    for (const json::Value& element : value.get_array())
        objects.push_back(TRY(fromJson<T>(element)));
    return objects;
}

} // namespace darsena::model

/// Declares the JSON of a type of this folder; DARSENA_MODEL_JSON (fields.h) in its .cpp defines it.
#define DARSENA_MODEL(Type)                                                                                           \
    template<>                                                                                                        \
    json::Value toJson(const Type& object);                                                                           \
    template<>                                                                                                        \
    Result<Type> fromJson(const json::Value& value);
