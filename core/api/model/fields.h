// SPDX-License-Identifier: GPL-3.0-or-later
// Private to this folder: how a type's members are named once and its JSON follows for both ways.
#pragma once

#include "core/api/model/wire.h"

#include <concepts>
#include <cstdint>
#include <type_traits>

namespace darsena::model {

/// Specialised for each type: template<typename V, typename O> static void visit(V& visit, O& object), which calls
/// visit("Name", object.name) for every member. The visitor is a Writer or a Reader.
template<typename T>
struct Fields;

namespace detail {

inline json::Value write(const std::string& value)
{
    return json::Value(value);
}
inline json::Value write(bool value)
{
    return json::Value(value);
}
inline json::Value write(std::int64_t value)
{
    return json::Value(value);
}
inline json::Value write(const json::Object& value)
{
    return value;
}
inline json::Value write(const json::Array& value)
{
    return value;
}
inline json::Value write(Time value)
{
    return json::Value(formatTime(value));
}
inline json::Value write(const std::optional<Time>& value)
{
    return json::Value(formatTime(value));
}
/// Go's map[string]struct{}.
inline json::Value write(const std::set<std::string>& value)
{
    json::Object object;
    for (const std::string& key : value)
        object[key] = json::Object();
    return object;
}
template<typename T>
    requires std::is_class_v<T>
json::Value write(const T& value)
{
    return toJson(value);
}
template<typename T>
json::Value write(const std::optional<T>& value);
template<typename T>
json::Value write(const std::map<std::string, T>& value);
template<typename T>
json::Value write(const std::vector<T>& value)
{
    json::Array array;
    array.reserve(value.size());
    for (const T& element : value)
        array.push_back(write(element));
    return array;
}
template<typename T>
json::Value write(const std::map<std::string, T>& value)
{
    json::Object object;
    for (const auto& [key, element] : value)
        object[key] = write(element);
    return object;
}
template<typename T>
json::Value write(const std::optional<T>& value)
{
    return value ? write(*value) : json::Value(nullptr);
}

// What Go's omitempty leaves out.
inline bool isEmpty(const std::string& value)
{
    return value.empty();
}
inline bool isEmpty(bool value)
{
    return !value;
}
inline bool isEmpty(std::int64_t value)
{
    return value == 0;
}
template<typename T>
bool isEmpty(const std::optional<T>& value)
{
    return !value;
}
template<typename T>
    requires requires(const T& value) { value.empty(); }
bool isEmpty(const T& value)
{
    return value.empty();
}

const json::Value* findAnyCase(const json::Object& object, std::string_view key);

inline Error expected(std::string_view what)
{
    return Error(ErrorCode::Invalid, "expected " + std::string(what));
}

// One overload a kind; `out` keeps its value when the result is an error.
inline Result<void> read(const json::Value& value, std::string& out)
{
    if (!value.is_string())
        return expected("a text");
    out.assign(value.get_string().data(), value.get_string().size());
    return {};
}
inline Result<void> read(const json::Value& value, bool& out)
{
    if (!value.is_bool())
        return expected("true or false");
    out = value.get_bool();
    return {};
}
Result<void> read(const json::Value& value, std::int64_t& out);
inline Result<void> read(const json::Value& value, json::Object& out)
{
    if (!value.is_object())
        return expected("an object");
    out = value.get_object();
    return {};
}
inline Result<void> read(const json::Value& value, json::Array& out)
{
    if (!value.is_array())
        return expected("a list");
    out = value.get_array();
    return {};
}
Result<void> read(const json::Value& value, std::optional<Time>& out);
Result<void> read(const json::Value& value, Time& out);
Result<void> read(const json::Value& value, std::set<std::string>& out);
template<typename T>
    requires std::is_class_v<T>
Result<void> read(const json::Value& value, T& out)
{
    out = TRY(fromJson<T>(value));
    return {};
}
template<typename T>
Result<void> read(const json::Value& value, std::optional<T>& out);
template<typename T>
Result<void> read(const json::Value& value, std::map<std::string, T>& out);
template<typename T>
Result<void> read(const json::Value& value, std::vector<T>& out)
{
    if (!value.is_array())
        return expected("a list");
    std::vector<T> elements;
    elements.reserve(value.get_array().size());
    for (const json::Value& element : value.get_array()) {
        T item {};
        if (!element.is_null())
            TRY(read(element, item));
        elements.push_back(std::move(item));
    }
    out = std::move(elements);
    return {};
}
template<typename T>
Result<void> read(const json::Value& value, std::map<std::string, T>& out)
{
    if (!value.is_object())
        return expected("an object");
    std::map<std::string, T> members;
    for (const auto& member : value.get_object()) {
        T item {};
        if (!member.value().is_null())
            TRY_CONTEXT(std::string(member.key()), read(member.value(), item));
        members.insert_or_assign(std::string(member.key()), std::move(item));
    }
    out = std::move(members);
    return {};
}
template<typename T>
Result<void> read(const json::Value& value, std::optional<T>& out)
{
    T item {};
    TRY(read(value, item));
    out = std::move(item);
    return {};
}

} // namespace detail

class Writer {
public:
    explicit Writer(json::Object& object)
        : m_object(object)
    {
    }
    /// Always written.
    template<typename T>
    void operator()(std::string_view key, const T& value)
    {
        m_object[key] = detail::write(value);
    }
    /// Left out when empty: Go's omitempty.
    template<typename T>
    void unlessEmpty(std::string_view key, const T& value)
    {
        if (!detail::isEmpty(value))
            m_object[key] = detail::write(value);
    }
    /// null when empty: what Go writes for a list or map that nobody made.
    template<typename T>
    void nullIfEmpty(std::string_view key, const T& value)
    {
        m_object[key] = detail::isEmpty(value) ? json::Value(nullptr) : detail::write(value);
    }
    /// A list that may come as a single text.
    void command(std::string_view key, const std::optional<std::vector<std::string>>& value) { (*this)(key, value); }
    /// An object inside that has no type of its own: visitInner(visitor).
    template<typename Function>
    void nested(std::string_view key, Function visitInner)
    {
        json::Object inner;
        Writer writer(inner);
        visitInner(writer);
        m_object[key] = std::move(inner);
    }
    static constexpr bool writes = true;
    json::Object& object() { return m_object; }

private:
    json::Object& m_object;
};

class Reader {
public:
    Reader(const json::Object& object, std::optional<Error>& error)
        : m_object(object)
        , m_error(error)
    {
    }
    template<typename T>
    void operator()(std::string_view key, T& value)
    {
        const json::Value* member = find(key);
        if (!member)
            return;
        if (auto result = detail::read(*member, value); !result)
            m_error = result.error().withContext(key);
    }
    template<typename T>
    void unlessEmpty(std::string_view key, T& value)
    {
        (*this)(key, value);
    }
    template<typename T>
    void nullIfEmpty(std::string_view key, T& value)
    {
        (*this)(key, value);
    }
    void command(std::string_view key, std::optional<std::vector<std::string>>& value)
    {
        const json::Value* member = find(key);
        if (member && member->is_string())
            value = std::vector { std::string(member->get_string()) };
        else
            (*this)(key, value);
    }
    template<typename Function>
    void nested(std::string_view key, Function visitInner)
    {
        const json::Value* member = find(key);
        if (!member)
            return;
        if (!member->is_object()) {
            m_error = detail::expected("an object").withContext(key);
            return;
        }
        std::optional<Error> error;
        Reader reader(member->get_object(), error);
        visitInner(reader);
        if (error)
            m_error = error->withContext(key);
    }
    static constexpr bool writes = false;
    const json::Object& object() const { return m_object; }

private:
    /// nullptr when missing or null, or when an earlier member was wrong. As with Docker, the case of a name does not
    /// matter; one that is written as it should be goes first.
    const json::Value* find(std::string_view key) const
    {
        if (m_error)
            return nullptr;
        const json::Value* member = m_object.if_contains(key);
        if (!member)
            member = detail::findAnyCase(m_object, key);
        return member && !member->is_null() ? member : nullptr;
    }

    const json::Object& m_object;
    std::optional<Error>& m_error;
};

template<typename T>
json::Value writeObject(const T& value)
{
    json::Object object;
    Writer writer(object);
    Fields<T>::visit(writer, value);
    return object;
}

template<typename T>
Result<T> readObject(const json::Value& value)
{
    if (!value.is_object())
        return detail::expected("an object");
    T result;
    std::optional<Error> error;
    Reader reader(value.get_object(), error);
    Fields<T>::visit(reader, result);
    if (error)
        return *error;
    return result;
}

} // namespace darsena::model

/// Defines what DARSENA_MODEL declared; stands after the type's Fields.
#define DARSENA_MODEL_JSON(Type)                                                                                      \
    template<>                                                                                                        \
    json::Value toJson(const Type& object)                                                                            \
    {                                                                                                                 \
        return writeObject(object);                                                                                   \
    }                                                                                                                 \
    template<>                                                                                                        \
    Result<Type> fromJson(const json::Value& value)                                                                   \
    {                                                                                                                 \
        return readObject<Type>(value);                                                                               \
    }
