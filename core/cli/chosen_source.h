// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/source/image_source.h"

#include <memory>
#include <string>

namespace darsena::cli {

/// The same source, showing only the images of one name or tag; "" = all. Errors of choices(): NotFound, naming what
/// there is.
Result<std::unique_ptr<layers::ImageSource>> chosen(Result<std::unique_ptr<layers::ImageSource>> source, const std::string& name);

} // namespace darsena::cli
