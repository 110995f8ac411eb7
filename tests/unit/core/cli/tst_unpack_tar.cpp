// SPDX-License-Identifier: GPL-3.0-or-later
// darsena unpack-tar as the studio runs it, with everything that it may not do; what of a tar becomes what is
// core/archive's tst_extract.
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

#include <sys/stat.h>

class TestUnpackTar : public QObject {
    Q_OBJECT

    static constexpr const char* Seal = "darsena: sent to the end\n";

    std::unique_ptr<QTemporaryDir> m_folder;
    QByteArray m_tar;

    QString out() const { return m_folder->filePath(QStringLiteral("out")); }
    QStringList names() const
    {
        return QDir(out()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
    }
    QJsonObject unpack(const QByteArray& input, const QStringList& options = {})
    {
        QProcess process;
        process.start(QStringLiteral(DARSENA_BIN_DIR "/darsena"), QStringList("unpack-tar") + options + QStringList { "--", out() });
        process.write(input);
        process.closeWriteChannel();
        if (!process.waitForFinished())
            qFatal("darsena does not end");
        return QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    }

private slots:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("out")));
        QProcess shell;
        shell.setWorkingDirectory(m_folder->path());
        shell.start(QStringLiteral("sh"),
            { "-ec", "mkdir -p in/d; printf hi > in/d/f; ln in/d/f in/d/g; ln -s ../x in/l; mkfifo in/p; chmod 4750 in/d/f; chmod 555 in/d; tar -C in -c d l p > all.tar; chmod 755 in/d" });
        QVERIFY(shell.waitForFinished() && shell.exitCode() == 0);
        QFile tar(m_folder->filePath(QStringLiteral("all.tar")));
        QVERIFY(tar.open(QFile::ReadOnly));
        m_tar = tar.readAll();
    }

    void intoAFolder()
    {
        // The FIFO is what the process may not make.
        QCOMPARE(unpack(m_tar + Seal), (QJsonObject { { "entries", 4 }, { "bytes", 2 }, { "skipped", 1 } }));
        QCOMPARE(names(), (QStringList { "d", "l" }));
        struct stat status {};
        QCOMPARE(::stat(QFile::encodeName(out() + "/d/g").constData(), &status), 0);
        QCOMPARE(status.st_mode & 07777U, 0750U);
        QCOMPARE(status.st_nlink, 2U);
        QCOMPARE(::stat(QFile::encodeName(out() + "/d").constData(), &status), 0);
        QCOMPARE(status.st_mode & 07777U, 0555U);
        ::chmod(QFile::encodeName(out() + "/d").constData(), 0755); // for the test's own cleaning up
    }

    void withoutTheSealNothingStays()
    {
        QVERIFY(unpack(m_tar).contains("failed"));
        QVERIFY(unpack(m_tar.left(2000)).contains("failed"));
        QVERIFY(unpack(m_tar, { "--as-tar", "--name=x" }).contains("failed"));
        QCOMPARE(names(), QStringList());
    }

    void asATar()
    {
        QCOMPARE(unpack(m_tar + Seal, { "--as-tar", "--name=kept.tar" }).value("bytes").toInteger(), m_tar.size());
        QCOMPARE(names(), QStringList { "kept.tar" });
        QFile kept(out() + "/kept.tar");
        QVERIFY(kept.open(QFile::ReadOnly));
        QCOMPARE(kept.readAll(), m_tar);
        QVERIFY(unpack(m_tar + Seal, { "--as-tar" }).contains("failed"));
    }

    void underAName()
    {
        QProcess tar;
        tar.setWorkingDirectory(m_folder->path());
        tar.start(QStringLiteral("tar"), { "-C", "in/d", "-c", "f" });
        QVERIFY(tar.waitForFinished());
        QCOMPARE(unpack(tar.readAllStandardOutput() + Seal, { "--name=new name" }).value("entries").toInt(), 1);
        QCOMPARE(names(), QStringList { "new name" });
        for (const char* name : { "--name=..", "--name=a/b" })
            QVERIFY(unpack(m_tar + Seal, { name }).contains("failed"));
        QCOMPARE(names(), QStringList { "new name" });
    }
};

QTEST_GUILESS_MAIN(TestUnpackTar)
#include "tst_unpack_tar.moc"
