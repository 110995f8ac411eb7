// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/tar_reader.h"
#include "gui/panels/builds/context_scan.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::gui;

class ContextScanTest : public QObject {
    Q_OBJECT
    std::unique_ptr<QTemporaryDir> m_dir;

    void write(const char* name, const QByteArray& bytes)
    {
        const QString path = m_dir->filePath(QLatin1String(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(path));
    }
    ContextSpec spec() const { return { m_dir->path().toStdString(), "Dockerfile" }; }

    QStringList packed(QString* error = nullptr)
    {
        archive::MemorySink sink;
        const Result<void> result = packContext(spec(), sink, {});
        if (!result) {
            if (error)
                *error = QString::fromStdString(result.error().message());
            return {};
        }
        QStringList names;
        archive::MemorySource source(sink.bytes());
        const auto reader = archive::TarReader::open(source);
        for (;;) {
            auto entry = (*reader)->next();
            if (!entry || !*entry)
                break;
            QString name = QString::fromStdString((*entry)->path);
            if (name.endsWith(QLatin1Char('/')))
                name.chop(1);
            names.append(name);
        }
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        write("Dockerfile", "FROM a\n");
        write("b.txt", "12345");
        write("a/one", "1");
        write("a/two", "22");
    }

    void everythingIsSentInOrder()
    {
        QCOMPARE(packed(), QStringList({ "Dockerfile", "a", "a/one", "a/two", "b.txt" }));
        const Result<ContextSummary> summary = scanContext(spec(), {});
        QVERIFY(summary.ok());
        QCOMPARE(summary->files, 4u);
        QCOMPARE(summary->bytes, 15u);
        QCOMPARE(QString::fromStdString(summary->largest[0].path), QStringLiteral("Dockerfile"));
    }

    void ignoredFilesStay()
    {
        write(".dockerignore", "a\nb.txt\n!a/two\n");
        QCOMPARE(packed(), QStringList({ ".dockerignore", "Dockerfile", "a/two" }));
        QCOMPARE(scanContext(spec(), {})->files, 3u);
    }

    void theDockerfileIsSentEvenWhenIgnored()
    {
        write(".dockerignore", "*\n");
        QCOMPARE(packed(), QStringList({ ".dockerignore", "Dockerfile" }));
    }

    void aDockerfilesOwnIgnoreFileComesFirst()
    {
        write(".dockerignore", "a\n");
        write("Dockerfile.dockerignore", "b.txt\n");
        QVERIFY(packed().contains("a/one"));
        QVERIFY(!packed().contains("b.txt"));
    }

    void anIgnoredFolderIsNotEntered()
    {
        if (::geteuid() == 0)
            QSKIP("root may read every folder");
        write(".dockerignore", "a\n");
        QFile::setPermissions(m_dir->filePath("a"), {});
        QCOMPARE(packed(), QStringList({ ".dockerignore", "Dockerfile", "b.txt" }));
        QFile::setPermissions(m_dir->filePath("a"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    void linksAreSentAsLinks()
    {
        QVERIFY(QFile::link(QStringLiteral("/etc/passwd"), m_dir->filePath(QStringLiteral("link"))));
        archive::MemorySink sink;
        QVERIFY(packContext(spec(), sink, {}).ok());
        archive::MemorySource source(sink.bytes());
        const auto reader = archive::TarReader::open(source);
        bool found = false;
        for (;;) {
            auto entry = (*reader)->next();
            QVERIFY(entry.ok());
            if (!*entry)
                break;
            if ((*entry)->path == "link") {
                found = true;
                QVERIFY((*entry)->type == archive::EntryType::Symlink);
                QCOMPARE(QString::fromStdString((*entry)->link), QStringLiteral("/etc/passwd"));
            }
        }
        QVERIFY(found);
    }

    void socketsAndPipesDoNotHang()
    {
        QCOMPARE(::mkfifo(qPrintable(m_dir->filePath("pipe")), 0600), 0);
        QVERIFY(packed().contains("pipe"));
    }

    void aBadPatternIsNamed()
    {
        write(".dockerignore", "a[\n");
        QString error;
        QVERIFY(packed(&error).isEmpty());
        QVERIFY2(error.contains(QLatin1String(".dockerignore")), qPrintable(error));
    }

    void aMissingFolderIsNamed()
    {
        const Result<ContextSummary> summary = scanContext({ "/no/such/folder", "Dockerfile" }, {});
        QCOMPARE(summary.error().code(), ErrorCode::NotFound);
        QVERIFY(summary.error().message().find("/no/such/folder") != std::string::npos);
    }

    void aStopStops()
    {
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(scanContext(spec(), stop.get_token()).error().code(), ErrorCode::Cancelled);
    }
};

QTEST_GUILESS_MAIN(ContextScanTest)
#include "tst_context_scan.moc"
