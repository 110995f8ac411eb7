// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>

namespace darsena {

/// Runs a function when the scope ends, unless dismissed: the undo of a step whose later steps may fail.
template<typename Function>
class [[nodiscard]] ScopeGuard {
public:
    explicit ScopeGuard(Function function)
        : m_function(std::move(function))
    {
    }
    ScopeGuard(const ScopeGuard&) = delete;
    ScopeGuard& operator=(const ScopeGuard&) = delete;
    ~ScopeGuard()
    {
        if (m_armed)
            m_function();
    }
    void dismiss() { m_armed = false; }

private:
    Function m_function;
    bool m_armed = true;
};

} // namespace darsena
