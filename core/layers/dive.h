// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace darsena::layers {

/// The figures that the program dive gives for an image, its errors included, so that limits which people chose by them
/// (".dive-ci") keep their meaning. core/layers/analysis.h has the true ones. What is known to differ from the truth:
///   a removed directory raises both sides of the efficiency and is no match; a removed file counts with all its bytes;
///   opaque directories do nothing; what replaces a directory keeps its children; a whiteout of what is not there ends
///   the counting of its layer; all copies of a file count as wasted, the last one, too.
/// What dive leaves to chance (matches of equal size) is in path order here. Not followed: members that a layer's tar
/// has twice, sizes that a tar states for hard links, and names that begin with ".wh..wh." without being an opaque
/// mark; the index does not keep them.
struct DiveScore {
    /// A path that dive counts as inefficient: two or more layers have it, a whiteout of it included.
    struct Match {
        std::string path; ///< with a leading slash
        std::uint64_t count = 0; ///< layers
        std::uint64_t bytes = 0; ///< of all of them together
    };

    std::uint64_t sizeBytes = 0; ///< of all layers' contents
    std::uint64_t userSizeBytes = 0; ///< of those above the lowest layer
    double efficiency = 1;
    std::uint64_t wastedBytes = 0; ///< "inefficientBytes"
    std::vector<Match> matches; ///< most bytes first, then by path

    /// wastedBytes as a share of userSizeBytes: often above 1, infinite when something is wasted and nothing was added,
    /// and not a number when nothing is wasted either.
    double userWastedPercent() const { return static_cast<double>(wastedBytes) / static_cast<double>(userSizeBytes); }
};

/// Whether a path (without a leading slash) is left out of the counting.
using IgnorePath = std::function<bool(std::string_view path)>;

/// Linear in the layers' entries, however many of them are whiteouts. `ignored` may be empty.
DiveScore diveScore(const Stack& stack, const IgnorePath& ignored = {});

/// A path of a layer's tree, as dive comes to it.
struct DiveVisit {
    std::uint32_t entry = 0; ///< of Index::entries()
    bool whiteout = false; ///< the mark itself. Otherwise, of an entry that is a whiteout: the directory of that name
    bool leaf = false; ///< nothing is beneath it
};
/// A layer's paths in dive's order: what a directory holds before itself, siblings by the bytes of their names,
/// whiteouts as ".wh.NAME". Without the root. The index must name every parent (as implied, if need be), and all
/// indexes do.
std::vector<DiveVisit> diveOrder(const Index& index);

} // namespace darsena::layers
