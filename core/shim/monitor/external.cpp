// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/shim/monitor/external.h"

#include "core/os/mount.h"

#include <cerrno>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

namespace darsena::shim {

namespace {

using runtime::ExternalRuntime;

/// Less than what the engine waits for an answer.
constexpr std::chrono::seconds startLimit { 25 };

Result<void> attachAll(const std::vector<std::string>& targets, const std::vector<UniqueFd>& descriptors)
{
    if (targets.size() != descriptors.size())
        return Error(ErrorCode::Corrupt, "mounts of the bundle");
    if (targets.empty())
        return {};
    // What is unmounted on the host goes here too; what we mount stays here.
    if (::unshare(CLONE_NEWNS) != 0 || ::mount(nullptr, "/", nullptr, MS_REC | MS_SLAVE, nullptr) != 0)
        return Error::system(errno, "mount namespace of the monitor");
    for (std::size_t at = 0; at < targets.size(); ++at) {
        const UniqueFd target = UniqueFd::adopt(::open(targets[at].c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
        if (!target)
            return Error::system(errno, targets[at]);
        TRY_CONTEXT(targets[at], os::attachMount(descriptors[at].get(), target.get()));
    }
    return {};
}

/// A command that cannot be run is the caller's mistake. Clients count 126 or 127 by runc's words, so others' get those too.
Error asDocker(const Error& error, std::string_view what)
{
    std::string text = error.message();
    bool command = false;
    for (const auto& [theirs, runcs] : { std::pair("not found in $PATH", "executable file not found in $PATH"),
             std::pair("No such file or directory", "no such file or directory"), std::pair("Permission denied", "permission denied") }) {
        if (!command && text.find(theirs) != std::string::npos && text.find(runcs) == std::string::npos)
            text += std::string(": ") + runcs;
        command = command || text.find(runcs) != std::string::npos;
    }
    return Error(command ? ErrorCode::Invalid : ErrorCode::System, "OCI runtime " + std::string(what) + " failed: " + text);
}

} // namespace

External::External(ExternalRuntime runtime, const MonitorPlan& plan)
    : m_runtime(std::move(runtime))
    , m_id(plan.id)
    , m_container(plan.external.container)
    , m_bundle(plan.runDir + "/" + std::string(bundleName))
    , m_terminal(plan.terminal)
{
}

Result<External> External::prepare(const MonitorPlan& plan, const std::vector<UniqueFd>& descriptors)
{
    TRY(attachAll(plan.external.targets, descriptors));
    return External(TRY(ExternalRuntime::at(plan.external.program, plan.external.stateRoot)), plan);
}

Result<ExternalRuntime::Created> External::create(const ExternalRuntime::Streams& streams) const
{
    auto created = m_runtime.create(m_id, m_bundle, m_terminal, streams);
    return created ? std::move(created) : asDocker(created.error(), "create");
}

Result<void> External::start() const
{
    const auto started = m_runtime.start(m_id, startLimit);
    return started ? started : asDocker(started.error(), "start");
}

Result<ExternalRuntime::Created> External::exec(const ExternalRuntime::Streams& streams) const
{
    auto created = m_runtime.exec(m_container, m_bundle, m_terminal, streams, startLimit);
    return created ? std::move(created) : asDocker(created.error(), "exec");
}

void External::remove() const
{
    if (!session())
        (void)m_runtime.remove(m_id, true);
}

} // namespace darsena::shim
