// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/names.h"
#include "core/dockerfile/instructions.h"

#include <optional>
#include <string>

namespace darsena::dockerfile::assist_detail {

// What reads the body of a heredoc. Internal to core/dockerfile/assist.

enum class BodyLanguage { Shell, Python, PowerShell, Json, Other };

/// By what RUN hands it to ("#!" line, `python3 <<EOF`), or by the name of the file that it becomes: COPY and ADD,
/// `cat > x.json <<EOF`.
BodyLanguage bodyLanguage(const Statement& statement, const Heredoc& heredoc);

/// Whether RUN executes the body, or a program does that it is handed to.
bool isExecuted(const Statement& statement, const Heredoc& heredoc);

/// Who expands the variables in a body; nullopt: nobody.
std::optional<NameReader> heredocReader(const Dockerfile& file, const Statement& statement, const Heredoc& heredoc);

/// The instruction that has the heredocs: what ONBUILD keeps, or the statement itself.
const Statement& heredocHolder(const Statement& statement);

} // namespace darsena::dockerfile::assist_detail
