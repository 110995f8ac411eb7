// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/archive/whiteout.h"
#include "core/layers/index.h"

#include <functional>
#include <map>
#include <string>

namespace darsena::layers {

/// Where the members of one layer lie: their names cleaned, and led through the symbolic links that the layer itself has
/// made on the way so far, as they are when it is unpacked ("lib" links to "usr/lib": what comes as "lib/x" is "usr/lib/x").
/// Follows at most 1 000 000 links of a layer (about 200 MB); members that lie behind further ones keep their names.
class LayerPaths {
public:
    /// Errors: Invalid, for a name that a layer cannot have.
    Result<archive::LayerName> place(std::string_view member);
    /// The path that a hard link's target names. Errors: Invalid.
    Result<std::string> target(std::string_view member);
    /// Says what now is at a path that place() gave.
    void made(std::string_view path, EntryType type, std::string_view link);

private:
    Result<void> followParents(std::string& path);
    Result<std::string> canonicalDirectory(std::string_view directory) const;

    std::map<std::string, std::string, decltype(&archive::pathBefore)> m_links { &archive::pathBefore };
    std::string m_lastDirectory; ///< as named …
    std::string m_lastCanonical; ///< … and where it is
    bool m_lastKnown = false;
};

} // namespace darsena::layers
