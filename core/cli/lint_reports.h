// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/cli/lint_output.h"

#include <string>
#include <vector>

namespace darsena::cli {

// Findings in the forms that servers for continuous integration read.

/// Checkstyle's XML: a <file> for each file, an <error> for each finding.
std::string lintAsCheckstyle(const std::vector<FileFindings>& files);
/// GitLab's Code Quality report, a subset of Code Climate's. A fingerprint does not change when lines above do.
std::string lintAsGitLab(const std::vector<FileFindings>& files);
/// JUnit's XML: a <testsuite> for each file, in it a failed <testcase> for each finding, or one that passed.
std::string lintAsJunit(const std::vector<FileFindings>& files);

} // namespace darsena::cli
