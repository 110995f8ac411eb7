// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/engine_source.h"

#include "core/layers/source/image_reader.h"
#include "core/layers/source/layer_content.h"
#include "core/layers/source/layer_scan.h"
#include "tests/unit/core/layers/source/image_archives.h"

#include <QTemporaryDir>
#include <QTest>

#include <cstring>
#include <map>
#include <mutex>
#include <thread>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

using namespace darsena;
using namespace darsena::cli;

namespace {

/// Answers GET by what is in `answers`; what is not there with 404; "hang" never.
class Engine {
public:
    explicit Engine(const std::string& path)
    {
        sockaddr_un address {};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        m_listening = UniqueFd::adopt(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (::bind(m_listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(m_listening.get(), 16) != 0)
            qFatal("the test's engine cannot listen");
    }
    std::map<std::string, std::string> answers;

    void serve()
    {
        m_thread = std::jthread([this](const std::stop_token& stop) {
            while (!stop.stop_requested()) {
                pollfd more { m_listening.get(), POLLIN, 0 };
                if (::poll(&more, 1, 20) > 0)
                    answer(UniqueFd::adopt(::accept(m_listening.get(), nullptr, nullptr)));
            }
        });
    }
    std::vector<std::string> asked()
    {
        const std::scoped_lock lock(m_mutex);
        return m_asked;
    }

private:
    void answer(UniqueFd connection)
    {
        std::string head;
        char c = 0;
        while (!head.ends_with("\r\n\r\n") && ::read(connection.get(), &c, 1) == 1)
            head += c;
        const std::string target = head.substr(4, head.find(' ', 4) - 4);
        {
            const std::scoped_lock lock(m_mutex);
            m_asked.push_back(target);
        }
        const auto found = answers.find(target);
        if (found != answers.end() && found->second == "hang") {
            m_hanging.push_back(std::move(connection));
            return;
        }
        const std::string body = found == answers.end() ? "{\"message\":\"there is none\"}" : found->second;
        const std::string text = std::string(found == answers.end() ? "HTTP/1.1 404 Not Found" : "HTTP/1.1 200 OK") + "\r\nContent-Length: "
            + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
        for (std::size_t sent = 0; sent < text.size();) {
            const ssize_t count = ::send(connection.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (count <= 0)
                return;
            sent += static_cast<std::size_t>(count);
        }
    }

    UniqueFd m_listening;
    std::vector<UniqueFd> m_hanging;
    std::mutex m_mutex;
    std::vector<std::string> m_asked;
    std::jthread m_thread; ///< last: it is joined first
};

} // namespace

class TestEngineSource : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Engine> m_engine;
    model::ImageDescription m_description;
    std::string m_base;

    std::string socketPath() const { return m_folder->filePath(QStringLiteral("s")).toStdString(); }
    Result<std::unique_ptr<layers::ImageSource>> open(const std::string& asked, std::stop_token stop = {})
    {
        // The process first, then threads.
        auto fetcher = std::make_shared<LayerFetcher>(TRY(LayerFetcher::start(socketPath(), m_description.id, std::move(stop))));
        m_engine->serve();
        return EngineSource::create(m_description, asked, "shop:1 of the engine", std::move(fetcher));
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_engine = std::make_unique<Engine>(socketPath());
        m_description = {};
        m_description.name = "shop:1";
        std::vector<std::string> bytes { layers::tarOf({ layers::folder("etc"), layers::file("etc/a", "one") }), layers::tarOf({ layers::file("b", "two") }) };
        std::string diffIds;
        for (const std::string& layer : bytes) {
            const std::string diffId = Digest::ofText(layer).text();
            diffIds += (diffIds.empty() ? "\"" : ",\"") + diffId + "\"";
            m_description.layers.push_back({ diffId, 100, static_cast<std::int64_t>(layer.size()), 1 });
        }
        m_description.config = "{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diffIds + "]}}";
        m_description.id = Digest::ofText(m_description.config).text();
        m_base = "/darsena/v1/images/sha256%3A" + Digest::ofText(m_description.config).hex() + "/diffs/";
        layers::ScanOptions options;
        options.keepIndexBytes = true;
        for (std::size_t n = 0; n < bytes.size(); ++n) {
            archive::MemorySource source(bytes[n]);
            m_engine->answers[m_base + std::to_string(n) + "/index"] = layers::scanLayer(source, options)->indexBytes;
        }
        m_engine->answers[m_base + "0/file?path=etc%2Fa"] = "one";
    }
    void cleanup()
    {
        m_engine.reset();
    }

    void indexesAndFiles()
    {
        const auto source = open("docker.io/library/shop:1");
        QVERIFY2(source, source ? "" : source.error().message().c_str());
        const auto image = layers::readImage(**source);
        QVERIFY2(image, image ? "" : image.error().message().c_str());
        QCOMPARE(image->image.name, std::string("shop:1"));
        QCOMPARE(image->image.id.text(), m_description.id);
        QCOMPARE(image->choices.front().platform.text(), std::string("linux/amd64"));
        QVERIFY(image->indexes[0]->find("etc/a"));
        QVERIFY(image->indexes[1]->find("b"));
        QCOMPARE(image->facts[0].storedBytes, 100u);
        QCOMPARE(image->facts[0].tarBytes, static_cast<std::uint64_t>(m_description.layers[0].tarBytes));
        QCOMPARE(*layers::readFile(**source, 0, "etc/a", 3), std::string("one"));
        // What is not there, or too large, is left out of several, and told of one.
        std::string found;
        const auto add = [&](const std::string& path, const std::string& content) -> Result<void> {
            found += path + "=" + content + ";";
            return {};
        };
        QVERIFY(layers::readFiles(**source, 0, { "no", "etc/a" }, 3, add));
        QVERIFY(layers::readFiles(**source, 0, { "etc/a" }, 2, add));
        QCOMPARE(found, std::string("etc/a=one;"));
        QCOMPARE(layers::readFile(**source, 0, "etc/a", 2).error().code(), ErrorCode::TooLarge);
        const auto missing = layers::readFile(**source, 1, "etc/a", 3);
        QCOMPARE(missing.error().code(), ErrorCode::NotFound);
        QCOMPARE(missing.error().message(), std::string("layer 1: /etc/a: there is none"));
        // After all that, still.
        QCOMPARE(*layers::readFile(**source, 0, "etc/a", 3), std::string("one"));
        for (const std::string& target : m_engine->asked())
            QVERIFY2(target.starts_with(m_base), target.c_str());
    }

    void askedForByItsIdItHasNoName()
    {
        const auto source = open(m_description.id);
        QVERIFY(source);
        QCOMPARE((*source)->open({})->name, std::string("shop:1 of the engine"));
    }

    void errorsNameImageAndLayer()
    {
        m_engine->answers[m_base + "1/index"] = "no index";
        const auto source = open("shop:1");
        QVERIFY(source);
        const auto image = layers::readImage(**source);
        QVERIFY(!image);
        QVERIFY2(image.error().message().starts_with("shop:1 of the engine: layer 1 (sha256:"), image.error().message().c_str());
        layers::ReadOptions options;
        options.maxEntries = 1;
        QCOMPARE(layers::readImage(**source, options).error().code(), ErrorCode::TooLarge);
    }

    void whatIsNoImage_data()
    {
        QTest::addColumn<int>("what");
        QTest::newRow("another id") << 0;
        QTest::newRow("a layer too few") << 1;
        QTest::newRow("no configuration") << 2;
    }
    void whatIsNoImage()
    {
        QFETCH(int, what);
        if (what == 0)
            m_description.id = Digest::ofText("x").text();
        else if (what == 1)
            m_description.layers.pop_back();
        else
            m_description.config = "[]";
        QVERIFY(!open("shop:1"));
    }

    void stopped()
    {
        m_engine->answers[m_base + "0/index"] = "hang";
        std::stop_source stop;
        const auto source = open("shop:1", stop.get_token());
        QVERIFY(source);
        const std::jthread stopper([&] {
            while (m_engine->asked().empty())
                std::this_thread::yield();
            stop.request_stop();
        });
        QCOMPARE((*source)->index(0).error().code(), ErrorCode::Cancelled);
        QCOMPARE((*source)->index(1).error().code(), ErrorCode::Unavailable);
    }

    void theEngineIsGone()
    {
        auto fetcher = LayerFetcher::start(m_folder->filePath(QStringLiteral("nobody")).toStdString(), m_description.id, {});
        QVERIFY(fetcher);
        QCOMPARE(fetcher->index(0, 10).error().code(), ErrorCode::Unavailable);
        QCOMPARE(fetcher->index(0, 10).error().code(), ErrorCode::Unavailable);
    }
};

QTEST_GUILESS_MAIN(TestEngineSource)
#include "tst_engine_source.moc"
