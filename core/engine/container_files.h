// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/engine/container_record.h"

#include <filesystem>
#include <string>
#include <vector>

namespace darsena::engine {

/// Where containers live on disk and in the run folder.
///   <root>/containers/<id>/{config.json,state.json,<id>-json.log}
///   <run>/shims/<id>/            the monitor's, see shim::Launch
///   <run>/files/<id>/            hosts, hostname and resolv.conf of this run
///   <run>/execs/<exec id>/       monitors of exec sessions, and <exec id>.json: what was asked, and how it ended
/// Records are written atomically but not synced: a power cut may lose the newest container, never tear one, and a start
/// costs no disk's flush.
class ContainerFiles {
public:
    /// Makes the folders.
    static Result<ContainerFiles> open(const std::filesystem::path& root, const std::filesystem::path& run);

    std::filesystem::path folder(const std::string& id) const { return m_containers / id; }
    std::filesystem::path log(const std::string& id) const { return folder(id) / (id + "-json.log"); }
    std::filesystem::path shim(const std::string& id) const { return m_run / "shims" / id; }
    std::filesystem::path etc(const std::string& id) const { return m_run / "files" / id; }
    std::filesystem::path exec(const std::string& id) const { return m_run / "execs" / id; }
    std::filesystem::path execRecord(const std::string& id) const { return execs() / (id + ".json"); }
    std::filesystem::path execs() const { return m_run / "execs"; }

    Result<void> saveRecord(const ContainerRecord& record) const;
    Result<void> saveState(const std::string& id, const ContainerState& state) const;
    /// The record alone: from then on it is a container that was removed, and its rest is swept at the next start.
    /// `withVolumes`: its anonymous volumes go too, if need be then (removed()).
    Result<void> removeRecord(const std::string& id, bool withVolumes) const;
    /// Containers whose removal with their volumes was cut short; remove() ends it.
    std::vector<ContainerRecord> removed() const;
    bool hasRecord(const std::string& id) const;
    /// Everything of the container; missing is fine.
    Result<void> remove(const std::string& id) const;
    /// What a run leaves in the run folder.
    void removeRun(const std::string& id) const;
    /// The run folder of an exec session.
    Result<void> removeExec(const std::string& id) const;

    struct Stored {
        ContainerRecord record;
        ContainerState state;
    };
    /// A container that cannot be read is left out and named in the log; its files stay.
    Result<std::vector<Stored>> load() const;
    /// Ids that have a folder below <run>/shims, containers or not.
    std::vector<std::string> shimIds() const { return idsBelow(m_run / "shims"); }

private:
    ContainerFiles(std::filesystem::path containers, std::filesystem::path run)
        : m_containers(std::move(containers))
        , m_run(std::move(run))
    {
    }
    static std::vector<std::string> idsBelow(const std::filesystem::path& folder);

    std::filesystem::path m_containers;
    std::filesystem::path m_run;
};

} // namespace darsena::engine
