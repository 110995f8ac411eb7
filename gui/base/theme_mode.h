// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace darsena::gui {

/// Which theme the user wants; System follows the desktop.
enum class ThemeMode { System, Light, Dark };

} // namespace darsena::gui
