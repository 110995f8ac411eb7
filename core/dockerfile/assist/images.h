// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/assist.h"

#include <string>

namespace darsena::dockerfile::assist_detail {

// What is told of an image. Internal to core/dockerfile/assist.

/// "117 MB", in units of 1000 as image lists have them.
std::string sizeText(std::int64_t bytes);
/// One line: "117 MB, 2026-01-31".
std::string imageDetail(const KnownImage& image);
/// Markdown: size, user, ports, folder, digest.
std::string imageFacts(const KnownImage& image, const std::string& language);

} // namespace darsena::dockerfile::assist_detail
