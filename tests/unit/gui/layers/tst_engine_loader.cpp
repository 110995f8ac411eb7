// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/layers/engine_loader.h"

#include "core/archive/tar_writer.h"

#include <QDir>
#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace darsena;
using namespace darsena::gui;

namespace {

/// Answers each request when the test wants it to.
class HeldEngine : public QObject {
public:
    explicit HeldEngine(const QString& path)
    {
        connect(&m_server, &QLocalServer::newConnection, this, [this] {
            while (QLocalSocket* socket = m_server.nextPendingConnection()) {
                connect(socket, &QLocalSocket::readyRead, this, [this, socket] {
                    const QByteArray got = socket->readAll();
                    if (got.startsWith("GET "))
                        requests.append({ got.mid(4, got.indexOf(" HTTP/") - 4), socket });
                });
            }
        });
        if (!m_server.listen(path))
            qFatal("listen");
    }

    struct Request {
        QByteArray target;
        QPointer<QLocalSocket> socket;
    };
    QList<Request> requests;

    QStringList targets() const
    {
        QStringList list;
        for (const Request& request : requests)
            list << QString::fromUtf8(request.target);
        return list;
    }
    /// The request whose target ends so; it must have come.
    QLocalSocket& of(const QByteArray& ending)
    {
        for (const Request& request : requests) {
            if (request.target.endsWith(ending) && request.socket)
                return *request.socket;
        }
        qFatal("nobody asked for %s", ending.constData());
    }
    bool asked(const QByteArray& ending) const
    {
        return std::ranges::any_of(requests, [&](const Request& request) { return request.target.endsWith(ending); });
    }
    static QByteArray head(qint64 bytes, const QByteArray& status = "200 OK")
    {
        return "HTTP/1.1 " + status + "\r\nContent-Length: " + QByteArray::number(bytes) + "\r\n\r\n";
    }
    void answer(const QByteArray& ending, const QByteArray& body, const QByteArray& status = "200 OK")
    {
        of(ending).write(head(body.size(), status) + body);
    }
    void die()
    {
        m_server.close();
        for (const Request& request : requests) {
            if (request.socket)
                request.socket->abort();
        }
    }

private:
    QLocalServer m_server;
};

layers::IndexEntry entry(std::string_view path, layers::EntryType type = layers::EntryType::File)
{
    layers::IndexEntry result;
    result.path = path;
    result.type = type;
    result.size = type == layers::EntryType::File ? 3 : 0;
    return result;
}

QByteArray indexOf(std::string_view path)
{
    archive::MemorySink sink;
    layers::IndexWriter writer(sink);
    if (!writer.add(entry(path)) || !writer.finish())
        qFatal("index");
    return QByteArray::fromStdString(sink.bytes());
}

QByteArray tarOf(const std::vector<std::pair<std::string, std::string>>& files)
{
    archive::MemorySink sink;
    archive::TarWriter writer(sink);
    for (const auto& [path, content] : files) {
        archive::Entry member;
        member.path = path;
        member.mode = content.empty() ? 0755 : 0640;
        member.type = content.empty() ? archive::EntryType::Directory : archive::EntryType::File;
        if (!writer.addFile(member, content))
            qFatal("tar");
    }
    if (!writer.finish())
        qFatal("tar");
    return QByteArray::fromStdString(sink.bytes());
}

} // namespace

