// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/stream.h"
#include "core/layers/index.h"
#include "core/os/beneath.h"

#include <stop_token>

namespace darsena::store {

struct LayerTar {
    Digest diffId; ///< of the tar
    std::uint64_t tarBytes = 0;
    layers::IndexSums sums;
};

/// Reads a layer's directory (overlayfs' form: 0:0 devices, trusted.overlay.opaque) and writes its tar and its index in
/// one pass. Deterministic: the same files give the same bytes. The root itself, sockets and sub-second times are left
/// out. Null sinks discard; the diff id is computed anyway.
/// Errors: Corrupt for what a layer cannot say (overlayfs redirects); Cancelled.
Result<LayerTar> packLayer(const os::Beneath& directory, archive::ByteSink* tar, archive::ByteSink* index, std::stop_token stop = {});

} // namespace darsena::store
