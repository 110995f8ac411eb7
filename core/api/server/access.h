// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace darsena::server {

/// What a request needs permission for.
enum class Access {
    View, ///< looks: lists, inspects, follows logs, statistics and events
    Manage, ///< everything else
};

/// By the method and pattern of the route that matched, never by the text of a request: two spellings of one request
/// reach one route. Only what is named as looking is View, so that a route that nobody thought of asks for more, not less.
///
/// Manage, although they are GET or HEAD: what hands out the bytes of files (a container's archive and export, an image's
/// layers and the files in them) and the archive's HEAD, which tells about any path, since files hold what nobody meant to show; and attach, which
/// acts. Logs and inspect can hold secrets as well, but are what "to look at a container" means everywhere; who may view
/// is therefore no default but an administrator's decision (see installer/polkit).
Access accessOf(std::string_view method, std::string_view pattern);

} // namespace darsena::server
