// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/exec_manager.h"

#include "core/base/log.h"
#include "core/engine/container_event.h"
#include "core/engine/detach_keys.h"
#include "core/engine/exec_session.h"
#include "core/engine/name_generator.h"
#include "core/engine/stream_attachment.h"
#include "core/engine/texts.h"
#include "core/os/file.h"

#include <csignal>

namespace darsena::engine {

namespace {

constexpr std::size_t kMaxExecs = 10'000;
constexpr std::chrono::minutes kKept(5);
constexpr std::size_t kMostEnded = 1000;
constexpr std::size_t kMaxExecRecord = 8 << 20;
constexpr std::int64_t kUnknownExit = 137; // its monitor died, and with it the process

bool attaches(const model::ExecCreate& request)
{
    return request.attachStdin || request.attachStdout || request.attachStderr;
}

} // namespace

struct ExecManager::Exec {
    std::string id;
    std::string containerId;
    model::ExecCreate request;

    mutable std::mutex mutex; ///< guards what follows
    bool started = false;
    std::optional<shim::Shim> shim;
    std::optional<std::int64_t> exitCode;
    std::chrono::steady_clock::time_point endedAt;
};

Result<ExecManager::ExecPointer> ExecManager::find(std::string_view id)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_execs.find(id);
    if (found == m_execs.end())
        return Error(ErrorCode::NotFound, fmt::format("No such exec instance: {}", id));
    return found->second;
}

void ExecManager::publish(const Exec& exec, const Container& container, std::string action, std::map<std::string, std::string> more)
{
    more["execID"] = exec.id;
    publishContainerEvent(m_parts.events, container, std::move(action), std::move(more));
}

/// Called with the lock held. Those that ended long ago go, and of very many the oldest.
void ExecManager::sweep()
{
    const auto old = std::chrono::steady_clock::now() - kKept;
    std::multimap<std::chrono::steady_clock::time_point, std::string> over;
    for (const auto& [id, exec] : m_execs) {
        const std::lock_guard inner(exec->mutex);
        if (exec->exitCode)
            over.emplace(exec->endedAt, id);
    }
    while (!over.empty() && (over.begin()->first < old || over.size() > kMostEnded)) {
        drop(over.begin()->second);
        m_execs.erase(over.begin()->second);
        over.erase(over.begin());
    }
}

void ExecManager::forget(const std::vector<std::string>& execs)
{
    const std::lock_guard lock(m_mutex);
    for (const std::string& id : execs) {
        const auto found = m_execs.find(id);
        if (found == m_execs.end())
            continue;
        const std::lock_guard inner(found->second->mutex);
        // One that runs is ended by its own thread: with the container's pid namespace all its processes go.
        if (!found->second->started)
            m_execs.erase(found);
    }
}

void ExecManager::forgetContainer(const std::string& id)
{
    const std::lock_guard lock(m_mutex);
    std::erase_if(m_execs, [&](const auto& entry) {
        if (entry.second->containerId != id)
            return false;
        drop(entry.first);
        return true;
    });
}

Result<model::ExecCreated> ExecManager::create(std::string_view reference, const model::ExecCreate& request)
{
    const ContainerPointer container = TRY(m_parts.containers.find(reference));
    if (request.cmd.empty())
        return Error(ErrorCode::Invalid, "No exec command specified");
    for (const auto* list : {&request.cmd, &request.env}) {
        for (const std::string& text : *list) {
            if (text.find('\0') != std::string::npos)
                return Error(ErrorCode::Invalid, "exec: a NUL byte is not allowed");
        }
    }
    for (const std::string& entry : request.env) {
        if (entry.empty() || entry.front() == '=')
            return Error(ErrorCode::Invalid, fmt::format("invalid environment variable: {}", entry));
    }
    if (!request.workingDir.empty() && !request.workingDir.starts_with('/'))
        return Error(ErrorCode::Invalid, fmt::format("Cwd must be an absolute path: {}", request.workingDir));
    if (!request.detachKeys.empty() && !DetachKeys::parse(request.detachKeys))
        return Error(ErrorCode::Invalid, fmt::format("Invalid escape keys ({}) provided", request.detachKeys.substr(0, 100)));
    auto exec = std::make_shared<Exec>();
    exec->id = generateId();
    exec->containerId = container->id;
    exec->request = request;
    {
        const std::lock_guard lock(container->mutex);
        if (container->state.status == Status::Paused)
            return Error(ErrorCode::Conflict, fmt::format("container {} is paused, unpause the container before exec", reference));
        if (container->state.status != Status::Running)
            return Error(ErrorCode::Conflict, fmt::format("container {} is not running", container->id));
        container->execs.insert(exec->id);
    }
    {
        const std::lock_guard lock(m_mutex);
        sweep();
        if (m_execs.size() >= kMaxExecs)
            return Error(ErrorCode::TooLarge, fmt::format("more than {} exec instances", kMaxExecs));
        m_execs.emplace(exec->id, exec);
    }
    publish(*exec, *container, "exec_create: " + fmt::format("{}", fmt::join(request.cmd, " ")));
    return model::ExecCreated{exec->id};
}

