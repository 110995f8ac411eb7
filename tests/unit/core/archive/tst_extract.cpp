// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/archive/extract.h"
#include "core/archive/tar_writer.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::archive;

namespace {

using Members = QList<QPair<QString, QString>>; ///< "l name" and where it leads: l = link, h = hard link, f = file, d = directory

Entry entry(std::string path, EntryType type = EntryType::File, std::string link = {}, std::uint32_t mode = 0644)
{
    Entry result;
    result.path = std::move(path);
    result.type = type;
    result.link = std::move(link);
    result.mode = type == EntryType::Directory && mode == 0644 ? 0755 : mode;
    result.mtime = 1'700'000'000;
    return result;
}

/// Of names as they are given: hostile ones too.
std::string tarOf(const std::vector<Entry>& entries, std::string_view content = "content")
{
    MemorySink sink;
    TarWriter writer(sink);
    for (const Entry& member : entries) {
        const auto added = member.type == EntryType::File ? writer.addFile(member, content) : writer.add(member);
        if (!added)
            qFatal("%s", added.error().message().c_str());
    }
    if (!writer.finish())
        qFatal("finish");
    return sink.take();
}

Result<Extracted> extract(std::string_view tar, const QString& destination, ExtractInto into = ExtractInto::Folder, const ExtractOptions& options = {})
{
    MemorySource source(tar);
    return extractTar(source, destination.toStdString(), into, options);
}

/// Every path below a folder with what it is, one a line, by find(1).
QString listing(const QString& folder)
{
    QProcess find;
    find.setWorkingDirectory(folder);
    find.start(QStringLiteral("find"), { ".", "-mindepth", "1", "-printf", "%p %y %m %n %T@ %s %l\n" });
    if (!find.waitForFinished() || find.exitCode() != 0)
        qFatal("find");
    QStringList lines = QString::fromUtf8(find.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts);
    for (QString& line : lines) {
        if (line.contains(QStringLiteral(" d "))) // a directory's size is the file system's affair
            line.replace(QRegularExpression(QStringLiteral(" \\d+ $")), QStringLiteral(" "));
    }
    lines.sort();
    return lines.join(u'\n');
}

mode_t modeOf(const QString& path)
{
    struct stat status {};
    return ::lstat(QFile::encodeName(path).constData(), &status) == 0 ? status.st_mode : 0;
}

} // namespace

