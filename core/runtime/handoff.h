// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"
#include "core/runtime/codec.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// How a plan reaches darsena-shim, over a socket pair that the shim is born with: what the shim has to know itself, the
/// descriptors, the container's plan; back comes one LaunchReply. Both sides are of the same build.
namespace darsena::runtime {

inline constexpr int launchDescriptor = 3;
inline constexpr std::uint32_t protocolVersion = 0x44530002; // "DS", 2

/// `darsena-shim init`, for the OCI command line: makes the first process (or a session's) and leaves it to the caller.
struct InitOrder {
    /// A FIFO that the process waits on for its start; empty = it starts at once, and the reply says how that went.
    std::string startFifo;
};

template<typename Archive>
void fields(Archive& a, InitOrder& v)
{
    a(v.startFifo);
}

struct LaunchReply {
    bool ok = false;
    bool hooks = false; ///< of an Init: not done yet; it goes on after any message, and another reply follows
    std::uint32_t code = 0; ///< ErrorCode, when not ok
    std::string error;
    std::int32_t pid = 0, monitor = 0;
    std::vector<std::string> warnings;
};

template<typename Archive>
void fields(Archive& a, LaunchReply& v)
{
    a(v.ok), a(v.hooks), a(v.code), a(v.error), a(v.pid), a(v.monitor), a(v.warnings);
}

/// A message of the launch: length, then bytes; at most maxPlanBytes.
Result<void> sendMessage(int socket, std::string_view bytes);
Result<std::string> receiveMessage(int socket);
Result<void> sendDescriptors(int socket, const std::vector<UniqueFd>& descriptors);
Result<std::vector<UniqueFd>> receiveDescriptors(int socket);

template<typename T>
std::string encode(const T& value)
{
    Encoder encoder;
    encoder(protocolVersion);
    encoder(value);
    return encoder.take();
}

/// Errors: Corrupt, also when the other side is another version.
template<typename T>
Result<T> decode(std::string_view bytes)
{
    Decoder decoder(bytes);
    std::uint32_t version = 0;
    decoder(version);
    T value;
    decoder(value);
    if (version != protocolVersion || !decoder.complete())
        return Error(ErrorCode::Corrupt, "message of another version of Darsena");
    return value;
}

} // namespace darsena::runtime