Result<std::unique_ptr<Attachment>> ExecManager::start(std::string_view id, const model::ExecStart& request)
{
    const ExecPointer exec = TRY(find(id));
    const ContainerPointer container = TRY(m_parts.containers.find(exec->containerId));
    {
        const std::lock_guard lock(exec->mutex);
        if (exec->started)
            return Error(ErrorCode::Conflict, fmt::format("exec command {} has already run", exec->id));
        exec->started = true;
    }
    const auto failed = [&](const Error& error) {
        const std::string& text = error.message();
        const bool missing = text.find("executable file not found") != std::string::npos || text.find("no such file") != std::string::npos;
        ended(exec, container, missing ? 127 : 126);
        const bool cannotRun = error.code() == ErrorCode::NotFound || error.code() == ErrorCode::Denied;
        return cannotRun ? error.as(ErrorCode::Invalid) : error;
    };
    auto launched = launchSession(m_parts, *container, exec->id, exec->request, request.consoleSize);
    if (!launched)
        return failed(launched.error());
    const shim::Shim shim = *launched;
    {
        const std::lock_guard lock(exec->mutex);
        exec->shim = shim;
    }
    std::unique_ptr<Attachment> attachment;
    if (!request.detach && attaches(exec->request)) {
        auto stream = shim.attach({exec->request.attachStdin, exec->request.attachStdout, exec->request.attachStderr});
        if (!stream) {
            (void)shim.kill(SIGKILL);
            return failed(stream.error());
        }
        attachment = TRY(StreamAttachment::create(std::move(stream->stream), exec->request.tty));
    }
    publish(*exec, *container, "exec_start: " + fmt::format("{}", fmt::join(exec->request.cmd, " ")));
    auto end = shim.openEnd();
    if (!end) {
        (void)shim.kill(SIGKILL);
        return failed(end.error());
    }
    save(*exec); // so that the next engine knows whose monitor that is
    if (const auto started = shim.start(); !started)
        return failed(started.error());
    if (shim.pid() == 0) {
        // Somebody else's runtime: only now is it known which process it is.
        if (const auto known = shim::Shim::connect(shim.runDir())) {
            const std::lock_guard lock(exec->mutex);
            exec->shim = *known;
        }
    }
    TRY(supervise(exec, container, shim, std::move(*end)));
    return attachment;
}

Result<void> ExecManager::supervise(const ExecPointer& exec, const ContainerPointer& container, const shim::Shim& shim, UniqueFd end)
{
    return m_parts.reactor->whenReadable(std::move(end), [this, exec, container, shim](std::stop_token stop) {
        const auto exit = shim.wait(stop);
        if (!exit && exit.error().code() == ErrorCode::Cancelled)
            return;
        ended(exec, container, exit ? exit->code : kUnknownExit);
        publish(*exec, *container, "exec_die", {{"exitCode", std::to_string(exit ? exit->code : kUnknownExit)}});
    });
}

void ExecManager::ended(const ExecPointer& exec, const ContainerPointer& container, std::int64_t code)
{
    {
        const std::lock_guard lock(exec->mutex);
        exec->exitCode = code;
        exec->endedAt = std::chrono::steady_clock::now();
        exec->shim.reset();
    }
    save(*exec);
    bool removed = false;
    {
        const std::lock_guard lock(container->mutex);
        container->execs.erase(exec->id);
        removed = container->removed;
    }
    if (removed)
        drop(exec->id); // forgetContainer() came before us
    if (const auto gone = m_parts.files.removeExec(exec->id); !gone)
        log::warning("exec {}: {}", exec->id.substr(0, 12), gone.error().message());
}

// What the next engine has to know

void ExecManager::save(const Exec& exec)
{
    json::Object object{{"id", exec.id}, {"container", exec.containerId}, {"request", model::toJson(exec.request)}};
    {
        const std::lock_guard lock(exec.mutex);
        if (exec.exitCode)
            object["exitCode"] = *exec.exitCode;
    }
    if (const auto saved = os::writeFileAtomic(m_parts.files.execRecord(exec.id), json::serialize(object), os::Durability::None); !saved)
        log::warning("exec {}: {}", exec.id.substr(0, 12), saved.error().message());
}

void ExecManager::drop(const std::string& id)
{
    std::error_code ignored;
    std::filesystem::remove(m_parts.files.execRecord(id), ignored);
}

