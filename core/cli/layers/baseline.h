// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/layers/ci_rules.h"

#include <string>

namespace darsena::cli {

/// Whether a baseline is a JSON report, ours or dive's, and not an image: a file that begins with "{".
bool isReport(const std::string& baseline);
/// The figures in a JSON report. Errors: System, TooLarge, Invalid when it lacks what the score needs.
Result<CiFigures> figuresOfReport(const std::string& file, Score score);
/// The same of its text.
Result<CiFigures> figuresInReport(std::string_view text, Score score);

} // namespace darsena::cli
