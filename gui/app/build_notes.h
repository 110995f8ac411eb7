// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/editor/analysis.h"
#include "gui/panels/builds/build_state.h"

#include <vector>

namespace darsena::gui {

/// What editor and graph say of one instruction.
struct BuildNote {
    int line = 0; ///< its first line
    Mark mark = Mark::Unknown;
    QString lineText; ///< at the right edge of the editor: "212 MB · cached"
    QString rowText; ///< at the right of the graph's row: "212 MB"
    bool strong = false;
};
using BuildNotes = std::vector<BuildNote>;

/// The notes of every instruction of the stages.
///
/// While a build runs, and after it until the text changes, they are the build's own states. Once the text has changed
/// they are a forecast from the last build: an instruction that is as it was, after others that are as they were, is
/// cached; one that changed, and what comes after it or takes from its stage, will run; what depends on files of the
/// context is not known, because only the engine compares them.
BuildNotes makeBuildNotes(const Analysis& analysis, const BuildState& build, qint64 now, bool textChanged);

/// The instruction (FROM included) whose lines hold this one; nullptr = none.
const dockerfile::Instruction* instructionAtLine(const dockerfile::Dockerfile& file, int line);

} // namespace darsena::gui