Result<ExecManager::ExecPointer> ExecManager::load(const std::filesystem::path& path)
{
    const std::string text = TRY(os::readFile(path, kMaxExecRecord));
    const json::Value value = TRY(json::parse(text));
    if (!value.is_object() || !value.get_object().contains("request"))
        return Error(ErrorCode::Corrupt, "not the record of an exec session");
    const json::Object& object = value.get_object();
    auto exec = std::make_shared<Exec>();
    exec->id = TRY(json::text(object, "id"));
    exec->containerId = TRY(json::text(object, "container"));
    exec->request = TRY(model::fromJson<model::ExecCreate>(object.at("request")));
    if (exec->id + ".json" != path.filename() || exec->request.cmd.empty())
        return Error(ErrorCode::Corrupt, "not the record of this exec session");
    exec->started = true;
    if (object.contains("exitCode"))
        exec->exitCode = TRY(json::integer(object, "exitCode"));
    exec->endedAt = std::chrono::steady_clock::now();
    return exec;
}

void ExecManager::adoptOne(const ExecPointer& exec)
{
    const auto container = m_parts.containers.find(exec->containerId);
    if (!container || (*container)->id != exec->containerId) {
        drop(exec->id);
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_execs.emplace(exec->id, exec);
    }
    if (exec->exitCode) {
        // Its engine may have died before it had cleared away.
        (void)m_parts.files.removeExec(exec->id);
        return;
    }
    const auto shim = shim::Shim::connect(m_parts.files.exec(exec->id));
    if (!shim) {
        ended(exec, *container, kUnknownExit);
        return;
    }
    exec->shim = *shim;
    // Its engine died before it could start it, and its client is gone.
    if (const auto state = shim->state(); state && *state == shim::State::Created)
        (void)shim->kill(SIGKILL);
    {
        const std::lock_guard lock((*container)->mutex);
        (*container)->execs.insert(exec->id);
    }
    auto end = shim->openEnd();
    const auto watched = end ? supervise(exec, *container, *shim, std::move(*end)) : end.error();
    if (!watched)
        log::error("exec {}: {}", exec->id.substr(0, 12), watched.error().message());
}

void ExecManager::adopt()
{
    std::vector<std::filesystem::path> records;
    std::vector<std::string> sessions;
    std::error_code error;
    for (std::filesystem::directory_iterator it(m_parts.files.execs(), error), end; !error && it != end; it.increment(error)) {
        if (it->path().extension() == ".json")
            records.push_back(it->path());
        else
            sessions.push_back(it->path().filename());
    }
    for (const std::filesystem::path& path : records) {
        const auto exec = load(path);
        if (exec) {
            adoptOne(*exec);
            continue;
        }
        log::warning("{}: {}", path.string(), exec.error().message());
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }
    // Health checks, and sessions that were never started: nobody waits for them any more.
    for (const std::string& id : sessions) {
        if (find(id))
            continue;
        if (const auto shim = shim::Shim::connect(m_parts.files.exec(id))) {
            (void)shim->kill(SIGKILL);
            (void)shim->wait(m_parts.reactor->stopToken());
        }
        if (const auto gone = m_parts.files.removeExec(id); !gone)
            log::warning("exec {}: {}", id.substr(0, 12), gone.error().message());
    }
}

Result<model::ExecInspect> ExecManager::inspect(std::string_view id)
{
    const ExecPointer exec = TRY(find(id));
    const std::lock_guard lock(exec->mutex);
    model::ExecInspect inspect;
    inspect.id = exec->id;
    inspect.containerId = exec->containerId;
    inspect.running = exec->started && !exec->exitCode;
    inspect.exitCode = exec->exitCode;
    inspect.pid = exec->shim ? exec->shim->pid() : 0;
    inspect.openStdin = exec->request.attachStdin;
    inspect.openStdout = exec->request.attachStdout;
    inspect.openStderr = exec->request.attachStderr;
    inspect.canRemove = exec->exitCode.has_value();
    inspect.detachKeys = exec->request.detachKeys;
    inspect.process.entrypoint = exec->request.cmd.front();
    inspect.process.arguments.assign(exec->request.cmd.begin() + 1, exec->request.cmd.end());
    inspect.process.privileged = exec->request.privileged;
    inspect.process.tty = exec->request.tty;
    inspect.process.user = exec->request.user;
    return inspect;
}

Result<void> ExecManager::resize(std::string_view id, std::int64_t rows, std::int64_t columns)
{
    const ExecPointer exec = TRY(find(id));
    if (rows < 0 || rows > 65535 || columns < 0 || columns > 65535)
        return Error(ErrorCode::Invalid, "a terminal has 0 to 65535 rows and columns");
    std::optional<shim::Shim> shim;
    {
        const std::lock_guard lock(exec->mutex);
        shim = exec->shim;
    }
    if (!shim)
        return Error(ErrorCode::Conflict, fmt::format("exec command {} is not running", exec->id));
    return shim->resize(static_cast<std::uint16_t>(rows), static_cast<std::uint16_t>(columns));
}

} // namespace darsena::engine
