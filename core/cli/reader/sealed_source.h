// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"

#include <string>

namespace darsena::cli {

/// The line that follows a stream which was sent to its end. A pipe that closes says nothing: its writer may be done or
/// have given up.
inline constexpr std::string_view seal = "darsena: sent to the end\n";

/// What comes before the seal. Errors: Cancelled when the stream ends without.
class SealedSource : public archive::ByteSource {
public:
    explicit SealedSource(archive::ByteSource& source)
        : m_source(source)
    {
    }
    Result<std::size_t> read(std::span<std::byte> buffer) override;

private:
    archive::ByteSource& m_source;
    std::string m_held; ///< came, not given out
    bool m_ended = false;
};

} // namespace darsena::cli
