// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/exec.h"
#include "core/base/result.h"
#include "core/engine/container_service.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace darsena::engine {

/// Further processes in running containers. Ids are whole (64 hex digits). An exec is forgotten five minutes after its
/// end, and with its container. Any thread.
class ExecService {
public:
    virtual ~ExecService() = default;

    /// Errors: Conflict "container <id> is not running" or paused; Invalid without a command.
    virtual Result<model::ExecCreated> create(std::string_view container, const model::ExecCreate& request) = 0;
    /// Starts it and attaches the streams that were asked for at its creation; nullptr when detached. The attachment's
    /// stream() never blocks.
    /// Errors: NotFound; Conflict when it was started before or the container stopped; Invalid when the program cannot be run
    /// (texts and exit codes as ContainerService::start).
    virtual Result<std::unique_ptr<Attachment>> start(std::string_view exec, const model::ExecStart& request) = 0;
    virtual Result<model::ExecInspect> inspect(std::string_view exec) = 0;
    virtual Result<void> resize(std::string_view exec, std::int64_t rows, std::int64_t columns) = 0;
};

} // namespace darsena::engine
