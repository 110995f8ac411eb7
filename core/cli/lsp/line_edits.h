// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <string_view>
#include <vector>

namespace darsena::cli::lsp {

/// The edits that turn one text into another, a run of changed lines each, within such a run only what differs: carets,
/// folds and marks of an editor outlive a formatting then. In order of place. Texts that differ in thousands of lines
/// give one edit over all of them.
std::vector<dockerfile::TextEdit> lineEdits(std::string_view before, std::string_view after);

} // namespace darsena::cli::lsp