class TestEngineLoader : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<HeldEngine> m_engine;
    std::unique_ptr<EngineClient> m_client;
    QStringList m_log; ///< what the loader says, in its order

    /// Of layers whose indexes are of these paths; equal paths are equal layers.
    QByteArray description(const QList<QByteArray>& paths)
    {
        oci::ImageConfig config;
        config.platform = oci::Platform::host();
        model::ImageDescription description;
        for (const QByteArray& path : paths) {
            config.diffIds.push_back(Digest::ofText(path.toStdString()));
            oci::HistoryEntry made;
            made.createdBy = "RUN make " + path.toStdString();
            config.history.push_back(made);
            description.layers.push_back({ config.diffIds.back().text(), 100, 200, indexOf(path.toStdString()).size() });
            description.origins.emplace_back(std::nullopt);
        }
        if (!description.origins.empty())
            description.origins.back() = model::StepOrigin { "docker/Dockerfile", 3, 5, "final" };
        description.name = "app:1";
        description.config = config.serialize();
        description.id = Digest::ofText(description.config).text();
        return QByteArray::fromStdString(json::serialize(model::toJson(description)));
    }
    std::unique_ptr<EngineLoader> loader()
    {
        auto made = std::make_unique<EngineLoader>(*m_client, QStringLiteral("app:1"));
        EngineLoader* const raw = made.get();
        connect(raw, &ImageLoader::described, this, [this] { m_log << QStringLiteral("described"); });
        connect(raw, &ImageLoader::layerRead, this, [this, raw](int layer) {
            m_log << QStringLiteral("layer %1 %2").arg(layer).arg(QString::fromUtf8(raw->indexes()[static_cast<std::size_t>(layer)]->entries()[0].path.data()));
        });
        connect(raw, &ImageLoader::finished, this, [this] { m_log << QStringLiteral("finished"); });
        connect(raw, &ImageLoader::failed, this, [this](const Error& error) { m_log << QStringLiteral("failed: ") + QString::fromStdString(error.message()); });
        return made;
    }
    /// A loader that was told about the image.
    std::unique_ptr<EngineLoader> described(const QList<QByteArray>& paths)
    {
        auto made = loader();
        made->start();
        if (!QTest::qWaitFor([&] { return m_engine->asked("/description"); }))
            qFatal("nobody asked for the description");
        m_engine->answer("/description", description(paths));
        if (!QTest::qWaitFor([&] { return !m_log.isEmpty(); }))
            qFatal("not described");
        return made;
    }

