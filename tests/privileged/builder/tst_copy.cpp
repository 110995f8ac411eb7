// SPDX-License-Identifier: GPL-3.0-or-later
// What COPY and ADD do to a file system, as a table of Dockerfile and resulting tree.
#include "build_lab.h"

using namespace darsena;
using namespace darsena::builder;
using namespace darsena::builder::test;

namespace {

/// Where nothing may change, whatever a build tries.
struct Sentinel {
    fs::path path;
    struct stat before {};
    explicit Sentinel(fs::path file)
        : path(std::move(file))
    {
        std::ofstream(path) << "outside";
        ::stat(path.c_str(), &before);
    }
    bool untouched() const
    {
        struct stat now {};
        return ::stat(path.c_str(), &now) == 0 && now.st_ino == before.st_ino && now.st_mtim.tv_nsec == before.st_mtim.tv_nsec
            && now.st_mode == before.st_mode && must(os::readFile(path, 100)) == "outside";
    }
};

} // namespace

class CopyTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (::geteuid() != 0)
            QSKIP("needs root: overlay mounts and owners");
    }
    void semantics_data();
    void semantics();
    void failures_data();
    void failures();
    void timesAreWholeSeconds();
    void hardLinksStay();
    void fromImageKeepsOwners();
    void addTakesArchivesApart();
    void hostileLinksStayInside();
    void archivesCannotLeaveTheirPlace();
    void contextLinksCannotReadTheHost();
    void dockerfileOutsideOfTheContext();
    void specialFilesInTheContext();
};

