// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/client/engine_client.h"
#include "gui/layers/image_origin.h"

namespace darsena::gui {

/// The loaders that there are. The client must outlive them.
std::unique_ptr<LoaderFactory> imageLoaders(EngineClient& client);

} // namespace darsena::gui
