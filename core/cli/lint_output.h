// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <string>
#include <vector>

namespace darsena::cli {

struct FileFindings {
    std::string file; ///< as named on the command line
    dockerfile::SourceText source;
    std::vector<dockerfile::Finding> findings;
};

/// "Dockerfile:3:6: warning: sentence [Rule]", one finding a line.
std::string lintAsText(const std::vector<FileFindings>& files);
/// A list of {file, rule, severity, line, column, endLine, endColumn, message, url, fix?}, ended by a line break.
/// fix is {description, edits: [{line, column, endLine, endColumn, text}]}.
std::string lintAsJson(const std::vector<FileFindings>& files);
/// SARIF 2.1.0 (OASIS), for code scanning services: the rules with their pages as help, the findings with their fixes.
/// Columns are Unicode code points.
std::string lintAsSarif(const std::vector<FileFindings>& files);

} // namespace darsena::cli
