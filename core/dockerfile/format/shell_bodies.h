// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/format/format.h"

#include <string>

namespace darsena::dockerfile::format_detail {

/// The text with the shell code of RUN formatted by FormatOptions::shell: heredocs that the shell runs, and continued
/// lines without comments in them. What does not come back with the same commands stays as it was. Internal to
/// core/dockerfile.
std::string formatShellBodies(std::string text, const FormatOptions& options);

} // namespace darsena::dockerfile::format_detail
