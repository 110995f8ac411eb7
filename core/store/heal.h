// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/store/store_impl.h"
#include "core/store/types.h"

namespace darsena::store {

/// The scan at start: removes what unfinished operations left, makes lost indexes anew, and reports images whose bytes
/// are gone. Damage is reported, never an error: one bad image must not stop the engine.
Result<HealReport> heal(Store::Impl& store);

} // namespace darsena::store
