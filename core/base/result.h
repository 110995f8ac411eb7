// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <expected>
#include <utility>

namespace darsena {

/// A value or an Error. A class of ours that holds a std::expected, not an alias for one: with GCC 12 a coroutine
/// whose promise holds std::expected does not compile (its operator== recurses into the promise's comparison).
template<typename T>
class [[nodiscard]] Result {
public:
    using Value = T;

    Result(T value) // NOLINT: implicit by design, so that "return value;" reads as it should
        : m_expected(std::move(value))
    {
    }
    Result(Error error) // NOLINT: as above
        : m_expected(std::unexpected(std::move(error)))
    {
    }

    bool ok() const { return m_expected.has_value(); }
    explicit operator bool() const { return ok(); }

    T& value() & { return *m_expected; }
    const T& value() const& { return *m_expected; }
    T&& value() && { return std::move(*m_expected); }
    T& operator*() & { return *m_expected; }
    const T& operator*() const& { return *m_expected; }
    T&& operator*() && { return std::move(*m_expected); }
    T* operator->() { return &*m_expected; }
    const T* operator->() const { return &*m_expected; }

    const Error& error() const { return m_expected.error(); }
    T valueOr(T fallback) const& { return m_expected.value_or(std::move(fallback)); }

    /// Puts "context: " in front of the error, if it is one.
    Result withContext(std::string_view context) &&
    {
        if (ok())
            return std::move(*this);
        return error().withContext(context);
    }

private:
    std::expected<T, Error> m_expected;
};

template<>
class [[nodiscard]] Result<void> {
public:
    using Value = void;

    Result() = default;
    Result(Error error) // NOLINT: as above
        : m_expected(std::unexpected(std::move(error)))
    {
    }

    bool ok() const { return m_expected.has_value(); }
    explicit operator bool() const { return ok(); }
    void value() const { }
    const Error& error() const { return m_expected.error(); }

    Result withContext(std::string_view context) &&
    {
        if (ok())
            return {};
        return error().withContext(context);
    }

private:
    std::expected<void, Error> m_expected;
};

} // namespace darsena

/// TRY(expression): its value, or return its error from this function. A statement expression, which GCC and Clang
/// have and the standard has not: hence __extension__.
#define TRY(...)                                                                                                      \
    __extension__({                                                                                                   \
        auto darsenaTryResult = (__VA_ARGS__);                                                                        \
        if (!darsenaTryResult)                                                                                        \
            return darsenaTryResult.error();                                                                          \
        std::move(darsenaTryResult).value();                                                                          \
    })

/// TRY with "context: " put in front of the error.
#define TRY_CONTEXT(context, ...)                                                                                     \
    __extension__({                                                                                                   \
        auto darsenaTryResult = (__VA_ARGS__);                                                                        \
        if (!darsenaTryResult)                                                                                        \
            return darsenaTryResult.error().withContext(context);                                                     \
        std::move(darsenaTryResult).value();                                                                          \
    })
