// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"

#include <string>
#include <vector>

namespace darsena::dockerfile::assist_detail {

/// A path of the image that a stage names. Internal to core/dockerfile/assist.
struct ImagePath {
    std::string path; ///< absolute, without variables
    bool folder = false;
    bool inCommand = false; ///< only a RUN names it: maybe something that it makes
};

/// WORKDIRs, what COPY and ADD write, VOLUMEs, and absolute paths in commands, of the stages of a chain; of the last
/// one as far as its instruction `before`. Each path once.
std::vector<ImagePath> imagePaths(const Dockerfile& file, const std::vector<std::size_t>& chain, std::size_t before);

} // namespace darsena::dockerfile::assist_detail
