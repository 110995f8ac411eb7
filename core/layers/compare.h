// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/stack.h"
#include "core/layers/view.h"

namespace darsena::layers {

/// Everything that is visible with layers 0 … count-1 as the index of one layer: what a squashed image would hold.
/// Whiteouts are gone; hard links whose other name is hidden become files.
Index flatten(const Stack& stack, std::size_t count);

/// A stack of two layers: everything visible of one image with its layers 0 … beforeCount-1, and on top what makes the
/// other of it: entries that differ, and whiteouts. So View::of(stack, {1, 1}) is the difference with its reasons, and
/// everything that shows layers shows it. Entries that are equal in every way are in the lower layer only.
Result<Stack> compare(const Stack& before, std::size_t beforeCount, const Stack& after, std::size_t afterCount,
    Strictness strictness = Strictness::Everything);

} // namespace darsena::layers
