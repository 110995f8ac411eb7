// SPDX-License-Identifier: GPL-3.0-or-later
// The headers that nearly every test of core/ needs, compiled once (see darsena_test in CMakeLists.txt).
#pragma once

#include <QTest>

#include "core/base/pch.h"
