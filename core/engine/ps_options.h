// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::engine {

/// A column of ps(1).
enum class PsField {
    Pid, Ppid, Pgid, Session, User, Uid, RealUser, RealUid, Group, Gid, Command, Arguments, Cpu, CpuPercent, MemoryPercent, Resident,
    Virtual, Pages, State, Status, Terminal, Time, BsdTime, Elapsed, ElapsedSeconds, Started, LongStart, ShortStart, Nice, Priority,
    OldPriority, Threads, Processor, Flags, Nothing
};

struct PsColumn {
    PsField field = PsField::Pid;
    std::string title;
};

/// The columns that `ps` with these arguments prints, of its options those that choose columns: "" and "-ef", "-e", "-l",
/// "-j", "aux" and its likes, "-o", "-eo" and "axo" with lists, also with titles of one's own ("pid=ID"). Options that
/// choose processes are accepted and mean nothing: the processes are the container's.
/// Errors: Invalid (an option or column that is not known; no column titled PID, by which clients tell processes).
Result<std::vector<PsColumn>> parsePsArguments(std::string_view arguments);

} // namespace darsena::engine
