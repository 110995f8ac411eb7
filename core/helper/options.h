// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/log.h"
#include "core/helper/authorizer.h"

#include <filesystem>
#include <map>
#include <string>

namespace darsena::helper {

/// What the command line says; see main.cpp.
struct Options {
    std::filesystem::path root = "/var/lib/darsena";
    std::filesystem::path run = "/run/darsena";
    std::filesystem::path socket = "/run/darsena/darsena.sock";
    std::filesystem::path libexec; ///< empty: the folder of this program
    std::string bus = Authorizer::systemBus; ///< the D-Bus address at which polkit is asked
    std::string group = "darsena"; ///< whose members are let in
    std::map<std::string, std::filesystem::path> runtimes; ///< further OCI runtimes, by name
    log::Level logLevel = log::Level::Info;
};

} // namespace darsena::helper
