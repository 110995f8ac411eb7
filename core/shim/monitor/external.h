// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/runtime/external_runtime.h"
#include "core/shim/protocol.h"

/// A monitor whose container somebody else's OCI runtime makes.
///
/// The monitor is the place for it: what such a runtime leaves is reaped by the nearest subreaper, and that has to be
/// who lives as long as the container. The container's root and the sources of its binds have to have paths for that
/// runtime: they are attached in a mount namespace of the monitor's own, so they are seen by nobody else, and go with
/// the monitor, however it ends.
namespace darsena::shim {

class External {
public:
    /// Attaches the mounts. `descriptors`: as many as plan.external.targets.
    static Result<External> prepare(const MonitorPlan& plan, const std::vector<UniqueFd>& descriptors);

    /// Only a container stands before its start; a further process runs from the start on.
    bool session() const { return !m_container.empty(); }
    Result<runtime::ExternalRuntime::Created> create(const runtime::ExternalRuntime::Streams& streams) const;
    Result<void> start() const;
    Result<runtime::ExternalRuntime::Created> exec(const runtime::ExternalRuntime::Streams& streams) const;
    /// Makes the runtime forget the container, dead or alive.
    void remove() const;

private:
    External(runtime::ExternalRuntime runtime, const MonitorPlan& plan);
    runtime::ExternalRuntime m_runtime;
    std::string m_id, m_container, m_bundle;
    bool m_terminal = false;
};

} // namespace darsena::shim
