// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena {

/// What kind of failure it is; callers branch on this, never on the text.
/// core/api/server maps each to one HTTP status.
enum class ErrorCode {
    Invalid, ///< the caller's input is wrong (400)
    Denied, ///< the caller may not (403)
    NotFound, ///< the thing named does not exist (404)
    Conflict, ///< exists already, or is in a state that forbids it (409)
    NotModified, ///< nothing to do: already so (304)
    TooLarge, ///< a bound of ours was reached (413)
    Unsupported, ///< we know what is meant and do not do it (501)
    Unavailable, ///< a peer, the engine or the network does not answer (503)
    Corrupt, ///< stored or received bytes are not what they claim
    Cancelled, ///< the caller asked to stop
    System, ///< a system call failed: see systemError() (500)
    Internal, ///< a defect of ours (500)
};

/// A failure: its kind, the errno behind it (0 = none) and a sentence that names the thing.
/// Each level that knows more puts its context in front: "load hello.tar: layer 3: unexpected end of file".
class [[nodiscard]] Error {
public:
    Error(ErrorCode code, std::string message)
        : m_code(code)
        , m_message(std::move(message))
    {
    }

    /// From an errno value. ENOENT, EEXIST, EACCES/EPERM, ENOSPC and friends keep code System: what a missing *file*
    /// means to a user is known only further up.
    static Error system(int errnoValue, std::string_view what);

    ErrorCode code() const { return m_code; }
    int systemError() const { return m_errno; }
    const std::string& message() const { return m_message; }

    /// The same error with "context: " in front of its message.
    Error withContext(std::string_view context) const;
    /// The same error as another kind, where a level knows what the failure means.
    Error as(ErrorCode code) const;

private:
    ErrorCode m_code;
    int m_errno = 0;
    std::string m_message;
};

} // namespace darsena
