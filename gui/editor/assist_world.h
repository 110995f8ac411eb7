// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <QString>

#include <memory>
#include <string>
#include <vector>

namespace darsena::gui {

/// What an editor's assistance knows of the world around a Dockerfile. A value, so that workers may have a copy.
struct AssistWorld {
    QString folder; ///< the build context; empty = no paths are offered
    std::string ignoreText; ///< .dockerignore
    std::string target;
    std::string language = "en";
    std::shared_ptr<const std::vector<dockerfile::KnownImage>> images; ///< of the engine; may be null

    /// For core/dockerfile's functions. Its `list` reads folders of the disk when it is called: for workers.
    dockerfile::Surroundings surroundings() const;
};

} // namespace darsena::gui
