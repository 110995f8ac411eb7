// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/api/model/event.h"
#include "core/api/model/image.h"
#include "core/api/model/layer.h"
#include "core/oci/image.h"
#include "tests/gui/panels/listed_index.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QMap>
#include <QObject>
#include <QPointer>
#include <QUrl>

#include <chrono>
#include <functional>

namespace darsena::gui {

/// An engine of a few values for the two pages: it lists images, layers, files and containers, follows what is done to
/// them and sends events, over a real socket. Speaks just enough HTTP for that.
class PanelEngine : public QObject {
public:
    struct Image {
        model::ImageSummary summary;
        std::vector<model::LayerSummary> layers;
        std::vector<std::vector<model::FileChange>> files;
    };

    explicit PanelEngine(const QString& path)
    {
        QLocalServer::removeServer(path);
        connect(&m_server, &QLocalServer::newConnection, this, [this] {
            while (QLocalSocket* socket = m_server.nextPendingConnection())
                connect(socket, &QLocalSocket::readyRead, this, [this, socket] { read(socket); });
        });
        if (!m_server.listen(path))
            qFatal("cannot listen on %s", qPrintable(path));
    }

    std::vector<Image> images;
    std::vector<model::ContainerSummary> containers;
    QByteArray log = "";
    QStringList requests; ///< "POST /containers/x/stop"
    QByteArrayList bodies;
    /// What the next request whose line contains the key answers instead: status and message.
    QMap<QByteArray, std::pair<QByteArray, QByteArray>> refusals;

