// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/file.h"
#include "core/os/process.h"
#include "core/runtime/cgroups/cgroup.h"
#include "core/runtime/oci/commands.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <iostream>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

namespace darsena::runtime::command {

namespace {

void printTable(const std::vector<std::vector<std::string>>& rows)
{
    constexpr std::size_t narrowest = 12, gap = 3;
    for (const std::vector<std::string>& row : rows) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            std::size_t width = narrowest;
            for (const std::vector<std::string>& other : rows)
                width = std::max(width, other[column].size() + gap);
            line += row[column];
            if (column + 1 < row.size())
                line.append(width - row[column].size(), ' ');
        }
        std::cout << line << "\n";
    }
}

/// What ps(1) prints, run on the host: nothing of the container is executed for it (CVE-2022-1227).
Result<std::string> runPs(const std::vector<std::string>& arguments)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return Error::system(errno, "pipe");
    const UniqueFd readEnd = UniqueFd::adopt(ends[0]);
    UniqueFd writeEnd = UniqueFd::adopt(ends[1]);
    os::SpawnRequest request;
    request.path = "/bin/ps";
    request.arguments = { "ps" };
    request.arguments.insert(request.arguments.end(), arguments.begin(), arguments.end());
    request.environment = { "PATH=/usr/bin:/bin", "LC_ALL=C" };
    request.descriptors = { { writeEnd.get(), 1 }, { 2, 2 } };
    os::Child child = TRY(os::spawn(request));
    writeEnd.reset();
    Result<std::string> text = os::readAll(readEnd.get(), 64U << 20);
    if (const os::ProcessEnd end = TRY(child.wait()); end.shellCode() != 0)
        return Error(ErrorCode::Invalid, "ps: exit status " + std::to_string(end.shellCode()));
    return text;
}

/// The lines of ps's table whose column PID has one of the numbers, and the head.
Result<void> printPsLines(const std::string& table, const std::vector<pid_t>& pids)
{
    std::istringstream lines(table);
    std::string line;
    std::size_t column = 0;
    for (bool head = true; std::getline(lines, line); head = false) {
        std::istringstream words(line);
        std::vector<std::string> row;
        for (std::string word; words >> word;)
            row.push_back(std::move(word));
        if (head) {
            column = static_cast<std::size_t>(std::ranges::find(row, "PID") - row.begin());
            if (column == row.size())
                return Error(ErrorCode::Invalid, "ps: its output has no column PID");
            std::cout << line << "\n";
            continue;
        }
        pid_t pid = 0;
        if (column < row.size())
            std::from_chars(row[column].data(), row[column].data() + row[column].size(), pid);
        if (std::ranges::find(pids, pid) != pids.end())
            std::cout << line << "\n";
    }
    return {};
}

} // namespace

Result<int> state(const OciRuntime& runtime, const Options& options)
{
    const OciContainer container = TRY(runtime.load(options.id));
    std::cout << json::serialize(runtime.state(container)) << "\n";
    return 0;
}

Result<int> list(const OciRuntime& runtime, const Options& options)
{
    if (options.format != "table" && options.format != "json")
        return Error(ErrorCode::Invalid, "invalid format option: " + options.format);
    json::Array all;
    std::vector<std::vector<std::string>> rows { { "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER" } };
    for (const std::string& id : runtime.list()) {
        if (options.quiet) {
            std::cout << id << "\n";
            continue;
        }
        const Result<OciContainer> container = runtime.load(id);
        if (!container) { // deleted meanwhile
            if (container.error().code() != ErrorCode::NotFound)
                report(options, "warning", container.error().message());
            continue;
        }
        json::Object object = runtime.state(*container);
        object["owner"] = "root"; // the directory of states is root's alone
        rows.push_back({ id, std::to_string(object["pid"].to_number<pid_t>()), std::string(object["status"].as_string()),
            container->bundle.string(), container->created, "root" });
        all.push_back(std::move(object));
    }
    if (options.quiet)
        return 0;
    if (options.format == "json")
        std::cout << json::serialize(all) << "\n";
    else
        printTable(rows);
    return 0;
}

Result<int> processes(const OciRuntime& runtime, const Options& options)
{
    if (options.rest.empty())
        return Error(ErrorCode::Invalid, "a container id is needed");
    const OciContainer container = TRY(runtime.load(options.rest.front()));
    const std::unique_ptr<Cgroup> cgroup = TRY(Cgroup::at(container.cgroupsPath));
    const std::vector<pid_t> pids = TRY(cgroup->processes());
    if (options.format == "json") {
        std::cout << json::serialize(json::Array(pids.begin(), pids.end())) << "\n";
        return 0;
    }
    if (options.format != "table")
        return Error(ErrorCode::Invalid, "invalid format option: " + options.format);
    std::vector<std::string> arguments(options.rest.begin() + 1, options.rest.end());
    if (arguments.empty())
        arguments = { "-ef" };
    const std::string table = TRY(runPs(arguments));
    TRY(printPsLines(table, pids));
    return 0;
}

} // namespace darsena::runtime::command
