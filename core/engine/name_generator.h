// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace darsena::engine {

/// A random name for a container whose creator gave none: an adjective and a thing of the harbour, "brisk_lighthouse".
/// With `retry` above 0 a digit follows, for when the plain names are taken.
std::string generateName(int retry);

/// 64 random hex digits: the id of a container, exec or volume.
std::string generateId();

} // namespace darsena::engine
