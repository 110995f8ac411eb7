// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>

namespace darsena::engine {

/// Finds the key sequence that detaches a client from a terminal in what the client types. Used by one thread at a time.
class DetachKeys {
public:
    /// As Docker's clients write it: keys with commas between, each one character or "ctrl-" and one of a–z @ [ \ ] ^ _.
    /// Empty = "ctrl-p,ctrl-q". Errors: Invalid.
    static Result<DetachKeys> parse(std::string_view text);

    struct Fed {
        std::string pass; ///< what is to be passed on; the beginning of a possible sequence is held back
        bool detach = false; ///< the sequence is complete: pass `pass`, then detach
    };
    Fed feed(std::string_view typed);

private:
    explicit DetachKeys(std::string sequence)
        : m_sequence(std::move(sequence))
    {
    }
    std::string m_sequence;
    std::size_t m_matched = 0;
};

} // namespace darsena::engine
