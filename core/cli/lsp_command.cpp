// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/command.h"
#include "core/cli/lsp/server.h"

#include <csignal>
#include <memory>
#include <string>

#include <unistd.h>

namespace darsena::cli {

void addLspCommand(CLI::App& application, ExitStatus& status)
{
    CLI::App* command = application.add_subcommand(
        "lsp", "Serve editors: a language server (LSP 3.17) for Dockerfiles on standard input and output");
    // Many clients add it without being asked.
    command->add_flag("--stdio")->description("Standard input and output, which is what is used anyway");
    const auto client = std::make_shared<std::string>();
    command->add_option(
        "--clientProcessId", *client, "Taken and not needed: the end of standard input ends the server");
    command->callback([client, &status] {
        // A client that went away is noticed where it is written to.
        std::signal(SIGPIPE, SIG_IGN);
        status = lsp::serve(STDIN_FILENO, STDOUT_FILENO) == 0 ? ExitStatus::Success : ExitStatus::Findings;
    });
}

} // namespace darsena::cli
