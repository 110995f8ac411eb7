// SPDX-License-Identifier: GPL-3.0-or-later
// darsena unpack-tar: writes what was taken out of an image into a folder that the user chose, in a process that can write
// nowhere else. Not for people: the tar on standard input must be sealed (reader/sealed_source.h). One line of JSON comes
// out: {"entries","bytes","skipped"} or {"failed":CODE,"message"}.
#include "core/archive/extract.h"
#include "core/cli/command.h"
#include "core/cli/confine_self.h"
#include "core/cli/reader/sealed_source.h"
#include "core/cli/utf8.h"

#include "core/base/json.h"

#include <csignal>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace darsena::cli {

namespace {

struct UnpackArguments {
    std::string folder;
    std::string name;
    bool asTar = false;
};

bool isFileName(std::string_view name)
{
    return name != "." && name != ".." && name.size() <= 255 && name.find('/') == std::string_view::npos;
}

Result<archive::Extracted> unpack(const UnpackArguments& arguments)
{
    if (!isFileName(arguments.name) || (arguments.asTar && arguments.name.empty()))
        return Error(ErrorCode::Invalid, fmt::format("{} is no name of a file", arguments.name));
    ::umask(0);
    TRY_CONTEXT("giving up privileges", confineSelf({{}, {arguments.folder}, false}));
    archive::FdSource input(STDIN_FILENO);
    SealedSource sealed(input);
    const std::filesystem::path folder = arguments.folder;
    archive::ExtractOptions options;
    options.limits.bytes = 1ULL << 40;
    if (arguments.asTar)
        return archive::saveStream(sealed, folder / arguments.name, options);
    if (arguments.name.empty())
        return archive::extractTar(sealed, folder, archive::ExtractInto::Folder, options);
    return archive::extractTar(sealed, folder / arguments.name, archive::ExtractInto::FileOrFolder, options);
}

[[noreturn]] void run(const UnpackArguments& arguments)
{
    ::signal(SIGPIPE, SIG_IGN);
    const auto unpacked = unpack(arguments);
    json::Object report;
    if (unpacked)
        report = {{"entries", unpacked->entries}, {"bytes", unpacked->bytes}, {"skipped", unpacked->skipped}};
    else
        report = {{"failed", static_cast<int>(unpacked.error().code())}, {"message", validUtf8(unpacked.error().message())}};
    archive::FdSink output(STDOUT_FILENO);
    static_cast<void>(output.write(json::serialize(report) + '\n'));
    std::_Exit(static_cast<int>(unpacked ? ExitStatus::Success : ExitStatus::Failure));
}

} // namespace

void addUnpackTarCommand(CLI::App& application)
{
    const auto arguments = std::make_shared<UnpackArguments>();
    CLI::App* command = application.add_subcommand("unpack-tar", "Write what a program sends into a folder");
    command->group(""); // not in the help
    command->add_option("FOLDER", arguments->folder)->required();
    command->add_option("--name", arguments->name);
    command->add_flag("--as-tar", arguments->asTar);
    command->callback([arguments] { run(*arguments); });
}

} // namespace darsena::cli