class TestExtract : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_directory = std::make_unique<QTemporaryDir>();
        QDir(m_directory->path()).mkdir(QStringLiteral("out"));
        m_out = m_directory->filePath(QStringLiteral("out"));
    }

    /// What GNU tar packs, we unpack as GNU tar does.
    void agreesWithTar()
    {
        QProcess shell;
        shell.setWorkingDirectory(m_directory->path());
        shell.start(QStringLiteral("sh"), { "-ec", R"(
            mkdir -p in/a/b/c in/readonly in/sticky theirs
            printf hello > in/a/file; ln in/a/file in/a/b/second; ln -s ../file in/a/b/link; ln -s /etc/passwd in/outside
            printf x > "in/a/b/c/ñ name"; chmod 755 in/a/file; printf y > in/readonly/y; mkfifo in/pipe
            truncate -s 1M in/holes; printf end >> in/holes
            touch -d @1600000000 in/a/file in/a/b/c in/readonly; touch -h -d @1500000000 in/outside
            chmod 555 in/readonly; chmod 1777 in/sticky; chmod 400 in/readonly/y
            tar -C in -c --sparse -f all.tar .
            tar -C theirs -x -p --same-permissions -f all.tar)" });
        QVERIFY(shell.waitForFinished() && shell.exitCode() == 0);
        QFile tar(m_directory->filePath(QStringLiteral("all.tar")));
        QVERIFY(tar.open(QFile::ReadOnly));
        const QByteArray bytes = tar.readAll();
        std::uint64_t told = 0;
        ExtractOptions options;
        options.progress = [&](std::uint64_t count) { told = count; };
        const auto done = extract({ bytes.constData(), static_cast<std::size_t>(bytes.size()) }, m_out, ExtractInto::Folder, options);
        QVERIFY2(done.ok(), done ? "" : done.error().message().c_str());
        // tar keeps nanoseconds where it can; ours are whole seconds of the archive's.
        QCOMPARE(listing(m_out), listing(m_directory->filePath(QStringLiteral("theirs"))));
        QCOMPARE(told, done->bytes);
        QVERIFY(done->remarks.empty());
        QProcess compare;
        compare.start(QStringLiteral("diff"), { "-r", "--no-dereference", m_out + "/a", m_directory->filePath(QStringLiteral("theirs/a")) });
        QVERIFY(compare.waitForFinished());
        QCOMPARE(compare.exitCode(), 0);
    }

    void nothingLeavesTheFolder_data()
    {
        QTest::addColumn<Members>("members");
        QTest::newRow("dots") << Members { { "f ../escaped", "" } };
        QTest::newRow("dots inside") << Members { { "f a/../../escaped", "" } };
        QTest::newRow("through a link") << Members { { "l a", ".." }, { "f a/escaped", "" } };
        QTest::newRow("through an absolute link") << Members { { "l a", "OUT/.." }, { "f a/escaped", "" } };
        QTest::newRow("a link to a link") << Members { { "l a", ".." }, { "l b", "a" }, { "f b/escaped", "" } };
        QTest::newRow("through a link of a link") << Members { { "d d", "" }, { "l d/x", "../.." }, { "f d/x/escaped", "" } };
        QTest::newRow("a directory over a link") << Members { { "l a", ".." }, { "d a", "" }, { "f a/escaped", "" } };
        QTest::newRow("a file over a link") << Members { { "l escaped", "../escaped" }, { "f escaped", "" } };
        QTest::newRow("a link over a file") << Members { { "f a", "" }, { "l a", "../victim" } };
        QTest::newRow("a hard link out") << Members { { "h a", "../victim" } };
        QTest::newRow("a hard link to what was there") << Members { { "h a", "present/file" } };
        QTest::newRow("a hard link through a link") << Members { { "l d", ".." }, { "h a", "d/victim" } };
        QTest::newRow("a hard link to nothing") << Members { { "h a", "b" } };
        QTest::newRow("a hard link to a directory") << Members { { "d d", "" }, { "h a", "d" } };
        QTest::newRow("over what was there") << Members { { "f fine", "" }, { "f present/file", "" } };
        QTest::newRow("into what was there") << Members { { "f present/new", "" } };
        QTest::newRow("attributes of what was there") << Members { { "d present", "" } };
        QTest::newRow("through a link that was there") << Members { { "f way/escaped", "" } };
        QTest::newRow("a link that was there as a directory") << Members { { "d way", "" } };
        QTest::newRow("twice") << Members { { "f a", "" }, { "f a", "" } };
        QTest::newRow("a file instead of a directory") << Members { { "d d", "" }, { "f d/in", "" }, { "f d", "" } };
        QTest::newRow("a file as a directory") << Members { { "f a", "" }, { "f a/b", "" } };
    }
    void nothingLeavesTheFolder()
    {
        QFETCH(const Members, members);
        const auto write = [&](const QString& name) {
            QFile file(m_directory->filePath(name));
            QVERIFY(file.open(QFile::WriteOnly) && file.write("mine") == 4);
        };
        write(QStringLiteral("victim"));
        QDir(m_out).mkdir(QStringLiteral("present"));
        write(QStringLiteral("out/present/file"));
        QFile::link(QStringLiteral(".."), m_out + QStringLiteral("/way"));
        const QString before = listing(m_directory->path());
        std::vector<Entry> entries { entry("brought/first") };
        for (auto [name, target] : members) {
            target.replace(QStringLiteral("OUT"), m_out);
            const EntryType type = name[0] == u'f' ? EntryType::File : name[0] == u'l' ? EntryType::Symlink : name[0] == u'h' ? EntryType::Hardlink : EntryType::Directory;
            entries.push_back(entry(name.mid(2).toStdString(), type, target.toStdString()));
        }
        const auto done = extract(tarOf(entries), m_out);
        QVERIFY(!done.ok());
        QVERIFY2(done.error().code() == ErrorCode::Invalid || done.error().code() == ErrorCode::Conflict, done.error().message().c_str());
        // Nothing was changed, and nothing of the archive stays. The folders' own times did change.
        QString after = listing(m_directory->path());
        const QRegularExpression time(QStringLiteral(" d (\\d+) (\\d+) [0-9.]+"));
        QCOMPARE(after.replace(time, QStringLiteral(" d ")), QString(before).replace(time, QStringLiteral(" d ")));
    }

    void whatOnlyRootMayMakeIsLeftOut()
    {
        std::vector<Entry> entries { entry("dev", EntryType::Directory), entry("dev/null", EntryType::CharDevice), entry("dev/sda", EntryType::BlockDevice),
            entry("su", EntryType::File, {}, 06755) };
        const auto done = extract(tarOf(entries), m_out);
        QVERIFY(done.ok());
        QCOMPARE(QDir(m_out + QStringLiteral("/dev")).entryList(QDir::System | QDir::NoDotAndDotDot).size(), 0);
        QCOMPARE(modeOf(m_out + QStringLiteral("/su")) & 07777U, 0755U);
        QCOMPARE(done->remarks.size(), 3U);
        QVERIFY(done->remarks[0].find("dev/null") != std::string::npos);
        QVERIFY(done->remarks[2].find("1 file(s)") != std::string::npos);
        struct stat status {};
        QCOMPARE(::stat(QFile::encodeName(m_out + "/su").constData(), &status), 0);
        QCOMPARE(status.st_uid, ::geteuid());
    }

    /// Hard links to what was left out are, too; what was left out is not counted with the rest.
    void whatIsLeftOutIsCounted()
    {
        const auto done = extract(tarOf({ entry("null", EntryType::CharDevice), entry("sda", EntryType::BlockDevice), entry("again", EntryType::Hardlink, "null"), entry("x") }), m_out);
        QVERIFY2(done.ok(), done ? "" : done.error().message().c_str());
        QCOMPARE(done->skipped, 3U);
        QCOMPARE(done->entries, 1U);
        QCOMPARE(names(), QStringList { "x" });
    }

    void absoluteNamesAreInside()
    {
        QVERIFY(extract(tarOf({ entry("/x"), entry("/d/y") }), m_out).ok());
        QCOMPARE(names(), (QStringList { "d", "x" }));
    }

    /// Also for those who may not write what they were given: a directory is filled and moved before it is closed.
    void closedDirectories()
    {
        const auto done = extract(tarOf({ entry("app", EntryType::Directory, {}, 0555), entry("app/deep", EntryType::Directory, {}, 0500), entry("app/deep/x"),
                                      entry("shared", EntryType::Directory, {}, 01777), entry("shared/y") }),
            m_out);
        QVERIFY2(done.ok(), done ? "" : done.error().message().c_str());
        QCOMPARE(names(), (QStringList { "app", "shared" }));
        for (const auto& [name, mode] : { std::pair("/app", 0555U), { "/app/deep", 0500U }, { "/shared", 01777U } }) {
            struct stat status {};
            QCOMPARE(::stat(QFile::encodeName(m_out + name).constData(), &status), 0);
            QCOMPARE(status.st_mode & 07777U, mode);
            QCOMPARE(status.st_mtime, 1'700'000'000);
        }
        for (const char* name : { "/app", "/app/deep" })
            ::chmod(QFile::encodeName(m_out + name).constData(), 0755); // for the test's own cleaning up
    }

    void whatIsThereStays()
    {
        QVERIFY(extract(tarOf({ entry("x") }, "mine"), m_out).ok());
        const auto again = extract(tarOf({ entry("a"), entry("x") }, "theirs"), m_out);
        QCOMPARE(again.error().code(), ErrorCode::Conflict);
        QCOMPARE(again.error().message(), std::string("x is there already"));
        QCOMPARE(content("x"), QByteArray("mine"));
        QCOMPARE(names(), QStringList { "x" });
    }

    /// Made while we worked: found when everything is moved, of which the first part was done.
    void whatComesThereMeanwhileStays()
    {
        ExtractOptions options;
        options.progress = [&](std::uint64_t) { QDir(m_out).mkdir(QStringLiteral("x")); };
        const auto done = extract(tarOf({ entry("a", EntryType::Directory, {}, 0555), entry("b"), entry("x") }), m_out, ExtractInto::Folder, options);
        QVERIFY(!done.ok());
        QCOMPARE(done.error().code(), ErrorCode::Conflict);
        QCOMPARE(names(), QStringList { "x" });
        QVERIFY(QDir(m_out + "/x").isEmpty());
    }

    void nothingIsSeenBeforeTheEnd()
    {
        QStringList seen;
        ExtractOptions options;
        options.progress = [&](std::uint64_t) { seen = names(); };
        QVERIFY(extract(tarOf({ entry("a"), entry("b") }), m_out, ExtractInto::Folder, options).ok());
        QCOMPARE(seen.size(), 1);
        QVERIFY(seen.front().startsWith(QStringLiteral(".darsena-extract-")));
        QCOMPARE(names(), (QStringList { "a", "b" }));
    }

    void keepsATar()
    {
        const std::string tar = tarOf({ entry("x") });
        const QString target = m_out + QStringLiteral("/layer.tar");
        const auto save = [&](std::string_view bytes) -> Result<Extracted> {
            MemorySource source(bytes);
            return saveStream(source, target.toStdString());
        };
        for (const std::string& bytes : { std::string("first"), tar }) {
            QVERIFY(save(bytes).ok());
            QCOMPARE(content("layer.tar").toStdString(), bytes);
            QCOMPARE(modeOf(target) & 07777U, 0644U);
        }
        MemorySource source(tar);
        LimitedSource tooLong(source, 600);
        QCOMPARE(saveStream(tooLong, target.toStdString()).error().code(), ErrorCode::TooLarge);
        QCOMPARE(content("layer.tar").toStdString(), tar); // the one before
        ExtractOptions options;
        std::stop_source stop;
        stop.request_stop();
        options.stop = stop.get_token();
        MemorySource stopped(tar);
        QCOMPARE(saveStream(stopped, target.toStdString(), options).error().code(), ErrorCode::Cancelled);
        QVERIFY(QFile::remove(target) && QDir(m_out).mkdir(QStringLiteral("layer.tar")));
        QCOMPARE(save(tar).error().code(), ErrorCode::Conflict);
        QCOMPARE(names(), QStringList { "layer.tar" });
    }

    void remarksAreBounded()
    {
        std::vector<Entry> entries;
        for (int i = 0; i < 1000; ++i)
            entries.push_back(entry("d" + std::to_string(i), EntryType::CharDevice));
        const auto done = extract(tarOf(entries), m_out);
        QVERIFY(done.ok());
        QCOMPARE(done->remarks.size(), 101U);
    }

    void twoNamesOfALinkAreTwoLinks()
    {
        const auto done = extract(tarOf({ entry("a", EntryType::Symlink, "nowhere"), entry("b", EntryType::Hardlink, "a") }), m_out);
        QVERIFY2(done.ok(), done ? "" : done.error().message().c_str());
        QCOMPARE(QFile(m_out + "/b").symLinkTarget(), m_out + "/nowhere");
    }

    void aSingleFileTakesTheDestinationsName()
    {
        const QString target = m_out + QStringLiteral("/saved as");
        for (const char* content : { "first", "second" }) {
            const auto done = extract(tarOf({ entry("passwd", EntryType::File, {}, 0640) }, content), target, ExtractInto::FileOrFolder);
            QVERIFY2(done.ok(), done ? "" : done.error().message().c_str());
            QFile file(target);
            QVERIFY(file.open(QFile::ReadOnly));
            QCOMPARE(file.readAll(), QByteArray(content));
            QCOMPARE(modeOf(target) & 07777U, 0640U);
        }
        QVERIFY(extract(tarOf({ entry("link", EntryType::Symlink, "/etc") }), target, ExtractInto::FileOrFolder).ok());
        QVERIFY(S_ISLNK(modeOf(target)));
        // Through the link into /etc: never.
        QVERIFY(extract(tarOf({ entry("x") }), target, ExtractInto::FileOrFolder).ok());
        QVERIFY(S_ISREG(modeOf(target)));
        QCOMPARE(extract(tarOf({ entry("a"), entry("b") }), target, ExtractInto::FileOrFolder).error().code(), ErrorCode::Invalid);
        QVERIFY(QDir(m_out).mkdir(QStringLiteral("kept")));
        QCOMPARE(extract(tarOf({ entry("a") }), m_out + QStringLiteral("/kept"), ExtractInto::FileOrFolder).error().code(), ErrorCode::Conflict);
        QVERIFY(QDir(m_out).rmdir(QStringLiteral("kept")));
        QVERIFY(!extract(tarOf({ entry("p", EntryType::Fifo) }), target, ExtractInto::FileOrFolder).ok());
        QVERIFY(extract(tarOf({ entry("d", EntryType::Directory), entry("d/f") }), m_out, ExtractInto::FileOrFolder).ok());
        QCOMPARE(QDir(m_out).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot), (QStringList { "d", "saved as" }));
    }

    void stoppedAndTornLeaveNothing()
    {
        const std::string whole = tarOf({ entry("ro", EntryType::Directory, {}, 0555), entry("ro/a"), entry("b", EntryType::Symlink, "ro"), entry("c") },
            std::string(300'000, 'x'));
        std::stop_source stop;
        ExtractOptions options;
        options.stop = stop.get_token();
        options.progress = [&](std::uint64_t) { stop.request_stop(); };
        QCOMPARE(extract(whole, m_out, ExtractInto::Folder, options).error().code(), ErrorCode::Cancelled);
        QVERIFY(QDir(m_out).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
        for (std::size_t bytes = 0; bytes < whole.size() - 1024; bytes += 4999) {
            if (bytes > 0) // nothing at all is an archive without members
                QVERIFY2(!extract(std::string_view(whole).substr(0, bytes), m_out).ok(), std::to_string(bytes).c_str());
            QVERIFY(QDir(m_out).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
        }
        // A directory's link turns out to be in the way at the very end.
        QVERIFY(QFile::link(QStringLiteral("elsewhere"), m_out + QStringLiteral("/b")));
        QCOMPARE(extract(whole, m_out).error().code(), ErrorCode::Conflict);
        QCOMPARE(QDir(m_out).entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot), QStringList { "b" });
    }

    void boundsHold()
    {
        ExtractOptions options;
        options.limits.entries = 3;
        const std::string four = tarOf({ entry("a"), entry("b"), entry("c"), entry("d") });
        QCOMPARE(extract(four, m_out, ExtractInto::Folder, options).error().code(), ErrorCode::TooLarge);
        options.limits = {};
        options.limits.bytes = 10;
        QCOMPARE(extract(four, m_out, ExtractInto::Folder, options).error().code(), ErrorCode::TooLarge);
        QVERIFY(QDir(m_out).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

private:
    QStringList names() const
    {
        return QDir(m_out).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot, QDir::Name);
    }
    QByteArray content(const char* name) const
    {
        QFile file(m_out + u'/' + QString::fromLatin1(name));
        return file.open(QFile::ReadOnly) ? file.readAll() : QByteArray("(cannot be opened)");
    }

    std::unique_ptr<QTemporaryDir> m_directory;
    QString m_out;
};

QTEST_GUILESS_MAIN(TestExtract)
#include "tst_extract.moc"
