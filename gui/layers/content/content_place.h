// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"

#include <QString>

#include <optional>

namespace darsena::gui {

/// Where an image keeps a file's content: what ImageLoader::readFile is asked for.
struct ContentPlace {
    std::size_t layer = 0;
    QString path; ///< as in IndexEntry
    std::uint64_t bytes = 0;
};

/// Of a version (index into Stack::allVersions()); of a hard link, of the name that holds the bytes. Nothing when it is no
/// file.
std::optional<ContentPlace> contentPlace(const layers::Stack& stack, std::uint32_t version);
/// The highest version of a node that is no whiteout: none when there is none.
std::uint32_t lastVersion(const layers::Stack& stack, layers::Stack::NodeId node);

} // namespace darsena::gui
