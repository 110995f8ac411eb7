// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json.h"
#include "core/runtime/oci/commands.h"

#include <ctime>
#include <fstream>
#include <iostream>

namespace darsena::runtime::command {

void report(const Options& options, std::string_view level, const std::string& text)
{
    if (level == "error" || options.log.empty())
        std::cerr << "darsena-oci: " << text << "\n";
    if (options.log.empty())
        return;
    std::ofstream out(options.log, std::ios::app);
    char now[32];
    const std::time_t seconds = std::time(nullptr);
    std::tm parts {};
    ::gmtime_r(&seconds, &parts);
    std::strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (options.logFormat == "json")
        out << json::serialize(json::Object { { "level", level }, { "msg", text }, { "time", now } }) << "\n";
    else
        out << "time=\"" << now << "\" level=" << level << " msg=" << json::serialize(json::Value(text)) << "\n";
}

void reportWarnings(const Options& options, const std::vector<std::string>& warnings)
{
    for (const std::string& warning : warnings)
        report(options, "warning", warning);
}

} // namespace darsena::runtime::command
