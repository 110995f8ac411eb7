// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/os/beneath.h"
#include "core/store/files/request.h"

#include <vector>

namespace darsena::store {

/// In a process of its own with one thread, before its privileges are dropped: makes a container's files the only ones
/// that it sees, mounted nosuid, nodev and noexec, and returns their root. Nothing of it is seen outside the process, and
/// nothing that is mounted in the container later is seen in it.
///
/// `view`: a running container's mount namespace, or the detached mount of a stopped one's root; `mounts`: detached mounts
/// for request.mounts. Where one of these belongs is made when it is missing, as the container's start would, inside the
/// root whatever links there are.
Result<os::Beneath> enterView(const FilesRequest& request, int view, const std::vector<int>& mounts);

} // namespace darsena::store