void CopyTest::semantics_data()
{
    QTest::addColumn<QString>("dockerfile"); ///< what follows FROM base
    QTest::addColumn<QString>("expected"); ///< lines of the tree that the base has not
    const auto row = [](const char* name, const char* dockerfile, const char* expected) {
        QTest::addRow("%s", name) << dockerfile << expected;
    };
    row("file to a file", "COPY a.txt /new/name.txt", "d 755 0:0 new\nf 644 0:0 new/name.txt A");
    row("file into a new directory", "COPY a.txt /new/", "d 755 0:0 new\nf 644 0:0 new/a.txt A");
    row("file into an existing directory", "COPY a.txt /opt", "f 644 0:0 opt/a.txt A");
    row("replaces a file", "COPY a.txt /opt/old", "f 644 0:0 opt/old A");
    row("content of a directory", "COPY dir /d", "d 755 0:0 d\nf 600 0:0 d/one 1\nd 750 0:0 d/sub\nl 0:0 d/sub/link -> ../one\nf 755 0:0 d/sub/two 2");
    row("content of a directory with slashes", "COPY dir/sub/ /d/", "d 750 0:0 d\nl 0:0 d/link -> ../one\nf 755 0:0 d/two 2");
    row("a link that is named is followed", "COPY dir/sub/link /x", "f 600 0:0 x 1");
    row("wildcards", "COPY *.txt /w/", "d 755 0:0 w\nf 644 0:0 w/a.txt A\nf 644 0:0 w/b.txt B");
    row("wildcard in a directory", "COPY d*/o?[a-f] /w/", "d 755 0:0 w\nf 600 0:0 w/one 1");
    row("wildcard without a match", "COPY a.txt *.none /w/", "d 755 0:0 w\nf 644 0:0 w/a.txt A");
    row("several", "COPY a.txt dir b.txt /w/", "d 755 0:0 w\nf 644 0:0 w/a.txt A\nf 644 0:0 w/b.txt B\nf 600 0:0 w/one 1\nd 750 0:0 w/sub\nl 0:0 w/sub/link -> ../one\nf 755 0:0 w/sub/two 2");
    row("several matches to no slash", "COPY *.txt /w", "d 755 0:0 w\nf 644 0:0 w/a.txt A\nf 644 0:0 w/b.txt B");
    row("several to no slash", "COPY a.txt b.txt /w", "d 755 0:0 w\nf 644 0:0 w/a.txt A\nf 644 0:0 w/b.txt B");
    row("heredocs to no slash", "COPY <<one <<two /w\n1\none\n2\ntwo", "d 755 0:0 w\nf 644 0:0 w/one 1\n\nf 644 0:0 w/two 2\n");
    row("empty flags", "COPY --chown=$NONE --chmod=$NONE a.txt /x", "f 644 0:0 x A");
    row("to an empty destination", "WORKDIR /opt/app\nCOPY a.txt $NONE", "d 755 0:0 opt/app\nf 644 0:0 opt/app/a.txt A");
    row("from nothing", "COPY --from=scratch / /x", "d 755 0:0 x");
    row("relative to WORKDIR", "WORKDIR /opt/app\nCOPY a.txt .", "d 755 0:0 opt/app\nf 644 0:0 opt/app/a.txt A");
    row("everything but .dockerignore's", "COPY . /all/",
        "d 755 0:0 all\nf 644 0:0 all/.dockerignore *.log\n!keep.log\n\nf 644 0:0 all/a.txt A\nf 644 0:0 all/b.txt B\nd 755 0:0 all/dir\nf 600 0:0 all/dir/one 1\n"
        "d 750 0:0 all/dir/sub\nl 0:0 all/dir/sub/link -> ../one\nf 755 0:0 all/dir/sub/two 2\nf 644 0:0 all/keep.log K");
    row("an empty source is everything", "COPY $NONE /all/",
        "d 755 0:0 all\nf 644 0:0 all/.dockerignore *.log\n!keep.log\n\nf 644 0:0 all/a.txt A\nf 644 0:0 all/b.txt B\nd 755 0:0 all/dir\nf 600 0:0 all/dir/one 1\n"
        "d 750 0:0 all/dir/sub\nl 0:0 all/dir/sub/link -> ../one\nf 755 0:0 all/dir/sub/two 2\nf 644 0:0 all/keep.log K");
    row("chown by number", "COPY --chown=12:34 a.txt /new/x", "d 755 12:34 new\nf 644 12:34 new/x A");
    row("chown by number without group", "COPY --chown=12 a.txt /x", "f 644 12:12 x A");
    row("chown by name", "COPY --chown=web a.txt /x", "f 644 33:34 x A");
    row("chown by names", "COPY --chown=web:staff dir /x", "d 755 33:50 x\nf 600 33:50 x/one 1\nd 750 33:50 x/sub\nl 33:50 x/sub/link -> ../one\nf 755 33:50 x/sub/two 2");
    row("chmod octal", "COPY --chmod=604 dir /x", "d 604 0:0 x\nf 604 0:0 x/one 1\nd 604 0:0 x/sub\nl 0:0 x/sub/link -> ../one\nf 604 0:0 x/sub/two 2");
    row("chmod symbolic", "COPY --chmod=u=rwX,go=rX dir /x", "d 755 0:0 x\nf 644 0:0 x/one 1\nd 755 0:0 x/sub\nl 0:0 x/sub/link -> ../one\nf 755 0:0 x/sub/two 2");
    row("exclude", "COPY --exclude=sub/t* --exclude=one dir /x", "d 755 0:0 x\nd 750 0:0 x/sub\nl 0:0 x/sub/link -> ../one");
    row("parents", "COPY --parents dir/sub/two /x/", "d 755 0:0 x\nd 755 0:0 x/dir\nd 750 0:0 x/dir/sub\nf 755 0:0 x/dir/sub/two 2");
    row("parents with a pivot", "COPY --parents ./dir/./sub/two /x/", "d 755 0:0 x\nd 750 0:0 x/sub\nf 755 0:0 x/sub/two 2");
    row("parents at any depth", "COPY --parents **/two /x/", "d 755 0:0 x\nd 755 0:0 x/dir\nd 750 0:0 x/dir/sub\nf 755 0:0 x/dir/sub/two 2");
    row("into a directory behind a link", "COPY a.txt /lib/", "f 644 0:0 usr/lib/a.txt A");
    row("a directory onto a link to one", "COPY merge /", "f 644 0:0 usr/lib/new N");
    row("to a link to a file", "COPY a.txt /link-to-old", "f 644 0:0 opt/old A");
    row("below a directory a link is replaced", "COPY replace /", "l 0:0 keep -> ../dangling\nf 644 0:0 link-to-old R");
    row("heredocs", "COPY <<one.cfg <<two.cfg /etc/\nfirst\none.cfg\nsecond\ntwo.cfg", "f 644 0:0 etc/one.cfg first\n\nf 644 0:0 etc/two.cfg second\n");
    row("heredoc to a file", "COPY --chmod=700 <<EOF /run.sh\n#!/bin/sh\nEOF", "f 700 0:0 run.sh #!/bin/sh\n");
    row("source cannot climb out", "COPY ../../a.txt /x", "f 644 0:0 x A");
    row("destination cannot climb out", "COPY a.txt ../../../x", "f 644 0:0 x A");
}