private Q_SLOTS:
    void init()
    {
        m_log.clear();
        m_dir = std::make_unique<QTemporaryDir>();
        m_engine = std::make_unique<HeldEngine>(m_dir->filePath(QStringLiteral("engine.sock")));
        m_client = std::make_unique<EngineClient>(m_dir->filePath(QStringLiteral("engine.sock")));
    }
    void cleanup()
    {
        m_client.reset();
        m_engine.reset();
        m_dir.reset();
    }

    void readsBaseFirstTwoAtATime()
    {
        const auto image = described({ "a", "b", "c" });
        QCOMPARE(m_log, QStringList { QStringLiteral("described") });
        QCOMPARE(image->image().name, std::string("app:1"));
        QCOMPARE(image->image().layers.size(), 3U);
        QCOMPARE(image->image().id, Digest::ofText(image->image().configText));
        QCOMPARE(image->facts().at(1).tarBytes, 200U);
        QCOMPARE(image->origins().size(), 3U);
        QVERIFY(!image->origins()[0]);
        QCOMPARE(image->origins()[2]->endLine, 5);
        QCOMPARE(image->origins()[2]->stage, QStringLiteral("final"));
        QSignalSpy progress(image.get(), &ImageLoader::progressed);

        QTRY_VERIFY(m_engine->asked("diffs/1/index"));
        QTest::qWait(20);
        QVERIFY(!m_engine->asked("diffs/2/index"));
        // By id: the name may move to another image meanwhile.
        QVERIFY(m_engine->targets().at(1).contains(QStringLiteral("/images/sha256%3A")));
        m_engine->answer("diffs/1/index", indexOf("b"));
        QTRY_COMPARE(m_log.last(), QStringLiteral("layer 1 b"));
        QVERIFY(image->indexes()[1] && !image->indexes()[0]);
        QTRY_VERIFY(m_engine->asked("diffs/2/index"));
        // In pieces.
        const QByteArray bytes = indexOf("a");
        m_engine->of("diffs/0/index").write(HeldEngine::head(bytes.size()) + bytes.left(10));
        QTRY_COMPARE(progress.last()[0].toLongLong(), indexOf("b").size() + 10);
        QCOMPARE(progress.last()[1].toLongLong(), 3 * bytes.size());
        m_engine->of("diffs/0/index").write(bytes.mid(10));
        QTRY_COMPARE(m_log.last(), QStringLiteral("layer 0 a"));
        m_engine->answer("diffs/2/index", indexOf("c"));
        QTRY_COMPARE(m_log.last(), QStringLiteral("finished"));
        QCOMPARE(progress.last()[0], progress.last()[1]);
        QCOMPARE(m_log.size(), 5);
    }

    void aLayerThatStandsTwiceIsReadOnce()
    {
        const auto image = described({ "a", "b", "a" });
        QTRY_VERIFY(m_engine->asked("diffs/1/index"));
        m_engine->answer("diffs/0/index", indexOf("a"));
        m_engine->answer("diffs/1/index", indexOf("b"));
        QTRY_COMPARE(m_log.last(), QStringLiteral("finished"));
        QVERIFY(!m_engine->asked("diffs/2/index"));
        QCOMPARE(image->indexes()[0], image->indexes()[2]);
        QVERIFY(m_log.contains(QStringLiteral("layer 2 a")));
    }

    void anImageWithoutLayersIsOne()
    {
        const auto image = described({});
        QTRY_COMPARE(m_log, (QStringList { QStringLiteral("described"), QStringLiteral("finished") }));
    }

    void aDamagedIndexLeavesTheOthers()
    {
        const auto image = described({ "a", "b", "c", "d" });
        QTRY_VERIFY(m_engine->asked("diffs/1/index"));
        QByteArray damaged = indexOf("a");
        damaged[12] = static_cast<char>(damaged[12] ^ 1);
        m_engine->answer("diffs/0/index", damaged);
        m_engine->answer("diffs/1/index", R"({"message":"the file index of layer 1 is gone"})", "500 Internal Server Error");
        QTRY_VERIFY(m_engine->asked("diffs/3/index"));
        m_engine->answer("diffs/2/index", indexOf("c"));
        m_engine->answer("diffs/3/index", indexOf("d"));
        QTRY_VERIFY(m_log.last().startsWith(QStringLiteral("failed: ")));
        QCOMPARE(m_log.filter(QStringLiteral("failed")).size(), 1);
        QVERIFY(m_log.contains(QStringLiteral("layer 2 c")) && m_log.contains(QStringLiteral("layer 3 d")));
        QVERIFY(!image->indexes()[0] && !image->indexes()[1] && image->indexes()[2] && image->indexes()[3]);
    }

    void anEngineThatDiesEndsIt()
    {
        const auto image = described({ "a", "b", "c", "d" });
        QTRY_VERIFY(m_engine->asked("diffs/1/index"));
        m_engine->answer("diffs/0/index", indexOf("a"));
        QTRY_COMPARE(m_log.last(), QStringLiteral("layer 0 a"));
        m_engine->of("diffs/1/index").write(HeldEngine::head(1000) + "half");
        m_engine->of("diffs/1/index").flush();
        m_engine->die();
        QTRY_VERIFY(m_log.last().startsWith(QStringLiteral("failed: ")));
        QCOMPARE(m_log.size(), 3);
        QVERIFY(image->indexes()[0]);
    }

    void whatTheEngineDescribesIsChecked_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QByteArray>("status");
        QTest::newRow("no such image") << QByteArray(R"({"message":"No such image: app:1"})") << QByteArray("404 Not Found");
        QTest::newRow("not JSON") << QByteArray("<html>") << QByteArray("200 OK");
        QTest::newRow("no configuration") << QByteArray(R"({"id":"sha256:)" + QByteArray(64, 'a') + R"(","config":"","layers":[]})") << QByteArray("200 OK");
        QTest::newRow("no id") << QByteArray(R"({"id":"../x","config":"{}","layers":[]})") << QByteArray("200 OK");
        auto lacks = model::parse<model::ImageDescription>(description({ "a", "b" }).toStdString()).value();
        lacks.layers.pop_back();
        QTest::newRow("a layer is missing") << QByteArray::fromStdString(json::serialize(model::toJson(lacks))) << QByteArray("200 OK");
    }
    void whatTheEngineDescribesIsChecked()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QByteArray, status);
        const auto image = loader();
        image->start();
        QVERIFY(m_log.isEmpty());
        QTRY_VERIFY(m_engine->asked("/description"));
        m_engine->answer("/description", answer, status);
        QTRY_COMPARE(m_log.size(), 1);
        QVERIFY2(m_log[0].startsWith(QStringLiteral("failed: ")), qPrintable(m_log[0]));
    }

    void destroyingStopsEverything()
    {
        auto image = described({ "a", "b" });
        QTRY_VERIFY(m_engine->asked("diffs/1/index"));
        bool called = false;
        image->readFile(0, QStringLiteral("etc/x"), 100, this, [&](const Result<QByteArray>&) { called = true; });
        QTRY_VERIFY(m_engine->asked("file?path=etc%2Fx"));
        m_engine->answer("diffs/0/index", indexOf("a")); // is being taken apart while the loader goes
        const QStringList before = m_log;
        image.reset();
        for (const char* ending : { "diffs/1/index", "file?path=etc%2Fx" })
            QTRY_VERIFY(m_engine->of(ending).state() == QLocalSocket::UnconnectedState);
        QTest::qWait(20);
        QVERIFY(!called);
        QCOMPARE(m_log, before);
    }

    void readsFiles()
    {
        const auto image = described({ "a" });
        std::vector<Result<QByteArray>> results;
        const auto read = [&](const QString& path, qint64 bound) {
            image->readFile(0, path, bound, this, [&](Result<QByteArray> result) { results.push_back(std::move(result)); });
        };
        read(QStringLiteral("etc/ñ"), 4);
        QVERIFY(results.empty());
        QTRY_VERIFY(m_engine->asked("diffs/0/file?path=etc%2F%C3%B1"));
        m_engine->answer("%B1", QByteArray("\0x\xffy", 4));
        QTRY_COMPARE(results.size(), 1U);
        QCOMPARE(*results[0], QByteArray("\0x\xffy", 4));
        read(QStringLiteral("big"), 4);
        QTRY_VERIFY(m_engine->asked("path=big"));
        m_engine->answer("path=big", "12345");
        QTRY_COMPARE(results.size(), 2U);
        QCOMPARE(results[1].error().code(), ErrorCode::TooLarge);
        read(QStringLiteral("none"), 4);
        QTRY_VERIFY(m_engine->asked("path=none"));
        m_engine->answer("path=none", R"({"message":"layer 0 of app:1 stores no none"})", "404 Not Found");
        QTRY_COMPARE(results.size(), 3U);
        QCOMPARE(results[2].error().code(), ErrorCode::NotFound);
        // Nobody wants it any more.
        auto context = std::make_unique<QObject>();
        image->readFile(0, QStringLiteral("late"), 4, context.get(), [&](Result<QByteArray> result) { results.push_back(std::move(result)); });
        QTRY_VERIFY(m_engine->asked("path=late"));
        context.reset();
        QTRY_VERIFY(m_engine->of("path=late").state() == QLocalSocket::UnconnectedState);
        QCOMPARE(results.size(), 3U);
    }

    void extractsBelowAFolder()
    {
        const auto image = described({ "a", "b" });
        QDir(m_dir->path()).mkdir(QStringLiteral("out"));
        qint64 bytes = 0;
        std::optional<Result<void>> result;
        const auto job = image->extract({ 1, QStringLiteral("etc"), true, false, m_dir->filePath(QStringLiteral("out")) }, [&](qint64 count) { bytes = count; },
            [&](Result<void> done) { result = std::move(done); });
        QTRY_VERIFY(m_engine->asked("diffs/1/archive?path=etc&only=1"));
        // More than what waits at once, so that the connection rests and goes on.
        const QByteArray tar = tarOf({ { "etc/", "" }, { "etc/big", std::string(20'000'000, 'x') }, { "etc/small", "s" } });
        m_engine->answer("only=1", tar);
        QTRY_VERIFY_WITH_TIMEOUT(result, 30'000);
        QVERIFY2(result->ok(), *result ? "" : result->error().message().c_str());
        QCOMPARE(bytes, tar.size());
        QFile big(m_dir->filePath(QStringLiteral("out/etc/big")));
        QCOMPARE(big.size(), 20'000'000);
        QVERIFY(big.open(QFile::ReadOnly) && big.readAll() == QByteArray(20'000'000, 'x'));
    }

    void extractsOneFileAndATar()
    {
        const auto image = described({ "a" });
        std::vector<Result<void>> results;
        const auto done = [&](Result<void> result) { results.push_back(std::move(result)); };
        const auto one = image->extract({ 0, QStringLiteral("etc/motd"), false, false, m_dir->filePath(QStringLiteral("saved")) }, {}, done);
        QTRY_VERIFY(m_engine->asked("diffs/0/archive?path=etc%2Fmotd"));
        m_engine->answer("path=etc%2Fmotd", tarOf({ { "motd", "hello" } }));
        QTRY_COMPARE(results.size(), 1U);
        QVERIFY(results[0].ok());
        QFile saved(m_dir->filePath(QStringLiteral("saved")));
        QVERIFY(saved.open(QFile::ReadOnly));
        QCOMPARE(saved.readAll(), QByteArray("hello"));

        const auto all = image->extract({ 0, QString(), false, true, m_dir->filePath(QStringLiteral("all.tar")) }, {}, done);
        QTRY_VERIFY(m_engine->asked("diffs/0/archive?path="));
        const QByteArray tar = tarOf({ { "a", "b" } });
        m_engine->answer("archive?path=", tar);
        QTRY_COMPARE(results.size(), 2U);
        QFile file(m_dir->filePath(QStringLiteral("all.tar")));
        QVERIFY(file.open(QFile::ReadOnly));
        QCOMPARE(file.readAll(), tar);
    }

    void extractionsThatFailLeaveNothing()
    {
        const auto image = described({ "a" });
        QDir(m_dir->path()).mkdir(QStringLiteral("out"));
        const QString out = m_dir->filePath(QStringLiteral("out"));
        const auto nothing = [&] { return QDir(out).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot); };
        const QByteArray tar = tarOf({ { "etc/", "" }, { "etc/file", std::string(100'000, 'x') } });
        for (const bool asTar : { false, true }) {
            m_engine->requests.clear();
            std::optional<Result<void>> result;
            const auto done = [&](Result<void> ended) { result = std::move(ended); };
            const QString destination = asTar ? out + QStringLiteral("/a.tar") : out;
            auto job = image->extract({ 0, QStringLiteral("none"), false, asTar, destination }, {}, done);
            QTRY_VERIFY(m_engine->asked("path=none"));
            m_engine->answer("path=none", R"({"message":"layer 0 of app:1 shows no none"})", "404 Not Found");
            QTRY_VERIFY(result);
            QCOMPARE(result->error().code(), ErrorCode::NotFound);
            QVERIFY(nothing());

            // Cut off in the middle.
            result.reset();
            job = image->extract({ 0, QStringLiteral("etc"), false, asTar, destination }, {}, done);
            QTRY_VERIFY(m_engine->asked("path=etc"));
            m_engine->of("path=etc").write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + QByteArray::number(60'000, 16) + "\r\n" + tar.left(60'000) + "\r\n");
            m_engine->of("path=etc").flush();
            m_engine->of("path=etc").disconnectFromServer();
            QTRY_VERIFY(result);
            QVERIFY(!result->ok());
            QVERIFY(nothing());

            // Nobody wants it any more.
            result.reset();
            job = image->extract({ 0, QStringLiteral("x"), false, asTar, destination }, {}, done);
            QTRY_VERIFY(m_engine->asked("path=x"));
            m_engine->of("path=x").write(HeldEngine::head(tar.size()) + tar.left(60'000));
            QTRY_VERIFY(!nothing());
            job.reset();
            QTRY_VERIFY(nothing());
            QVERIFY(!result);
        }
    }

    void whatIsLeftOutIsTold()
    {
        const auto image = described({ "a" });
        QDir(m_dir->path()).mkdir(QStringLiteral("out"));
        QSignalSpy remarks(image.get(), &ImageLoader::remarked);
        archive::MemorySink sink;
        archive::TarWriter writer(sink);
        archive::Entry device;
        device.path = "null";
        device.type = archive::EntryType::CharDevice;
        QVERIFY(writer.add(device).ok() && writer.finish().ok());
        std::optional<Result<void>> result;
        const auto job = image->extract({ 0, QString(), false, false, m_dir->filePath(QStringLiteral("out")) }, {}, [&](Result<void> done) { result = std::move(done); });
        QTRY_VERIFY(m_engine->asked("archive?path="));
        m_engine->answer("archive?path=", QByteArray::fromStdString(sink.bytes()));
        QTRY_VERIFY(result);
        QVERIFY(result->ok());
        QCOMPARE(remarks.size(), 1);
        QVERIFY(remarks[0][0].toStringList()[0].contains(QStringLiteral("null")));
    }
};

QTEST_GUILESS_MAIN(TestEngineLoader)
#include "tst_engine_loader.moc"
