// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/container_record.h"
#include "core/engine/container_service.h"
#include "core/engine/file_access.h"
#include "core/engine/log_file_reader.h"
#include "core/engine/wake_fd.h"
#include "core/shim/shim.h"

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace darsena::engine {

/// A wait that some client registered; answered once.
struct WaitSlot {
    explicit WaitSlot(WakeFd fd, WaitCondition wanted)
        : wake(std::move(fd))
        , condition(wanted)
    {
    }
    void answer(model::WaitResult value)
    {
        const std::lock_guard lock(mutex);
        if (!result) {
            result = std::move(value);
            wake.notify();
        }
    }
    std::mutex mutex;
    WakeFd wake;
    WaitCondition condition;
    std::optional<model::WaitResult> result;
};

/// A client that attached before the start.
struct AttachSlot {
    AttachSlot(WakeFd fd, shim::AttachOptions wanted)
        : wake(std::move(fd))
        , options(wanted)
    {
    }
    void answer(Result<shim::Attachment> value)
    {
        const std::lock_guard lock(mutex);
        if (!result) {
            result.emplace(std::move(value));
            wake.notify();
        }
    }
    std::mutex mutex;
    WakeFd wake;
    shim::AttachOptions options;
    std::optional<Result<shim::Attachment>> result;
};

/// One container in memory. Held by shared_ptr; whoever holds one after its removal sees `removed`.
struct Container {
    explicit Container(ContainerRecord made)
        : id(made.id)
        , record(std::move(made))
    {
    }

    const std::string id;
    /// Held through start, pause, rename and removal, so that one of them happens at a time. Taken before `mutex`.
    std::mutex lifecycle;

    /// Who works on its files. Taken after `lifecycle` and before `mutex`.
    FileAccess files;

    /// Guards everything below; held for moments only.
    mutable std::mutex mutex;
    ContainerRecord record;
    ContainerState state;
    std::optional<shim::Shim> shim; ///< while it runs
    std::shared_ptr<EndSignal> run; ///< of the present run, or the last one
    std::vector<std::shared_ptr<WaitSlot>> waits;
    std::vector<std::shared_ptr<AttachSlot>> attaches;
    std::set<std::string> execs;
    bool removed = false;
    bool updated = false; ///< limits of the present run were changed
    std::uint64_t healthRound = 0; ///< counts runs that were probed; a former one's timer does nothing
    std::uint64_t restartRound = 0; ///< counts restarts that were planned; a former one's timer does nothing
    bool keepOnExit = false; ///< `docker restart`: the end of this run removes nothing and restarts nothing
};

using ContainerPointer = std::shared_ptr<Container>;

} // namespace darsena::engine
