// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/build.h"

#include <QString>

#include <vector>

namespace darsena::gui {

/// Why a step runs, or why it need not, in the studio's language: "hello.c changed; ARG VERSION changed". Empty when
/// there are no reasons, or one is of a kind that this studio does not know: then the engine's sentence has to do.
QString reasonText(const std::vector<model::BuildReason>& reasons);

} // namespace darsena::gui
