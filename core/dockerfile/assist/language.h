// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::assist_detail {

// What the language offers, as data: instructions, flags, mount keys, values. Sentences are English; shown through
// translated(). Internal to core/dockerfile/assist.

/// What may stand behind a flag's or mount key's '='.
enum class ValueKind {
    None, ///< a switch without a value
    Boolean, ///< a switch that may have one: --link, --link=false
    Text,
    Platform,
    Owner,
    Mode,
    Source, ///< a stage, image or named context
    Path, ///< of the context
    Target, ///< of the container
    Checksum,
    Duration,
    Number,
    Mount,
    MountType,
    Network,
    Security,
    Sharing,
    Secret,
};

struct FlagInfo {
    std::string_view name; ///< without "--"
    ValueKind value;
    std::string_view summary; ///< one sentence
    bool repeatable = false;
};

/// A form that completion writes in one go; LSP's snippet syntax, instruction names in upper case.
struct SnippetInfo {
    std::string_view label;
    std::string_view text;
};

struct InstructionInfo {
    std::string_view name; ///< upper case
    std::string_view summary; ///< one sentence
    std::span<const FlagInfo> flags;
    std::span<const SnippetInfo> snippets;
    /// What it takes, behind its flags: "image [AS name]".
    std::string_view usage;
};

std::span<const InstructionInfo> instructions();
/// By name in any case; nullptr for a name that is none.
const InstructionInfo* findInstruction(std::string_view name);
const FlagInfo* findFlag(const InstructionInfo& instruction, std::string_view name);

struct MountKey {
    std::string_view name;
    std::string_view alias; ///< another name, or empty
    ValueKind value;
    std::string_view types; ///< those it goes with: "bind cache"
    std::string_view summary;

    bool goesWith(std::string_view type) const { return types.find(type) != std::string_view::npos; }
};
std::span<const MountKey> mountKeys();
/// By name or any alias ("dst", "ro"), in lower case.
const MountKey* findMountKey(std::string_view name);

/// A value with what it means.
struct ValueInfo {
    std::string_view value;
    std::string_view summary;
};
std::span<const ValueInfo> mountTypes();
/// The fixed values of a kind; empty where there are none.
std::span<const ValueInfo> valuesOf(ValueKind kind);
/// Where well-known tools keep what they download: targets of cache mounts.
std::span<const ValueInfo> cacheTargets();
std::span<const ValueInfo> stopSignals();
std::span<const ValueInfo> wellKnownPorts();
/// Keys of the OCI image specification for LABEL.
std::span<const ValueInfo> labelKeys();
/// Official images, for FROM without an engine.
std::span<const ValueInfo> officialImages();

} // namespace darsena::dockerfile::assist_detail
