// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::oci {

/// A step of an image's history (HistoryEntry::createdBy) as one would write it in a Dockerfile: "RUN make" for
/// "/bin/sh -c make", "|1 A=x /bin/sh -c make" and "RUN /bin/sh -c make # buildkit"; "CMD [\"sh\"]" for
/// "/bin/sh -c #(nop)  CMD [\"sh\"]". Line breaks stay. What no builder known to us wrote stays as it is.
std::string readableInstruction(std::string_view createdBy);

} // namespace darsena::oci
