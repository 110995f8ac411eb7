// SPDX-License-Identifier: GPL-3.0-or-later
// darsena-authorize: the helper's question to polkit, one a process. Prints "allowed" and exits with 0, or prints why not
// and exits with 1. Anything else that happens to it means no.
#include "core/helper/authorize/polkit.h"

#include <CLI/CLI.hpp>
#include <QtCore/QCoreApplication>

#include <csignal>

#include <fmt/format.h>
#include <sys/prctl.h>

int main(int argc, char** argv)
{
    using namespace darsena::helper;
    CLI::App app("Asks polkit whether a caller of the engine may do something. For darsena-helper.", "darsena-authorize");
    std::string bus, name, action;
    PolkitQuestion question;
    bool silent = false;
    app.add_option("--bus", bus, "The D-Bus address to ask at")->required();
    app.add_option("--name", name, "The caller's unique name on that bus")->required();
    app.add_option("--uid", question.uid, "The caller's user")->required();
    app.add_option("--pid", question.pid, "The caller's process")->required();
    app.add_option("--action", action, "The polkit action")->required();
    app.add_flag("--silent", silent, "Let polkit ask nobody for a password");
    CLI11_PARSE(app, argc, argv);
    question.busName = QString::fromStdString(name);
    question.action = QString::fromStdString(action);
    question.interactive = !silent;

    // A question of an engine that is gone must not stay on somebody's screen.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    QCoreApplication application(argc, argv);
    const auto answer = askPolkit(QString::fromStdString(bus), question);
    fmt::print("{}\n", answer ? "allowed" : answer.error().message());
    return answer ? 0 : 1;
}
