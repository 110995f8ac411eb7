// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

/// A comment that steers hadolint (its README, "Ignoring Rules"), here every rule by its name:
///     # hadolint ignore=DL3008,SC2086 # why        the instruction below
///     # hadolint stage ignore=DL3008               to the end of the stage; right above a FROM, the stage it begins
///     # hadolint global ignore=DL3008              the whole file, wherever it stands
///     # hadolint shell=bash                        the shell of what follows
struct Pragma {
    enum class Kind { Ignore, StageIgnore, GlobalIgnore, Shell };
    Kind kind = Kind::Ignore;
    std::vector<std::string_view> names; ///< rules; Shell: the words behind '='
};

/// What a comment says, given without its '#'; nullopt if it is none, or anything in it is amiss (then hadolint takes
/// it for prose). The names are views of `comment`.
std::optional<Pragma> readPragma(std::string_view comment);

} // namespace darsena::dockerfile
