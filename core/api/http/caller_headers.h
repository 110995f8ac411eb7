// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace darsena::http {

/// How a client that is neither root nor in the engine's group lets itself be asked about through polkit: the unique name
/// of its connection to the system bus, which it keeps open (":1.42").
inline constexpr std::string_view busNameHeader = "X-Darsena-Bus-Name";
/// "none": polkit must not ask a person now. For what a client does by itself.
inline constexpr std::string_view interactionHeader = "X-Darsena-Interaction";

} // namespace darsena::http
