// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/widgets/looks.h"

#include <QHash>
#include <QString>

namespace darsena::gui {

/// What a row of the graph says beside its instruction.
struct RowState {
    Mark mark = Mark::Unknown;
    QString note; ///< "212 MB", "0.6 s"

    bool operator==(const RowState&) const = default;
};

/// By the first line of the instruction.
using RowStates = QHash<int, RowState>;

} // namespace darsena::gui
