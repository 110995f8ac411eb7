// SPDX-License-Identifier: GPL-3.0-or-later
// skopeo as the outside judge: what it writes loads here, what we save it reads, and the digests agree.
#include "core/os/file.h"
#include "core/store/store.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include "image_maker.h"

#include <fcntl.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::store;
namespace fs = std::filesystem;

class TestOracle : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root");
        if (QStandardPaths::findExecutable("skopeo").isEmpty())
            QSKIP("needs skopeo");
    }
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        StoreOptions options;
        options.libexec = DARSENA_BIN_DIR;
        m_store = test::must(Store::open(path("store"), options));
        const std::string base = test::TarText().add(test::directory("etc")).add("etc/motd", "hello").add("big", std::string(300'000, 'b')).text();
        const std::string top = test::TarText().add("etc/.wh.motd", "").add("new", "n").text();
        const std::string archive = test::dockerArchive({ base, top }, "oracle/image:7");
        archive::MemorySource source(archive);
        test::must(m_store->load(source));
        // And a layer of our own.
        const Image loaded = test::must(m_store->find("oracle/image:7"));
        auto draft = test::must(m_store->newLayer(loaded.chain()));
        test::must(os::writeFileAtomic(draft->overlay().upper / "made", "here", os::Durability::None));
        const Layer layer = test::must(draft->commit());
        oci::ImageConfig config = loaded.config;
        config.diffIds.push_back(layer.diffId);
        config.history.push_back({ config.created, "COPY made /", {}, {}, false });
        m_image = test::must(m_store->addImage(config));
        test::must(m_store->tag(m_image.id, test::must(oci::Reference::parse("oracle/image:7"))));
        save(path("saved.tar"), "oracle/image:7");
    }
    void cleanup()
    {
        m_store.reset();
        m_directory.reset();
    }

    void readsWhatWeSave_data()
    {
        QTest::addColumn<QString>("transport");
        QTest::newRow("docker-archive") << "docker-archive:";
        QTest::newRow("oci-archive") << "oci-archive:";
    }
    void readsWhatWeSave()
    {
        QFETCH(QString, transport);
        const QByteArray raw = skopeo({ "inspect", "--config", "--raw", transport + QString::fromStdString(path("saved.tar").native()) });
        QCOMPARE(Digest::ofText(std::string_view(raw.constData(), static_cast<std::size_t>(raw.size()))), m_image.id);
    }

    void writesWhatWeLoad_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QStringList>("options");
        QTest::newRow("docker-archive") << "docker-archive:%1:oracle/copy:1" << "oracle/copy:1" << QStringList();
        QTest::newRow("oci-archive gzip") << "oci-archive:%1:oracle/copy:1" << "oracle/copy:1" << QStringList { "--dest-compress-format", "gzip" };
        QTest::newRow("oci-archive zstd") << "oci-archive:%1:oracle/copy:1" << "oracle/copy:1" << QStringList { "--dest-compress-format", "zstd" };
    }
    void writesWhatWeLoad()
    {
        QFETCH(QString, target);
        QFETCH(QString, name);
        QFETCH(QStringList, options);
        const fs::path copy = path("copy.tar");
        skopeo(QStringList { "copy" } + options + QStringList { "docker-archive:" + QString::fromStdString(path("saved.tar").native()), target.arg(QString::fromStdString(copy.native())) });
        StoreOptions storeOptions;
        storeOptions.libexec = DARSENA_BIN_DIR;
        auto other = test::must(Store::open(path("other"), storeOptions));
        const UniqueFd fd = test::must(os::openFile(copy, O_RDONLY));
        archive::FdSource source(fd.get());
        const LoadReport report = test::must(other->load(source));
        QCOMPARE(report.images.size(), 1U);
        const Image image = test::must(other->find(name.toStdString()));
        // The configuration may be rewritten on the way (skopeo converts media types); the layers may not.
        QCOMPARE(image.config.diffIds, m_image.config.diffIds);
        QCOMPARE(image.chains, m_image.chains);
        QCOMPARE(test::must(os::readFile(test::must(other->layer(image.chain())).directory / "made", 100)), "here");
        // What was loaded compressed is saved as it is needed: uncompressed, with the same diff ids.
        for (const Digest& chain : image.chains) {
            archive::HashingSink sink(nullptr);
            test::must(other->writeLayerTar(chain, sink));
            QCOMPARE(sink.finish(), test::must(other->layer(chain)).diffId);
        }
    }

private:
    fs::path path(const char* name) const { return m_directory->path().toStdString() + "/" + name; }

    void save(const fs::path& file, const std::string& name)
    {
        const UniqueFd fd = test::must(os::openFile(file, O_WRONLY | O_CREAT | O_TRUNC));
        archive::FdSink sink(fd.get());
        test::must(m_store->save({ name }, sink));
    }

    static QByteArray skopeo(const QStringList& arguments)
    {
        QProcess process;
        process.start("skopeo", QStringList { "--insecure-policy" } + arguments);
        process.waitForFinished(-1);
        const QByteArray output = process.readAllStandardOutput();
        if (process.exitCode() != 0)
            QTest::qFail(process.readAllStandardError().constData(), __FILE__, __LINE__);
        return output;
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<Store> m_store;
    Image m_image;
};

QTEST_GUILESS_MAIN(TestOracle)
#include "tst_oracle.moc"