void CopyTest::semantics()
{
    QFETCH(QString, dockerfile);
    QFETCH(QString, expected);
    Lab lab;
    lab.image("base",
        { { "opt/old", "old" }, { "usr/lib/libc", "c" }, { "lib -> usr/lib", "" }, { "link-to-old -> opt/old", "" }, { "etc/passwd", "root:x:0:0::/:/bin/sh\nweb:x:33:34::/:/bin/sh" },
            { "etc/group", "root:x:0:\nstaff:x:50:web" } });
    lab.file("a.txt", "A");
    lab.file("b.txt", "B");
    lab.file("debug.log", "D");
    lab.file("keep.log", "K");
    lab.file(".dockerignore", "*.log\n!keep.log\n");
    lab.file("dir/one", "1", 0600);
    lab.file("dir/sub/two", "2", 0755);
    fs::create_symlink("../one", lab.context() / "dir/sub/link");
    ::chmod((lab.context() / "dir/sub").c_str(), 0750);
    if (dockerfile.contains("merge"))
        lab.file("merge/lib/new", "N");
    if (dockerfile.contains("replace")) {
        lab.file("replace/link-to-old", "R");
        fs::create_symlink("../dangling", lab.context() / "replace/keep");
    }

    const auto base = lab.tree(must(lab.store->find("base"))).split(u'\n');
    const auto image = lab.build("FROM base\n" + dockerfile.toStdString() + "\n");
    QVERIFY2(image, lab.error.c_str());
    // Contents may span lines; what is compared is the text without the base's lines.
    QString tree = lab.tree(*image) + "\n";
    for (const QString& line : base)
        tree.replace(line + "\n", QString());
    QStringList got = tree.chopped(tree.endsWith('\n') ? 1 : 0).split(u'\n');
    QCOMPARE(got.join(u'\n'), expected);
}

void CopyTest::failures_data()
{
    QTest::addColumn<QString>("dockerfile");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const char* dockerfile, const char* expected) {
        QTest::addRow("%s", name) << dockerfile << expected;
    };
    row("missing", "COPY missing.txt /x", "Dockerfile:2: \"missing.txt\" was not found in the build context");
    row("ignored", "COPY debug.log /x", "Dockerfile:2: \"debug.log\" is not in the build context: \"*.log\" in line 1 of .dockerignore leaves it out");
    row("missing in a stage", "COPY --from=base /none /x", "Dockerfile:2: \"/none\" was not found in base");
    row("directory over a file", "COPY dir /opt/old", "Dockerfile:2: cannot copy the directory \"dir\" to /opt/old: that is a file");
    row("file over a directory", "COPY --parents dir/sub /opt/\nCOPY <<sub /opt/dir/\nx\nsub", "Dockerfile:3: cannot replace the directory /opt/dir/sub with a file");
    row("through a file", "COPY a.txt /opt/old/x", "Dockerfile:2: cannot copy to /opt/old: a part of this path is a file");
    row("unknown user", "COPY --chown=nobody a.txt /x", "Dockerfile:2: --chown=nobody: unable to find user nobody: no matching entries in passwd file");
    row("unknown group", "COPY --chown=0:nobody a.txt /x", "Dockerfile:2: --chown=0:nobody: unable to find group nobody: no matching entries in group file");
    row("user out of range", "COPY --chown=4294967296 a.txt /x", "Dockerfile:2: --chown=4294967296: the user \"4294967296\" is not between 0 and 2147483647");
    row("negative user", "COPY --chown=-1 a.txt /x", "Dockerfile:2: --chown=-1: the user \"-1\" is not between 0 and 2147483647");
    row("bad pattern", "COPY a[.txt /x/", "Dockerfile:2: the pattern \"a[.txt\" is malformed");
    row("xz archive", "ADD a.tar.xz /x/", "ADD a.tar.xz: archives compressed with bzip2 or xz are not taken apart");
    row("workdir over a file", "WORKDIR /opt/old/x", "Dockerfile:2: WORKDIR /opt/old/x: a part of this path is a file");
}

void CopyTest::failures()
{
    QFETCH(QString, dockerfile);
    QFETCH(QString, expected);
    Lab lab;
    lab.image("base", { { "opt/old", "old" }, { "etc/passwd", "root:x:0:0::/:/bin/sh\n" } });
    lab.file("a.txt", "A");
    lab.file("b.txt", "B");
    lab.file("debug.log", "D");
    lab.file(".dockerignore", "*.log\n");
    lab.file("dir/sub/two", "2");
    lab.file("a.tar.xz", std::string_view("\xfd" "7zXZ\0\0", 7));
    const std::size_t before = must(lab.store->images()).size();
    QVERIFY(!lab.build("FROM base\n" + dockerfile.toStdString() + "\n"));
    QVERIFY2(QString::fromStdString(lab.error).contains(expected), lab.error.c_str());
    QCOMPARE(lab.recorder.failure().message, lab.error);
    QCOMPARE(must(lab.store->images()).size(), before);
    QVERIFY(fs::is_empty(lab.path() / "scratch"));
    QVERIFY(fs::is_empty(lab.path() / "store" / "tmp"));
}

