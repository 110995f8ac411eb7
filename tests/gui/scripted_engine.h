// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/build.h"
#include "core/base/json.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QObject>
#include <QPointer>

namespace darsena::gui {

/// Answers as an engine would, from a script that the test writes: it accepts the event stream and one build at a time,
/// whose events the test sends when it likes. Lists are empty. Speaks just enough HTTP for that.
class ScriptedEngine : public QObject {
public:
    explicit ScriptedEngine(const QString& path)
    {
        QLocalServer::removeServer(path);
        connect(&m_server, &QLocalServer::newConnection, this, [this] {
            while (QLocalSocket* socket = m_server.nextPendingConnection()) {
                m_sockets.append(socket);
                connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
            }
        });
        if (!m_server.listen(path))
            qFatal("cannot listen on %s", qPrintable(path));
    }

    /// The context has arrived whole and the answer may begin.
    bool buildWaits() const { return m_build && m_contextComplete; }
    QByteArray context() const { return m_context; }
    QByteArray buildTarget() const { return m_buildTarget; }

    void send(const model::BuildEvent& event)
    {
        if (m_build)
            m_build->write(chunk(QByteArray::fromStdString(json::serialize(model::toJson(event))) + '\n'));
    }
    void endBuild()
    {
        if (m_build) {
            m_build->write("0\r\n\r\n");
            m_build->flush();
        }
    }
    /// As if the process had been killed.
    void die()
    {
        m_server.close();
        for (const auto& socket : m_sockets) {
            if (socket)
                socket->abort();
        }
    }
    bool buildConnectionOpen() const { return m_build && m_build->state() == QLocalSocket::ConnectedState; }

private:
    static QByteArray chunk(const QByteArray& text) { return QByteArray::number(text.size(), 16) + "\r\n" + text + "\r\n"; }

    void read(QLocalSocket* socket)
    {
        QByteArray& got = m_received[socket];
        got += socket->readAll();
        if (socket == m_build) {
            takeContext(got);
            return;
        }
        const qsizetype end = got.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray line = got.left(got.indexOf("\r\n"));
        got.remove(0, end + 4);
        if (line.contains("/darsena/v1/build")) {
            m_build = socket;
            m_buildTarget = line;
            m_context.clear();
            m_contextComplete = false;
            takeContext(got);
        } else if (line.contains("/events")) {
            socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        } else if (line.contains("/version")) {
            answer(socket, R"({"Version":"0.1.0","ApiVersion":"1.41","Platform":{"Name":"Darsena"}})");
        } else if (line.contains("/json")) {
            answer(socket, "[]");
        } else {
            answer(socket, "OK");
        }
    }

    void takeContext(QByteArray& got)
    {
        for (;;) {
            const qsizetype end = got.indexOf("\r\n");
            if (end < 0)
                return;
            const qsizetype size = got.left(end).toLongLong(nullptr, 16);
            if (got.size() < end + 4 + size)
                return;
            m_context += got.mid(end + 2, size);
            got.remove(0, end + 4 + size);
            if (size == 0) {
                m_contextComplete = true;
                m_build->write("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n");
                return;
            }
        }
    }

    static void answer(QLocalSocket* socket, const QByteArray& body)
    {
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    QLocalServer m_server;
    QList<QPointer<QLocalSocket>> m_sockets;
    QHash<QLocalSocket*, QByteArray> m_received;
    QPointer<QLocalSocket> m_build;
    QByteArray m_buildTarget;
    QByteArray m_context;
    bool m_contextComplete = false;
};

/// The plan of studio_fixture.h's Dockerfile, with "check" left out as nobody needs it.
inline model::BuildEvent helloPlan()
{
    struct Row {
        int stage;
        const char* name;
        const char* instruction;
        const char* text;
        int line;
        int endLine;
    };
    static const Row rows[] = {
        { 0, "toolchain", "FROM", "FROM debian:${DEBIAN} AS toolchain", 4, 4 },
        { 0, "toolchain", "RUN",
            "RUN --mount=type=cache,target=/var/cache/apt apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make", 5, 7 },
        { 1, "build", "FROM", "FROM toolchain AS build", 9, 9 },
        { 1, "build", "WORKDIR", "WORKDIR /src", 10, 10 },
        { 1, "build", "COPY", "COPY hello.c Makefile ./", 11, 11 },
        { 1, "build", "RUN", "RUN make CFLAGS=-O2 LDFLAGS=-static", 12, 12 },
        { 3, "", "FROM", "FROM busybox", 17, 17 },
        { 3, "", "COPY", "COPY --from=build /src/hello /usr/bin/hello", 18, 18 },
        { 3, "", "ENTRYPOINT", "ENTRYPOINT [\"hello\"]", 19, 19 },
    };
    model::BuildEvent plan;
    plan.type = "plan";
    for (const Row& row : rows) {
        model::BuildStep step;
        step.step = std::int64_t(plan.steps.size());
        step.stage = row.stage;
        step.stageName = row.name;
        step.instruction = row.instruction;
        step.text = row.text;
        step.startLine = row.line;
        step.endLine = row.endLine;
        plan.steps.push_back(step);
    }
    return plan;
}

inline model::BuildEvent buildEvent(const char* type, std::int64_t step = -1)
{
    model::BuildEvent event;
    event.type = type;
    event.step = step;
    return event;
}

} // namespace darsena::gui
