// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/runtime/external_bundle.h"

#include "core/base/json.h"
#include "core/os/file.h"

namespace darsena::runtime {

Result<void> writeBundle(const std::filesystem::path& bundle, const oci::RuntimeSpec& spec)
{
    return os::writeFileAtomic(bundle / "config.json", oci::serializeRuntimeSpec(spec), os::Durability::None);
}

Result<void> writeProcess(const std::filesystem::path& directory, const oci::Process& process)
{
    oci::RuntimeSpec spec;
    spec.process = process;
    const json::Value whole = TRY(json::parse(oci::serializeRuntimeSpec(spec)));
    return os::writeFileAtomic(directory / "process.json", json::serialize(whole.get_object().at("process")), os::Durability::None);
}

} // namespace darsena::runtime