void CopyTest::timesAreWholeSeconds()
{
    Lab lab;
    lab.file("a", "A");
    const struct timespec times[2] = { { 1'600'000'000, 123'456'789 }, { 1'600'000'000, 987'654'321 } };
    QCOMPARE(::utimensat(AT_FDCWD, (lab.context() / "a").c_str(), times, 0), 0);
    const auto image = lab.build("FROM scratch\nCOPY a /a\n");
    QVERIFY2(image, lab.error.c_str());
    const os::OverlaySpec spec = must(lab.store->readOnlyOverlay(image->chain()));
    struct stat attributes {};
    QCOMPARE(::stat((spec.lower.back() / "a").c_str(), &attributes), 0);
    QCOMPARE(attributes.st_mtim.tv_sec, 1'600'000'000);
    QCOMPARE(attributes.st_mtim.tv_nsec, 0);
}

void CopyTest::hardLinksStay()
{
    Lab lab;
    lab.file("d/a", "A");
    fs::create_hard_link(lab.context() / "d/a", lab.context() / "d/b");
    const auto image = lab.build("FROM scratch\nCOPY d /d\n");
    QVERIFY2(image, lab.error.c_str());
    const os::OverlaySpec spec = must(lab.store->readOnlyOverlay(image->chain()));
    struct stat a {};
    struct stat b {};
    QCOMPARE(::stat((spec.lower.back() / "d/a").c_str(), &a), 0);
    QCOMPARE(::stat((spec.lower.back() / "d/b").c_str(), &b), 0);
    QCOMPARE(a.st_ino, b.st_ino);
}

void CopyTest::fromImageKeepsOwners()
{
    Lab lab;
    lab.image("base", { { "etc/passwd", "" } });
    lab.executor.commands["own"] = [](const os::Beneath& root, const RunStep&, LogSink&, std::stop_token) {
        must(root.createFile("/mine", 0640));
        must(root.setOwner("/mine", 7, 8));
        return 0;
    };
    const auto image = lab.build("FROM base AS a\nRUN own\nFROM base\nCOPY --from=a /mine /kept\nCOPY --from=a --chown=1:1 /mine /given\n");
    QVERIFY2(image, lab.error.c_str());
    const QString tree = lab.tree(*image);
    QVERIFY2(tree.contains("f 640 7:8 kept"), qPrintable(tree));
    QVERIFY2(tree.contains("f 640 1:1 given"), qPrintable(tree));
}

void CopyTest::addTakesArchivesApart()
{
    Lab lab;
    const fs::path work = lab.path() / "work";
    fs::create_directories(work / "inner");
    std::ofstream(work / "inner/file") << "F";
    ::chmod((work / "inner").c_str(), 0751);
    const std::string base = "tar --owner=5 --group=6 -C " + work.string() + " ";
    QCOMPARE(std::system((base + "-cf " + (lab.context() / "plain.tar").string() + " inner").c_str()), 0);
    QCOMPARE(std::system((base + "-czf " + (lab.context() / "packed.tgz").string() + " inner").c_str()), 0);
    QCOMPARE(std::system(("echo text | gzip > " + (lab.context() / "text.gz").string()).c_str()), 0);
    lab.file("a.txt", "A");

    const auto image = lab.build("FROM scratch\nADD plain.tar a.txt /x/\nADD packed.tgz /y\nADD text.gz /z/\nADD --unpack=false plain.tar /w/\nCOPY plain.tar /v/\n");
    QVERIFY2(image, lab.error.c_str());
    const QString tree = lab.tree(*image);
    for (const char* line : { "d 751 5:6 x/inner", "f 644 5:6 x/inner/file F", "f 644 0:0 x/a.txt A", "f 644 5:6 y/inner/file F", "z/text.gz", "w/plain.tar", "v/plain.tar" })
        QVERIFY2(tree.contains(line), qPrintable(QString("%1\n%2").arg(line, tree)));
    QVERIFY(!tree.contains("x/plain.tar"));
    QVERIFY(fs::is_empty(lab.path() / "scratch"));
}

void CopyTest::hostileLinksStayInside()
{
    // The image holds links to the host in every place where COPY resolves a name.
    Lab lab;
    const Sentinel sentinel(lab.path() / "sentinel");
    const std::string outside = lab.path().string();
    lab.image("evil", { { "abs -> " + outside, "" }, { "up -> ../../../../../../../.." + outside, "" }, { "file -> " + outside + "/sentinel", "" } });
    lab.file("a", "A");
    lab.file("sentinel", "S");
    const auto image = lab.build("FROM evil\nCOPY sentinel /abs/\nCOPY sentinel /up/\nCOPY a /file\nWORKDIR /abs/made\n");
    QVERIFY2(image, lab.error.c_str());
    QVERIFY(sentinel.untouched());
    QVERIFY(!fs::exists(lab.path() / "made"));
    QVERIFY(!fs::exists(lab.path() / "a"));
    // Inside the image the same names exist now, under the links' targets.
    QVERIFY2(lab.tree(*image).contains(QString::fromStdString(outside.substr(1) + "/made")), qPrintable(lab.tree(*image)));

    // Copying out of it reads only what is inside.
    QVERIFY(!lab.build("FROM scratch\nCOPY --from=evil /file /x\n"));
    QVERIFY2(QString::fromStdString(lab.error).contains("was not found in evil"), lab.error.c_str());
}

void CopyTest::archivesCannotLeaveTheirPlace()
{
    Lab lab;
    const Sentinel sentinel(lab.path() / "sentinel");
    const fs::path work = lab.path() / "work";
    fs::create_directories(work);
    std::ofstream(work / "sentinel") << "stolen";
    const std::string tarFile = (lab.context() / "evil.tar").string();
    QCOMPARE(std::system(("tar -C " + work.string() + " -P --transform 's,^,../../../../../../../.." + lab.path().string() + "/,' -cf " + tarFile + " sentinel 2>/dev/null").c_str()), 0);
    const auto image = lab.build("FROM scratch\nADD evil.tar /x/\n");
    QVERIFY(sentinel.untouched());
    QVERIFY(!image);
    QVERIFY2(QString::fromStdString(lab.error).contains("ADD evil.tar"), lab.error.c_str());
}

void CopyTest::contextLinksCannotReadTheHost()
{
    Lab lab;
    std::ofstream(lab.path() / "secret") << "host secret";
    fs::create_symlink(lab.path() / "secret", lab.context() / "link");
    fs::create_symlink(lab.path(), lab.context() / "folder");
    QVERIFY(!lab.build("FROM scratch\nCOPY link /x\n"));
    QVERIFY2(QString::fromStdString(lab.error).contains("\"link\" was not found"), lab.error.c_str());
    QVERIFY(!lab.build("FROM scratch\nCOPY folder/secret /x\n"));
    // Below a directory a link is copied as the link it is.
    const auto image = lab.build("FROM scratch\nCOPY . /all\n");
    QVERIFY2(image, lab.error.c_str());
    QVERIFY(!lab.tree(*image).contains("host secret"));
}

void CopyTest::dockerfileOutsideOfTheContext()
{
    Lab lab;
    std::ofstream(lab.path() / "Evil") << "FROM scratch\n";
    for (const char* name : { "../Evil", "/etc/hostname", "sub/../../Evil" }) {
        BuildRequest request = lab.request({});
        request.dockerfile.reset();
        request.dockerfileName = name;
        QVERIFY(!lab.build(std::move(request)));
        QVERIFY2(QString::fromStdString(lab.error).contains("outside of the build context"), lab.error.c_str());
    }
    fs::create_symlink(lab.path() / "Evil", lab.context() / "Dockerfile");
    BuildRequest request = lab.request({});
    request.dockerfile.reset();
    QVERIFY(!lab.build(std::move(request)));
    QVERIFY2(QString::fromStdString(lab.error).contains("there is no file \"Dockerfile\""), lab.error.c_str());
    fs::remove(lab.context() / "Dockerfile");
    QCOMPARE(::mkfifo((lab.context() / "Dockerfile").c_str(), 0600), 0);
    request = lab.request({});
    request.dockerfile.reset();
    QVERIFY(!lab.build(std::move(request)));
}

void CopyTest::specialFilesInTheContext()
{
    Lab lab;
    QCOMPARE(::mkfifo((lab.context() / "pipe").c_str(), 0600), 0);
    QVERIFY(!lab.build("FROM scratch\nCOPY . /\n"));
    QVERIFY2(QString::fromStdString(lab.error).contains("\"pipe\" is neither a file, a directory nor a link"), lab.error.c_str());
    QVERIFY(!lab.build("FROM scratch\nCOPY pipe /x\n"));
}

QTEST_GUILESS_MAIN(CopyTest)
#include "tst_copy.moc"
