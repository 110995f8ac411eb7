// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/studio.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QThreadPool>

#include <csignal>

using darsena::gui::Studio;
using darsena::gui::Theme;

int main(int argc, char** argv)
{
    // A peer that closes its end is an error to handle, not a reason to die.
    std::signal(SIGPIPE, SIG_IGN);
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("darsena-studio"));
    QApplication::setApplicationDisplayName(QStringLiteral("Darsena"));
    QApplication::setApplicationVersion(QStringLiteral(DARSENA_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.darsena.Studio"));
    // Workers wait for disks and sockets as much as they compute.
    QThreadPool::globalInstance()->setMaxThreadCount(std::max(4, QThread::idealThreadCount()));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("The studio: Dockerfiles, their builds, images and containers in one window."));
    parser.addHelpOption();
    parser.addVersionOption();
    const QCommandLineOption socket(
        QStringLiteral("socket"), QStringLiteral("The engine's Unix socket."), QStringLiteral("PATH"));
    const QCommandLineOption language(QStringLiteral("language"), QStringLiteral("en or es."), QStringLiteral("CODE"));
    const QCommandLineOption theme(
        QStringLiteral("theme"), QStringLiteral("light, dark or system."), QStringLiteral("THEME"));
    parser.addOptions({ socket, language, theme });
    parser.addPositionalArgument(QStringLiteral("PATH"), QStringLiteral("A project folder or a Dockerfile."),
        QStringLiteral("[PATH]"));
    parser.process(application);

    Studio::Options options;
    options.path = parser.positionalArguments().value(0);
    options.socket = parser.value(socket);
    options.language = parser.value(language);
    const QString wantedTheme = parser.value(theme);
    if (wantedTheme == QLatin1String("light"))
        options.theme = Theme::Mode::Light;
    else if (wantedTheme == QLatin1String("dark"))
        options.theme = Theme::Mode::Dark;
    else if (wantedTheme == QLatin1String("system"))
        options.theme = Theme::Mode::System;
    else if (!wantedTheme.isEmpty()) {
        std::fputs("--theme takes light, dark or system\n", stderr);
        return 2;
    }
    if (!options.language.isEmpty() && options.language != QLatin1String("en") && options.language != QLatin1String("es")) {
        std::fputs("--language takes en or es\n", stderr);
        return 2;
    }

    Studio studio(application, options);
    studio.start();
    return QApplication::exec();
}
