// SPDX-License-Identifier: GPL-3.0-or-later
// Reads real archives through the real `darsena read-image`.
#include "gui/layers/process_loader.h"

#include "tests/unit/core/layers/source/image_archives.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace darsena;
using namespace darsena::gui;
using layers::file;
using layers::folder;
using layers::softLink;
using layers::tarOf;

class TestProcessLoader : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::vector<std::string> m_layers;

    QString path(const char* name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    static QString program() { return QStringLiteral(DARSENA_BIN_DIR "/darsena"); }
    std::unique_ptr<ProcessLoader> loader(const QString& address, std::optional<layers::SourceChoice> choice = {}) const
    {
        return std::make_unique<ProcessLoader>(ProcessLoader::Origin { address, {}, std::move(choice) }, program());
    }
    /// Until finished() or failed(); the error's sentence, "" = none.
    static QString wait(ProcessLoader& loader)
    {
        QString sentence;
        bool over = false;
        QObject::connect(&loader, &ImageLoader::finished, &loader, [&] { over = true; });
        QObject::connect(&loader, &ImageLoader::failed, &loader, [&](const Error& error) {
            sentence = QString::fromStdString(error.message());
            over = true;
        });
        loader.start();
        if (!QTest::qWaitFor([&] { return over; }, 30'000))
            return QStringLiteral("(nothing came)");
        loader.disconnect();
        return sentence;
    }
    Result<QByteArray> read(ProcessLoader& loader, std::size_t layer, const char* file, qint64 maxBytes = 1000) const
    {
        std::optional<Result<QByteArray>> answer;
        QObject context;
        loader.readFile(layer, QString::fromUtf8(file), maxBytes, &context, [&](Result<QByteArray> content) { answer = std::move(content); });
        if (answer || !QTest::qWaitFor([&] { return answer.has_value(); }, 30'000))
            return Error(ErrorCode::Internal, answer ? "answered from inside" : "no answer");
        return *answer;
    }
    static Result<void> extract(ProcessLoader& loader, const ImageLoader::ExtractRequest& request, qint64* bytes = nullptr)
    {
        std::optional<Result<void>> answer;
        const auto running = loader.extract(
            request, [bytes](qint64 done) { if (bytes) *bytes = done; }, [&](const Result<void>& result) { answer = result; });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }, 30'000))
            return Error(ErrorCode::Internal, "no answer");
        return *answer;
    }
    static QByteArray content(const QString& path)
    {
        QFile opened(path);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray("(cannot be opened)");
    }
    static QStringList names(const QString& folder)
    {
        return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
    }

private slots:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", path("cache").toUtf8());
        m_layers = { tarOf({ folder("etc"), file("etc/passwd", "root", 0600), file("etc/old", "old"), folder("bin"), file("bin/tool", std::string(9'000'000, 'x'), 0755), softLink("sh", "bin/tool") }),
            tarOf({ folder("etc"), file("etc/.wh.old"), file("etc/new", "new") }) };
        layers::writeFile(path("image.tar").toStdString(), tarOf(layers::oldDockerArchive(m_layers)));
        layers::Layout layout;
        const auto amd = layout.image(m_layers, { layers::gzipped(m_layers[0]), layers::zstandard(m_layers[1]) });
        const auto arm = layout.image({ m_layers[0] }, { layers::gzipped(m_layers[0]) }, "arm64");
        layers::writeFile(path("oci.tar").toStdString(), tarOf(layout.members({ amd, arm })));
    }

    void readsAnArchive()
    {
        const auto image = loader(path("image.tar"));
        QSignalSpy described(image.get(), &ImageLoader::described);
        QSignalSpy layersRead(image.get(), &ImageLoader::layerRead);
        QCOMPARE(wait(*image), QString());
        QCOMPARE(described.count(), 1);
        QCOMPARE(layersRead.count(), 2);
        QCOMPARE(image->image().name, std::string("hello:latest"));
        QCOMPARE(image->image().layers.size(), 2u);
        QCOMPARE(image->image().config.history.size(), 2u);
        QVERIFY(image->indexes()[0] && image->indexes()[1]);
        QCOMPARE(image->indexes()[0]->find("etc/passwd")->mode, 0600u);
        QCOMPARE(image->indexes()[1]->find("etc/old")->type, layers::EntryType::Whiteout);
        QCOMPARE(image->facts()[1].diffId, Digest::ofText(m_layers[1]));
        QCOMPARE(image->facts()[1].tarBytes, m_layers[1].size());
    }

    void theSecondTimeFromTheCache()
    {
        const auto image = loader(path("image.tar"));
        QCOMPARE(wait(*image), QString());
        QVERIFY(image->facts()[0].fromCache);
        QCOMPARE(*read(*image, 0, "etc/passwd"), QByteArray("root"));
    }

    void platforms()
    {
        const auto first = loader(path("oci.tar"));
        QCOMPARE(wait(*first), QString());
        QCOMPARE(first->choices().size(), 2u);
        for (const layers::SourceChoice& choice : first->choices()) {
            const auto image = loader(path("oci.tar"), choice);
            QCOMPARE(wait(*image), QString());
            QCOMPARE(image->image().config.platform.architecture, choice.platform.architecture);
            QCOMPARE(image->indexes().size(), choice.platform.architecture == "arm64" ? 1u : 2u);
        }
    }

    void files()
    {
        const auto image = loader(path("oci.tar"));
        QCOMPARE(wait(*image), QString());
        QCOMPARE(*read(*image, 0, "etc/passwd"), QByteArray("root"));
        QCOMPARE(*read(*image, 1, "etc/new"), QByteArray("new"));
        QCOMPARE(read(*image, 1, "etc/passwd").error().code(), ErrorCode::NotFound);
        QCOMPARE(read(*image, 0, "bin/tool", 1000).error().code(), ErrorCode::TooLarge);
        // More than may be under way at once.
        const auto large = read(*image, 0, "bin/tool", 10'000'000);
        QVERIFY(large);
        QCOMPARE(large->size(), 9'000'000);
    }

    void extractsAFolder()
    {
        const auto image = loader(path("image.tar"));
        QCOMPARE(wait(*image), QString());
        const QString where = path("out");
        qint64 bytes = 0;
        const auto done = extract(*image, { 1, {}, false, false, where }, &bytes);
        QVERIFY2(done, done ? "" : done.error().message().c_str());
        QVERIFY(bytes > 9'000'000);
        QCOMPARE(names(where), (QStringList { QStringLiteral("bin"), QStringLiteral("etc"), QStringLiteral("sh") }));
        QCOMPARE(names(where + QStringLiteral("/etc")), (QStringList { QStringLiteral("new"), QStringLiteral("passwd") }));
        struct stat status {};
        QCOMPARE(::stat((where + QStringLiteral("/etc/passwd")).toStdString().c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0600u);
        QCOMPARE(status.st_mtime, 1'700'000'000);
        // Again: what is there stays.
        QCOMPARE(extract(*image, { 1, {}, false, false, where }).error().code(), ErrorCode::Conflict);
        QCOMPARE(names(where).size(), 3);
    }

    void extractsAFile()
    {
        const auto image = loader(path("image.tar"));
        QCOMPARE(wait(*image), QString());
        QVERIFY(extract(*image, { 1, QStringLiteral("etc/passwd"), false, false, path("saved") }));
        QCOMPARE(content(path("saved")), QByteArray("root"));
        struct stat status {};
        QCOMPARE(::stat(path("saved").toStdString().c_str(), &status), 0);
        QCOMPARE(status.st_mode & 07777, 0600u);
        // What a later layer removed is not there.
        QVERIFY(!extract(*image, { 1, QStringLiteral("etc/old"), false, false, path("gone") }));
        QVERIFY(!QFile::exists(path("gone")));
        QVERIFY(extract(*image, { 0, QStringLiteral("etc/old"), false, false, path("gone") }));
    }

    void extractsATar()
    {
        const auto image = loader(path("image.tar"));
        QCOMPARE(wait(*image), QString());
        QVERIFY(extract(*image, { 1, QStringLiteral("etc"), false, true, path("etc.tar") }));
        QVERIFY(content(path("etc.tar")).contains("etc/passwd"));
        QVERIFY(!extract(*image, { 1, QStringLiteral("etc"), false, true, path("no/such/folder/etc.tar") }));
    }

    void cancelsAnExtraction()
    {
        const auto image = loader(path("image.tar"));
        QCOMPARE(wait(*image), QString());
        const QString where = path("cancelled");
        bool told = false;
        auto running = image->extract(
            { 1, {}, false, false, where }, [&](qint64) { told = true; }, [](const Result<void>&) { QFAIL("a cancelled extraction has no end"); });
        QVERIFY(QTest::qWaitFor([&] { return told; }, 30'000));
        running.reset();
        QVERIFY(QTest::qWaitFor([&] { return QDir(where).exists() && names(where).isEmpty(); }, 30'000));
        // The reader serves on.
        QCOMPARE(*read(*image, 1, "etc/new"), QByteArray("new"));
    }

    void damaged_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        const QByteArray whole = QByteArray::fromStdString(tarOf(layers::oldDockerArchive({ tarOf({ file("x", "one layer of its own") }) })));
        QTest::newRow("empty") << QByteArray() << QStringLiteral("damaged");
        QTest::newRow("text") << QByteArray(2000, 'x') << QStringLiteral("damaged");
        QByteArray changed = whole;
        changed.replace("one layer of", "one liar  of");
        QTest::newRow("changed") << changed << QStringLiteral("layer 0");
    }
    void damaged()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        layers::writeFile(path("damaged.tar").toStdString(), bytes.toStdString());
        const auto image = loader(path("damaged.tar"));
        const QString sentence = wait(*image);
        QVERIFY2(sentence.contains(says), qPrintable(sentence));
    }

    void notThere()
    {
        QVERIFY(wait(*loader(path("missing.tar"))).contains(QStringLiteral("no such file")));
        ProcessLoader without({ path("image.tar"), {}, {} }, QStringLiteral("/nonexistent/darsena"));
        QVERIFY(wait(without).contains(QStringLiteral("cannot be started")));
        QCOMPARE(read(without, 0, "x").error().code(), ErrorCode::Unavailable);
    }

    void stopsWhenDestroyed()
    {
        auto image = loader(path("image.tar"));
        QSignalSpy described(image.get(), &ImageLoader::described);
        image->start();
        QCOMPARE(described.count(), 0); // nothing from inside
        bool answered = false;
        image->readFile(0, QStringLiteral("x"), 10, this, [&](const Result<QByteArray>&) { answered = true; });
        image.reset();
        QTest::qWait(50);
        QVERIFY(!answered);
    }
};

QTEST_GUILESS_MAIN(TestProcessLoader)
#include "tst_process_loader.moc"