    model::ContainerSummary* container(const std::string& idOrName)
    {
        for (auto& one : containers) {
            if (one.id == idOrName || one.names.front() == "/" + idOrName)
                return &one;
        }
        return nullptr;
    }
    void sendEvent(const char* type, const char* action, const std::string& id)
    {
        model::Event event;
        event.type = type;
        event.action = action;
        event.actorId = id;
        for (const auto& socket : m_events) {
            if (socket)
                socket->write(chunk(QByteArray::fromStdString(model::toText(event)) + '\n'));
        }
    }
    /// More of the log, on every connection that follows it.
    void writeLog(const QByteArray& text, bool error = false)
    {
        for (const auto& socket : m_logs) {
            if (socket)
                socket->write(chunk(frame(text, error)));
        }
    }
    void die()
    {
        m_server.close();
        for (const auto& socket : m_events + m_logs) {
            if (socket)
                socket->abort();
        }
    }

private:
    static QByteArray chunk(const QByteArray& text) { return QByteArray::number(text.size(), 16) + "\r\n" + text + "\r\n"; }
    static QByteArray frame(const QByteArray& text, bool error)
    {
        QByteArray header(8, '\0');
        header[0] = error ? 2 : 1;
        for (int i = 0; i < 4; ++i)
            header[4 + i] = static_cast<char>(text.size() >> (24 - 8 * i));
        return header + text;
    }
    static void answer(QLocalSocket& socket, const QByteArray& body, const QByteArray& status = "200 OK")
    {
        socket.write("HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    }

    void read(QLocalSocket* socket)
    {
        QByteArray& got = m_received[socket];
        got += socket->readAll();
        const qsizetype end = got.indexOf("\r\n\r\n");
        if (end < 0)
            return;
        const QByteArray head = got.left(end).toLower();
        QByteArray body = got.mid(end + 4);
        if (head.contains("transfer-encoding: chunked") && !body.endsWith("0\r\n\r\n"))
            return;
        const qsizetype length = head.indexOf("content-length: ");
        if (length >= 0 && body.size() < head.mid(length + 16, head.indexOf('\r', length + 16) - length - 16).toLongLong())
            return;
        QByteArray line = got.left(got.indexOf(" HTTP/"));
        line.replace("/v1.41", "");
        got.clear();
        requests << QString::fromUtf8(line);
        bodies << body;
        for (auto it = refusals.begin(); it != refusals.end(); ++it) {
            if (line.contains(it.key())) {
                answer(*socket, "{\"message\":\"" + it->second + "\"}", it->first);
                refusals.erase(it);
                return;
            }
        }
        respond(*socket, line);
    }

    const Image* image(const QString& nameOrId) const
    {
        for (const Image& one : images) {
            if (QString::fromStdString(one.summary.id) == nameOrId || (!one.summary.repoTags.empty() && QString::fromStdString(one.summary.repoTags.front()) == nameOrId))
                return &one;
        }
        return nullptr;
    }

    template<typename T>
    void list(QLocalSocket& socket, const std::vector<T>& values)
    {
        answer(socket, QByteArray::fromStdString(json::serialize(model::toJsonList(values))));
    }

    void respond(QLocalSocket& socket, const QByteArray& line)
    {
        const QString target = QString::fromUtf8(line.mid(line.indexOf(' ') + 1));
        const QString path = QUrl::fromPercentEncoding(target.section(u'?', 0, 0).toUtf8());
        const QString query = QUrl::fromPercentEncoding(target.section(u'?', 1).toUtf8());
        const QString method = QString::fromUtf8(line.left(line.indexOf(' ')));
        if (path == u"/events") {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            m_events << &socket;
        } else if (path == u"/version") {
            answer(socket, "{\"Version\":\"0.1\",\"Platform\":{\"Name\":\"Darsena\"}}");
        } else if (path == u"/containers/json") {
            std::vector<model::ContainerSummary> some;
            for (const auto& one : containers) {
                if (!query.contains(u"filters") || query.contains(QString::fromStdString(one.id)))
                    some.push_back(one);
            }
            list(socket, some);
        } else if (path == u"/images/json") {
            std::vector<model::ImageSummary> all;
            for (const Image& one : images)
                all.push_back(one.summary);
            list(socket, all);
        } else if (path == u"/networks") {
            answer(socket, "[]");
        } else if (path == u"/images/load") {
            answer(socket, "{\"stream\":\"Loaded image: hello:old\\n\"}\n");
        } else if (path.startsWith(u"/darsena/v1/images/")) {
            layers(socket, path.mid(19));
        } else if (path.startsWith(u"/images/")) {
            const Image* one = image(path.section(u'/', 2, 2));
            if (!one)
                answer(socket, "{\"message\":\"no such image\"}", "404 Not Found");
            else if (method == u"DELETE")
                answer(socket, "[]");
            else if (path.endsWith(u"/history"))
                answer(socket, "[{\"Id\":\"a\",\"Created\":1700000000,\"CreatedBy\":\"RUN make\",\"Size\":9400000}]");
            else if (path.endsWith(u"/tag"))
                answer(socket, "", "201 Created");
            else
                answer(socket, "{\"Id\":\"" + QByteArray::fromStdString(one->summary.id) + "\",\"Os\":\"linux\",\"Architecture\":\"amd64\",\"Config\":{\"Env\":[\"PATH=/usr/bin\"],\"Cmd\":[\"hello\"]},\"RootFS\":{\"Type\":\"layers\"}}");
        } else if (path == u"/containers/create") {
            model::ContainerSummary made;
            made.id = "feed0001feed0001";
            made.names = { "/" + query.section(QStringLiteral("name="), 1).section(u'&', 0, 0).toStdString() };
            made.image = "hello:old";
            made.state = "created";
            made.status = "Created";
            containers.push_back(made);
            answer(socket, "{\"Id\":\"feed0001feed0001\",\"Warnings\":[]}", "201 Created");
            sendEvent("container", "create", made.id);
        } else if (path.startsWith(u"/containers/")) {
            oneContainer(socket, path, method);
        } else {
            answer(socket, "{\"message\":\"page not found\"}", "404 Not Found");
        }
    }

    /// …/{name}/description and …/{name}/diffs/{n}/index.
    void layers(QLocalSocket& socket, const QString& rest)
    {
        const QString name = rest.section(QStringLiteral("/description"), 0, 0).section(QStringLiteral("/diffs/"), 0, 0);
        const auto one = std::ranges::find_if(images, [&](const Image& each) {
            return image(name) == &each || QString::fromStdString(describe(each).id) == name;
        });
        if (one == images.end())
            return answer(socket, "{\"message\":\"no such image\"}", "404 Not Found");
        if (rest.endsWith(u"/description"))
            return answer(socket, QByteArray::fromStdString(json::serialize(model::toJson(describe(*one)))));
        const auto layer = static_cast<std::size_t>(rest.section(u'/', -2, -2).toInt());
        answer(socket, indexBytes(filesOfLayers(*one).at(layer)));
    }
    /// The steps that made a layer.
    static std::vector<std::vector<model::FileChange>> filesOfLayers(const Image& image)
    {
        std::vector<std::vector<model::FileChange>> files;
        for (std::size_t step = 0; step < image.layers.size(); ++step) {
            if (!image.layers[step].emptyLayer)
                files.push_back(image.files.at(step));
        }
        return files;
    }
    static model::ImageDescription describe(const Image& image)
    {
        oci::ImageConfig config;
        config.platform = { "linux", "amd64", {} };
        model::ImageDescription description;
        for (const model::LayerSummary& step : image.layers) {
            oci::HistoryEntry made;
            made.createdBy = step.createdBy;
            made.created = model::formatTime(step.created);
            made.emptyLayer = step.emptyLayer;
            config.history.push_back(made);
            description.origins.emplace_back();
            if (step.emptyLayer)
                continue;
            config.diffIds.push_back(Digest::ofText(image.summary.id + std::to_string(step.index)));
            description.layers.push_back({ config.diffIds.back().text(), step.bytes, step.bytes, 1000 });
        }
        description.name = image.summary.repoTags.empty() ? std::string() : image.summary.repoTags.front();
        description.config = config.serialize();
        description.id = Digest::ofText(description.config).text();
        return description;
    }
    static QByteArray indexBytes(const std::vector<model::FileChange>& files)
    {
        archive::MemorySink sink;
        layers::IndexWriter writer(sink);
        const auto index = indexOf(files);
        for (const layers::IndexEntry& entry : index->entries()) {
            if (!writer.add(entry))
                qFatal("index");
        }
        if (!writer.finish())
            qFatal("index");
        return QByteArray::fromStdString(sink.bytes());
    }

    void oneContainer(QLocalSocket& socket, const QString& path, const QString& method)
    {
        const std::string id = path.section(u'/', 2, 2).toStdString();
        model::ContainerSummary* one = container(id);
        if (!one)
            return answer(socket, QByteArray::fromStdString("{\"message\":\"no such container: " + id + "\"}"), "404 Not Found");
        const QString verb = path.section(u'/', 3, 3);
        if (verb == u"logs") {
            socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            if (!log.isEmpty())
                socket.write(chunk(frame(log, false)));
            if (one->state == "running")
                m_logs << &socket;
            else
                socket.write("0\r\n\r\n");
        } else if (verb == u"json") {
            answer(socket, QByteArray::fromStdString("{\"Id\":\"" + one->id + "\",\"Name\":\"" + one->names.front() + "\",\"State\":{\"Status\":\"" + one->state + "\",\"Pid\":4711},\"Config\":{\"Tty\":false,\"Image\":\"" + one->image + "\",\"Env\":[\"A=1\",\"B=2\"]},\"Mounts\":[{\"Type\":\"volume\",\"Source\":\"data\"}]}"));
        } else if (method == u"DELETE") {
            const std::string gone = one->id;
            std::erase_if(containers, [&](const auto& c) { return c.id == gone; });
            answer(socket, "", "204 No Content");
            sendEvent("container", "destroy", gone);
        } else {
            const bool runs = verb == u"start" || verb == u"restart";
            one->state = runs ? "running" : "exited";
            one->status = runs ? "Up Less than a second" : "Exited (0) Less than a second ago";
            answer(socket, "", "204 No Content");
            sendEvent("container", runs ? "start" : "die", one->id);
        }
    }

    QLocalServer m_server;
    QMap<QLocalSocket*, QByteArray> m_received;
    QList<QPointer<QLocalSocket>> m_events;
    QList<QPointer<QLocalSocket>> m_logs;
};

/// The images and containers of the drawings.
inline void fillSample(PanelEngine& engine)
{
    const auto now = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
    const auto addContainer = [&](const char* name, const char* image, const char* imageId, const char* state, const char* status, std::vector<model::PortSummary> ports, std::int64_t age) {
        model::ContainerSummary one;
        one.id = std::string(name) + std::string("5c0e7d1b9a42f6038e11aa20d94c7b53").substr(0, 20);
        one.names = { std::string("/") + name };
        one.image = image;
        one.imageId = imageId;
        one.command = "tail -f /dev/null";
        one.created = now - age;
        one.state = state;
        one.status = status;
        one.ports = std::move(ports);
        engine.containers.push_back(one);
    };
    const char* const hello = "sha256:4c1f1f0e4d9c8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b";
    const char* const node = "sha256:9a0b1f0e4d9c8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b";
    addContainer("web", "node:22-slim", node, "running", "Up 3 hours (healthy)", { { "0.0.0.0", 3000, 3000, "tcp" }, { "::", 3000, 3000, "tcp" } }, 11'000);
    addContainer("db", "redis:7-alpine", "sha256:77", "running", "Up 3 hours", { { "", 6379, 0, "tcp" } }, 11'100);
    addContainer("alwaysup", "ubuntu", "sha256:88", "running", "Up 5 minutes", {}, 320);
    addContainer("proxy", "nginx:1.27", "sha256:99", "running", "Up About an hour", { { "0.0.0.0", 80, 8080, "tcp" }, { "127.0.0.1", 443, 8443, "tcp" } }, 3700);
    addContainer("pausa", "busybox:latest", "sha256:aa", "paused", "Up 20 minutes (Paused)", {}, 1300);
    addContainer("looper", "hello:old", hello, "exited", "Exited (137) 4 minutes ago", {}, 600);
    addContainer("prueba", "hello:old", hello, "exited", "Exited (0) 4 minutes ago", {}, 660);
    addContainer("nuevo", "hello:old", hello, "created", "Created", {}, 30);

    const auto file = [](const char* path, const char* type, std::int64_t size, const char* change, std::int64_t mode = 0644, const char* link = "") {
        model::FileChange made;
        made.path = path;
        made.type = type;
        made.size = size;
        made.mode = mode;
        made.mtime = 1'763'900'000;
        made.link = link;
        made.change = change;
        return made;
    };
    PanelEngine::Image old;
    old.summary.id = hello;
    old.summary.repoTags = { "hello:old", "registry.example.org:5000/team/hello:1.0" };
    old.summary.created = now - 900;
    const struct {
        const char* instruction;
        bool empty;
        std::vector<model::FileChange> files;
    } steps[] = {
        { "FROM debian:bookworm", false,
            { file("bin", "link", 0, "added", 0777, "usr/bin"), file("etc", "directory", 0, "added", 0755), file("etc/passwd", "file", 1180, "added"),
                file("etc/debian_version", "file", 5, "added"), file("usr", "directory", 0, "added", 0755), file("usr/bin", "directory", 0, "added", 0755),
                file("usr/bin/bash", "file", 1'265'648, "added", 0755), file("usr/bin/passwd", "file", 68'248, "added", 04755),
                file("usr/lib/x86_64-linux-gnu/libc.so.6", "file", 1'922'136, "added", 0755), file("usr/share/locale.tar", "file", 113'000'000, "added"),
                file("var", "directory", 0, "added", 0755), file("var/lib", "directory", 0, "added", 0755), file("var/lib/dpkg/status", "file", 812'000, "added") } },
        { "RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev make", false,
            { file("usr/lib/gcc/x86_64-linux-gnu/12/cc1", "file", 27'000'000, "added", 0755), file("usr/lib/gcc/x86_64-linux-gnu/12/lto1", "file", 26'000'000, "added", 0755),
                file("usr/bin/gcc", "link", 0, "added", 0777, "gcc-12"), file("usr/lib/libbfd.so", "file", 128'000'000, "added"),
                file("var/lib/apt", "directory", 0, "added", 0755), file("var/lib/apt/lists", "directory", 0, "added", 0755),
                file("var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages", "file", 31'000'000, "added"),
                file("var/lib/dpkg/status", "file", 918'000, "changed") } },
        { "COPY . /src", false,
            { file("src", "directory", 0, "added", 0755), file("src/assets.tar", "file", 41'000'000, "added"), file("src/hello.c", "file", 1820, "added"),
                file("src/vendor", "directory", 0, "added", 0755), file("src/vendor/a.c", "file", 2'400'000, "added"), file("src/vendor/b.c", "file", 2'500'000, "added") } },
        { "RUN make && make install", false, { file("usr/bin/hello", "file", 880'000, "added", 0755), file("usr/share/doc/hello/manual.pdf", "file", 8'520'000, "added") } },
        { "RUN rm -rf /src /var/lib/apt/lists && chmod 600 /etc/passwd", false,
            { file("etc/passwd", "file", 1180, "changed", 0600), file("src", "directory", 0, "removed"), file("var/lib/apt/lists", "directory", 0, "removed") } },
        { "ENTRYPOINT [\"hello\"]", true, {} },
    };
    std::int64_t index = 0;
    for (const auto& step : steps) {
        model::LayerSummary layer;
        layer.index = index++;
        layer.instruction = step.instruction;
        layer.createdBy = std::string(step.instruction) + " # buildkit";
        if (layer.createdBy.starts_with("RUN "))
            layer.createdBy.insert(4, "/bin/sh -c ");
        layer.emptyLayer = step.empty;
        layer.diffId = step.empty ? "" : "sha256:" + std::string(64, static_cast<char>('a' + index));
        for (const auto& one : step.files)
            layer.bytes += one.change == "removed" ? 0 : one.size;
        layer.files = static_cast<std::int64_t>(step.files.size());
        old.summary.size += layer.bytes;
        old.layers.push_back(layer);
        old.files.push_back(step.files);
    }
    engine.images.push_back(old);
    const auto addImage = [&](const char* id, std::vector<std::string> tags, std::int64_t size, std::int64_t age) {
        PanelEngine::Image image;
        image.summary.id = id;
        image.summary.repoTags = std::move(tags);
        image.summary.size = size;
        image.summary.created = now - age;
        engine.images.push_back(image);
    };
    addImage(node, { "node:22-slim" }, 231'000'000, 86'400 * 9);
    addImage("sha256:3f5e1f0e4d9c8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b", { "busybox:latest" }, 2'150'000, 86'400 * 40);
    addImage("sha256:d0c51f0e4d9c8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b", {}, 341'000'000, 86'400 * 2);

    QByteArray log;
    for (int i = 1; i <= 400; ++i)
        log += "2026-11-24T05:" + QByteArray::number(i / 60).rightJustified(2, '0') + ":" + QByteArray::number(i % 60).rightJustified(2, '0') + "Z \x1b[32mGET\x1b[0m /api/items/" + QByteArray::number(i)
            + " \x1b[1m" + (i % 37 == 0 ? "\x1b[31m500" : "\x1b[36m200") + "\x1b[0m in " + QByteArray::number(i * 7 % 90) + " ms\n";
    engine.log = log;
}

} // namespace darsena::gui
