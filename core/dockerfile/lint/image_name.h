// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace darsena::dockerfile::lint_detail {

/// Whether a text can name an image: [domain[:port]/]path[:tag][@digest] (distribution/reference). Only the shape is
/// checked here; core/oci has the reference itself, which this folder may not use.
bool isImageName(std::string_view text);

/// What is wrong with the name of an image, in distribution/reference's words; empty if nothing is.
std::string imageNameProblem(std::string_view text);

} // namespace darsena::dockerfile::lint_detail
