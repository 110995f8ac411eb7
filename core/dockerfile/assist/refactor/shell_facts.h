// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/shell/scripts.h"

#include <set>
#include <string>

namespace darsena::dockerfile::refactor_detail {

// What has to be known of a script before it is cut or joined. Internal to core/dockerfile.

/// What a script leaves behind in its shell for the commands after it.
struct Leaks {
    bool state = false; ///< its folder, options, functions, the end of the shell …: anything
    bool risky = false; ///< more than a folder or an exported variable: errexit may mean something else for it
    std::set<std::string> names; ///< variables

    void add(const Leaks& other);
};

/// Whether code after a script could tell that it ran in the same shell. `used`: the variables it names.
bool matters(const Leaks& leaks, const std::set<std::string>& used);

struct ShellFacts {
    /// It was read without a doubt, and has nothing that cannot be cut or joined: no comment, no command in the
    /// background, no here-document.
    bool usable = false;
    bool chain = false; ///< commands joined with && only, or one command
    bool simple = false; ///< no compound commands, nothing negated, no substitution of several commands
    std::string setOptions; ///< its first command, if that is "set -…": as written
    bool setsErrexit = false; ///< that command turns errexit on
    bool errexit = false; ///< errexit holds: by that command or by the interpreter
    Leaks leaks; ///< of all items; those of a first "set" are not counted
    std::set<std::string> used;
};

ShellFacts factsOf(const shell::EmbeddedScript& script);

Leaks leaksOf(const shell::ListItem& item);
std::set<std::string> namesUsedIn(const shell::ListItem& item);
bool isSimple(const shell::ListItem& item);
/// "set" with options only.
bool isSetOptions(const shell::ListItem& item);

} // namespace darsena::dockerfile::refactor_detail
