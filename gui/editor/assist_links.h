// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <QString>
#include <QUrl>

#include <optional>

namespace darsena::gui {

/// Where a place of a Dockerfile leads: what F12 and a click with Ctrl go to.
struct LinkTarget {
    enum class Kind {
        Position, ///< of the same file: a stage, a variable, a heredoc's word; the next place that uses it
        File, ///< of the build context
        Folder,
        Missing, ///< a path of the context that is not there
        Outside, ///< a path that leaves the context, so that the builder does not take it either
        Page, ///< of the web
        Undefined, ///< a name that nothing in the file defines
    };
    Kind kind = Kind::Position;
    dockerfile::Range range {}; ///< of the words that lead there
    std::uint32_t position = 0;
    QString path; ///< absolute; of Undefined the name
    QUrl url;
};

/// nullopt: nothing leads anywhere here. Looks at the disk: for workers.
std::optional<LinkTarget> linkAt(
    const dockerfile::Dockerfile& file, std::uint32_t offset, const dockerfile::Surroundings& world);

} // namespace darsena::gui
