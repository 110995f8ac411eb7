// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/app/build_page.h"
#include "gui/app/main_window.h"
#include "gui/app/studio.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/editor_tabs.h"
#include "gui/graph/graph_view.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

namespace darsena::gui {

inline const char* const helloDockerfile = "# syntax=docker/dockerfile:1\n"
                                           "ARG DEBIAN=bookworm\n"
                                           "\n"
                                           "FROM debian:${DEBIAN} AS toolchain\n"
                                           "RUN --mount=type=cache,target=/var/cache/apt \\\n"
                                           "  apt-get update && apt-get install -y --no-install-recommends \\\n"
                                           "  gcc libc6-dev make\n"
                                           "\n"
                                           "FROM toolchain AS build\n"
                                           "WORKDIR /src\n"
                                           "COPY hello.c Makefile ./\n"
                                           "RUN make CFLAGS=-O2 LDFLAGS=-static\n"
                                           "\n"
                                           "FROM build AS check\n"
                                           "RUN ./hello | grep -q Hola\n"
                                           "\n"
                                           "FROM busybox\n"
                                           "COPY --from=build /src/hello /usr/bin/hello\n"
                                           "ENTRYPOINT [\"hello\"]\n";

/// A studio with settings of its own, a project in a folder of its own and no engine: the real window.
class StudioFixture {
public:
    explicit StudioFixture(const QByteArray& dockerfile = helloDockerfile, Studio::Options options = {})
    {
        write(QStringLiteral("Dockerfile"), dockerfile);
        write(QStringLiteral("hello.c"), "int main(void) { return 0; }\n");
        options.path = project();
        options.settingsFile = m_dir.filePath(QStringLiteral("studio.conf"));
        if (options.socket.isEmpty())
            options.socket = m_dir.filePath(QStringLiteral("no-engine.sock"));
        if (options.language.isEmpty())
            options.language = QStringLiteral("en");
        if (!options.theme)
            options.theme = Theme::Mode::Dark;
        QGuiApplication::setQuitOnLastWindowClosed(false);
        // Unsaved text goes there.
        qputenv("XDG_DATA_HOME", m_dir.filePath(QStringLiteral("data")).toUtf8());
        m_studio = std::make_unique<Studio>(*qApp, options);
        m_studio->start();
    }

    Studio& studio() { return *m_studio; }
    MainWindow& window() { return m_studio->window(); }
    DockerfileEditor* editor() { return m_studio->buildPage().editors()->dockerfile(); }
    GraphView* graph() { return m_studio->buildPage().graph(); }
    QString project() const { return m_dir.filePath(QStringLiteral("hello")); }
    QString file(const QString& name) const { return project() + QLatin1Char('/') + name; }

    void write(const QString& name, const QByteArray& bytes)
    {
        QDir().mkpath(QFileInfo(file(name)).path());
        QFile out(file(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file(name)));
    }
    QByteArray read(const QString& name) const
    {
        QFile in(file(name));
        return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray("unreadable");
    }

    /// Waits until the project is open and its graph drawn.
    bool opened()
    {
        window().activateWindow();
        return QTest::qWaitForWindowExposed(&window()) && QTest::qWaitForWindowActive(&window())
            && QTest::qWaitFor([this] { return editor() && !graph()->layout().nodes.empty(); }, 10'000);
    }
    template<typename T>
    T* child(const char* name)
    {
        return window().findChild<T*>(QLatin1String(name));
    }
    /// The indicator is on at a byte of the Dockerfile.
    bool underlined(int position, int indicator)
    {
        return editor()->SendScintilla(QsciScintilla::SCI_INDICATORVALUEAT, ulong(indicator), long(position)) != 0;
    }

private:
    QTemporaryDir m_dir;
    std::unique_ptr<Studio> m_studio;
};

} // namespace darsena::gui
