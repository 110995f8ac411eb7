// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/tar_reader.h"
#include "core/layers/source/image_source.h"

#include <functional>
#include <stop_token>
#include <string>

namespace darsena::layers {

/// A thing that a layer stores, on the way through its bytes.
struct WalkedMember {
    const archive::Entry& entry;
    const std::string& path; ///< as in IndexEntry
    const std::string& target; ///< of a hard link: the path that it names, as in IndexEntry
    archive::TarReader& reader; ///< gives the content
};

/// Goes through the members of a layer, in the order of the archive, as scanLayer does: without whiteouts and without what a
/// layer cannot have. Errors: Corrupt with archive, layer and offset; Cancelled; those of `visit`.
Result<void> walkLayer(ImageSource& source, std::size_t layer, const std::function<Result<void>(const WalkedMember&)>& visit, std::stop_token stop);

} // namespace darsena::layers
