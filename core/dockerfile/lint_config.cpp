// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/lint_config.h"

namespace darsena::dockerfile {

std::string_view severityName(Severity severity)
{
    switch (severity) {
    case Severity::Error:
        return "error";
    case Severity::Warning:
        return "warning";
    case Severity::Info:
        break;
    }
    return "info";
}

Result<LintConfig> LintConfig::parse(std::string_view)
{
    return LintConfig {};
}

} // namespace darsena::dockerfile
