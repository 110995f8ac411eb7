// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// A small binary form for values that pass between two programs of the same build: integers as they are in memory,
/// strings and lists with a 32-bit count in front. Hand-written, since the receiving side is the static monitor, whose
/// size counts. Types describe themselves once, in `fields(archive, value)`, for both directions.
namespace darsena::runtime {

class Encoder {
public:
    template<typename T>
        requires std::is_arithmetic_v<T>
    void operator()(const T& value)
    {
        m_bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    void operator()(const std::string& text)
    {
        (*this)(static_cast<std::uint32_t>(text.size()));
        m_bytes += text;
    }
    template<typename A, typename B>
    void operator()(const std::pair<A, B>& pair)
    {
        (*this)(pair.first);
        (*this)(pair.second);
    }
    template<typename T>
    void operator()(const std::vector<T>& list)
    {
        (*this)(static_cast<std::uint32_t>(list.size()));
        for (const T& item : list)
            (*this)(item);
    }
    template<typename T>
        requires std::is_class_v<T>
    void operator()(const T& value)
    {
        fields(*this, const_cast<T&>(value)); // NOLINT: one description serves reading and writing; this one only reads
    }
    std::string take() { return std::move(m_bytes); }

private:
    std::string m_bytes;
};

/// Never reads past the end: a length that does not fit fails the whole, and what is read after that is empty.
class Decoder {
public:
    explicit Decoder(std::string_view bytes)
        : m_rest(bytes)
    {
    }
    /// Everything was read, and nothing more was there.
    bool complete() const { return !m_failed && m_rest.empty(); }
    bool failed() const { return m_failed; }

    template<typename T>
        requires std::is_arithmetic_v<T>
    void operator()(T& value)
    {
        if constexpr (std::is_same_v<T, bool>) {
            std::uint8_t byte = 0;
            (*this)(byte);
            value = byte != 0;
        } else if (const std::string_view bytes = next(sizeof value); bytes.size() == sizeof value) {
            std::memcpy(&value, bytes.data(), sizeof value);
        }
    }
    void operator()(std::string& text)
    {
        std::uint32_t size = 0;
        (*this)(size);
        text = next(size);
    }
    template<typename A, typename B>
    void operator()(std::pair<A, B>& pair)
    {
        (*this)(pair.first);
        (*this)(pair.second);
    }
    template<typename T>
    void operator()(std::vector<T>& list)
    {
        std::uint32_t count = 0;
        (*this)(count);
        // An item takes a byte at least: a count beyond the rest is a lie, and nothing is reserved for it.
        if (count > m_rest.size()) {
            m_failed = true;
            return;
        }
        for (std::uint32_t i = 0; i < count && !m_failed; ++i)
            (*this)(list.emplace_back());
    }
    template<typename T>
        requires std::is_class_v<T>
    void operator()(T& value)
    {
        fields(*this, value);
    }

private:
    std::string_view next(std::size_t size)
    {
        if (m_failed || size > m_rest.size()) {
            m_failed = true;
            return {};
        }
        const std::string_view out = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return out;
    }
    std::string_view m_rest;
    bool m_failed = false;
};

} // namespace darsena::runtime
