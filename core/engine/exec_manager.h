// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/engine/engine_parts.h"
#include "core/engine/exec_service.h"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>

namespace darsena::engine {

class ExecManager : public ExecService {
public:
    explicit ExecManager(EngineParts& parts)
        : m_parts(parts)
    {
    }

    /// At the engine's start, after the containers: takes up the sessions that a former engine left.
    void adopt();
    /// The container of these ended.
    void forget(const std::vector<std::string>& execs);
    /// The container is no more.
    void forgetContainer(const std::string& id);

    Result<model::ExecCreated> create(std::string_view container, const model::ExecCreate& request) override;
    Result<std::unique_ptr<Attachment>> start(std::string_view exec, const model::ExecStart& request) override;
    Result<model::ExecInspect> inspect(std::string_view exec) override;
    Result<void> resize(std::string_view exec, std::int64_t rows, std::int64_t columns) override;

private:
    struct Exec;
    using ExecPointer = std::shared_ptr<Exec>;
    Result<ExecPointer> find(std::string_view id);
    Result<void> supervise(const ExecPointer& exec, const ContainerPointer& container, const shim::Shim& shim, UniqueFd end);
    void sweep();
    void save(const Exec& exec);
    void drop(const std::string& id);
    static Result<ExecPointer> load(const std::filesystem::path& path);
    void adoptOne(const ExecPointer& exec);
    void ended(const ExecPointer& exec, const ContainerPointer& container, std::int64_t code);
    void publish(const Exec& exec, const Container& container, std::string action, std::map<std::string, std::string> more = {});

    EngineParts& m_parts;
    std::mutex m_mutex;
    std::map<std::string, ExecPointer, std::less<>> m_execs;
};

} // namespace darsena::engine
