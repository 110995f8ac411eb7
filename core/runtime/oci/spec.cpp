// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/os/file.h"
#include "core/runtime/defaults.h"
#include "core/runtime/oci/commands.h"

#include <filesystem>

namespace darsena::runtime::command {

namespace {

/// For people to edit: one member a line.
void print(std::string& out, const json::Value& value, std::size_t depth)
{
    const auto newLine = [&](std::size_t indent) { out += "\n" + std::string(indent, '\t'); };
    bool first = true;
    const auto next = [&] {
        out += first ? "" : ",";
        first = false;
        newLine(depth + 1);
    };
    if (value.is_object() && !value.get_object().empty()) {
        out += "{";
        for (const auto& member : value.get_object()) {
            next();
            out += json::serialize(json::Value(member.key())) + ": ";
            print(out, member.value(), depth + 1);
        }
        newLine(depth);
        out += "}";
    } else if (value.is_array() && !value.get_array().empty()) {
        out += "[";
        for (const json::Value& item : value.get_array()) {
            next();
            print(out, item, depth + 1);
        }
        newLine(depth);
        out += "]";
    } else {
        out += json::serialize(value);
    }
}

} // namespace

Result<int> writeSpec(const Options& options)
{
    if (options.rootlessSpec)
        return Error(ErrorCode::Unsupported, "--rootless is not supported: containers are made by root");
    const std::filesystem::path path = std::filesystem::path(options.bundle) / "config.json";
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(path, error)))
        return Error(ErrorCode::Conflict, "File " + path.string() + " exists. Remove it first");
    oci::RuntimeSpec spec = defaultSpec();
    spec.process->terminal = true;
    spec.process->args = { "sh" };
    spec.process->env.emplace_back("TERM=xterm");
    spec.process->noNewPrivileges = true;
    spec.root = { "rootfs", true };
    spec.hostname = "darsena";
    const json::Value document = TRY(json::parse(oci::serializeRuntimeSpec(spec)));
    std::string text;
    print(text, document, 0);
    TRY(os::writeFileAtomic(path, text + "\n", os::Durability::None, 0644));
    return 0;
}

} // namespace darsena::runtime::command
