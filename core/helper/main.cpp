// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log.h"
#include "core/engine/engine.h"
#include "core/helper/admission.h"
#include "core/helper/connections.h"
#include "core/helper/door.h"
#include "core/helper/options.h"
#include "core/helper/quit_on_signal.h"
#include "core/helper/service_manager.h"
#include "core/helper/startup.h"

#include <cstdio>

#include <CLI/CLI.hpp>
#include <QtCore/QCoreApplication>
#include <fmt/format.h>
#include <unistd.h>

namespace darsena::helper {
namespace {

using namespace std::chrono_literals;

Result<void> run(Options options, ServiceManager manager, QCoreApplication& application)
{
    options.socket = manager.socketPath().value_or(options.socket);
    TRY(checkStart(options));
    if (options.libexec.empty())
        options.libexec = TRY(programFolder());
    const auto quit = TRY(QuitOnSignal::install());

    engine::EngineOptions engineOptions;
    engineOptions.root = options.root;
    engineOptions.run = options.run;
    engineOptions.libexec = options.libexec;
    engineOptions.runtimes = options.runtimes;
    auto engine = TRY(engine::Engine::open(engineOptions));
    const auto server = TRY(server::Server::create(server::Services { engine->builds(), engine->containers(), engine->events(), engine->execs(),
        engine->images(), engine->networks(), engine->system(), engine->volumes() }));
    Connections connections(*server);

    const Admission admission = Admission::forGroup(options.group);
    if (!admission.gid())
        log::info("the group \"{}\" does not exist: only root is let in without asking", options.group);
    const Authorizer authorizer(options.libexec / "darsena-authorize", options.bus);
    auto door = TRY(Door::open(options.socket, manager.takeSocket(), admission, authorizer, connections));
    fmt::print("ready {}\n", options.socket.native());
    std::fflush(stdout);
    manager.notify("READY=1");

    application.exec();

    manager.notify("STOPPING=1");
    log::info("stopping; containers run on");
    door.reset();
    server->stop();
    if (!connections.finish(5s)) {
        log::warning("some calls did not end in time: leaving without them");
        ::_exit(0);
    }
    engine.reset();
    return {};
}

} // namespace
} // namespace darsena::helper

int main(int argc, char** argv)
{
    using namespace darsena;
    helper::Options options;
    CLI::App app("Darsena's engine: serves the Docker Engine API on a local socket. Runs in the foreground, as root.", "darsena-helper");
    app.add_option("--root", options.root, "Where images, containers and volumes are kept")->capture_default_str();
    app.add_option("--run", options.run, "State that ends with the machine")->capture_default_str();
    app.add_option("--socket", options.socket, "The socket to serve on")->capture_default_str();
    app.add_option("--libexec", options.libexec, "The folder of darsena-shim, darsena-unpack and darsena-authorize; by default this program's");
    app.add_option("--group", options.group, "The group whose members may use the engine, besides root")->capture_default_str();
    app.add_option("--bus", options.bus, "The D-Bus address at which polkit is asked about everybody else")->capture_default_str();
    std::vector<std::string> runtimes;
    app.add_option("--add-runtime", runtimes, "NAME=PATH of a further OCI runtime, for `docker run --runtime NAME`; runc and crun are found by themselves")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check(CLI::Validator([](std::string& text) { return text.find('=') == std::string::npos ? "it must be NAME=PATH" : ""; }, "NAME=PATH"));
    std::string level = "info";
    app.add_option("--log-level", level)->check(CLI::IsMember({ "debug", "info", "warning", "error" }))->capture_default_str();
    app.set_version_flag("--version", DARSENA_VERSION);
    CLI11_PARSE(app, argc, argv);
    for (const std::string& text : runtimes)
        options.runtimes[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
    using log::Level;
    log::setLevel(level == "debug" ? Level::Debug
            : level == "warning"   ? Level::Warning
            : level == "error"     ? Level::Error
                                   : Level::Info);

    auto manager = helper::ServiceManager::fromEnvironment();
    helper::settleProcess();
    QCoreApplication application(argc, argv);
    const auto result = manager ? helper::run(options, std::move(*manager), application) : Result<void>(manager.error());
    if (!result) {
        fmt::print(stderr, "darsena-helper: {}\n", result.error().message());
        return 1;
    }
    return 0;
}
