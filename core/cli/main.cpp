// SPDX-License-Identifier: GPL-3.0-or-later
// darsena: the command line. Without a command it opens the studio.
#include "core/cli/command.h"
#include "core/cli/input.h"

#include <cerrno>
#include <filesystem>

#include <unistd.h>

namespace darsena::cli {

namespace {

/// Becomes the studio that lies beside this program, so that a checkout and an installation both find their own.
/// Returns only if that fails.
Error becomeStudio()
{
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error)
        return Error::system(error.value(), "/proc/self/exe");
    const std::filesystem::path studio = self.parent_path() / "darsena-studio";
    ::execl(studio.c_str(), studio.c_str(), static_cast<char*>(nullptr));
    return Error::system(errno, studio.native());
}

int run(int argc, char** argv)
{
    CLI::App application("Darsena: see what a Dockerfile does. Without a command the studio opens.", "darsena");
    application.set_version_flag("--version", "darsena " DARSENA_VERSION);
    application.require_subcommand(0, 1);
    ExitStatus status = ExitStatus::Success;
    addLintCommand(application, status);
    addFormatCommand(application, status);
    addParseCommand(application, status);
    addGraphCommand(application, status);
    addLayersCommand(application, status);
    addDiffCommand(application, status);
    addLspCommand(application, status);
    addReadImageCommand(application);
    addUnpackTarCommand(application);
    try {
        application.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        // Help and the version are "errors" of code 0.
        return application.exit(error) == 0 ? 0 : static_cast<int>(ExitStatus::Failure);
    }
    if (application.get_subcommands().empty()) {
        complain(becomeStudio());
        return static_cast<int>(ExitStatus::Failure);
    }
    return static_cast<int>(status);
}

} // namespace

} // namespace darsena::cli

int main(int argc, char** argv)
{
    return darsena::cli::run(argc, argv);
}
