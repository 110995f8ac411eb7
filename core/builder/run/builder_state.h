// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/builder/builder.h"
#include "core/builder/run/cache_mounts.h"
#include "core/builder/run/in_flight.h"

#include <atomic>

namespace darsena::builder {

/// What all builds of one Builder share.
struct Builder::State {
    State(store::Store& theStore, Executor& theExecutor, BuilderOptions theOptions)
        : store(theStore)
        , executor(theExecutor)
        , options(std::move(theOptions))
        , cacheMounts(options.cacheMounts)
    {
    }
    store::Store& store;
    Executor& executor;
    const BuilderOptions options;
    CacheMounts cacheMounts;
    InFlight inFlight;
    std::atomic<std::uint64_t> builds = 0;
};

} // namespace darsena::builder
