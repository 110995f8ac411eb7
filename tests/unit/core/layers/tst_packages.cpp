// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/packages.h"
#include "core/layers/packages/parsers.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <sqlite3.h>

#include <fstream>
#include <map>
#include <random>

using namespace darsena;
using namespace darsena::layers;

namespace {

/// "name version architecture", one a line.
QString found(PackageKind kind, std::string_view content)
{
    const auto list = packages(kind, content);
    if (!list)
        return QString::fromStdString("error: " + list.error().message());
    std::string text;
    for (const Package& package : *list) {
        if (package.kind != kind)
            qFatal("another kind");
        text += fmt::format("{} {} {}\n", package.name, package.version, package.architecture);
    }
    return QString::fromStdString(text);
}

void putNumber(std::string& to, std::uint32_t number)
{
    for (const int shift : {24, 16, 8, 0})
        to += static_cast<char>(number >> shift);
}

/// An rpm header with these string tags, and an epoch unless it is negative.
std::string header(const std::map<std::uint32_t, std::string>& texts, int epoch = -1)
{
    std::string entries, data;
    std::uint32_t count = 0;
    const auto add = [&](std::uint32_t tag, std::uint32_t type, const std::string& value) {
        putNumber(entries, tag);
        putNumber(entries, type);
        putNumber(entries, static_cast<std::uint32_t>(data.size()));
        putNumber(entries, 1);
        data += value;
        ++count;
    };
    std::string number;
    putNumber(number, static_cast<std::uint32_t>(epoch));
    if (epoch >= 0)
        add(1003, 4, number);
    for (const auto& [tag, text] : texts)
        add(tag, 6, text + '\0');
    std::string blob;
    putNumber(blob, count);
    putNumber(blob, static_cast<std::uint32_t>(data.size()));
    return blob + entries + data;
}

/// A database as SQLite itself writes it.
std::string database(
    const std::vector<std::string>& statements, const std::vector<std::string>& headers, bool wal = false)
{
    QTemporaryDir folder;
    const QByteArray file = folder.filePath(QStringLiteral("rpmdb.sqlite")).toUtf8();
    sqlite3* handle = nullptr;
    const auto run = [&](const std::string& sql) {
        if (sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
            qFatal("%s: %s", sql.c_str(), sqlite3_errmsg(handle));
    };
    sqlite3_open(file.constData(), &handle);
    if (wal)
        run("PRAGMA journal_mode=WAL");
    for (const std::string& statement : statements)
        run(statement);
    for (const std::string& blob : headers) {
        sqlite3_stmt* insert = nullptr;
        sqlite3_prepare_v2(handle, "INSERT INTO Packages(blob) VALUES(?)", -1, &insert, nullptr);
        sqlite3_bind_blob(insert, 1, blob.data(), static_cast<int>(blob.size()), SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_finalize(insert);
    }
    sqlite3_close(handle);
    std::ifstream in(file.constData(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

const std::vector<std::string> rpmSchema {
    "CREATE TABLE Packages(hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)"};

} // namespace

class TestPackages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void dpkg();
    void dpkgAgreesWithDpkg();
    void apk();
    void rpm();
    void rpmHeaders();
    void rpmHostileDatabases();
    void npm();
    void pip();
    void anyBytes();
    void files();
    void changes();
};

void TestPackages::dpkg()
{
    QCOMPARE(found(PackageKind::Dpkg,
                 "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\nDescription: x\n "
                 "Version: 9\n\n"
                 "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
                 "Package: half\nStatus: install reinstreq half-installed\nVersion: 1\n\n\n"
                 "package: bash\nVersion:\t5.2 \r\n"),
        "bash 5.2 \nlibc6 2.36-9 amd64\n");
    QCOMPARE(found(PackageKind::Dpkg, "Package: without-version\n\nVersion: 1\n"), "");
    QCOMPARE(found(PackageKind::Dpkg, ""), "");
}

/// This machine's own database, by the program it belongs to.
void TestPackages::dpkgAgreesWithDpkg()
{
    const QString program = QStandardPaths::findExecutable(QStringLiteral("dpkg-query"));
    const auto status = [] {
        QFile file(QStringLiteral("/var/lib/dpkg/status"));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray before = status();
    if (program.isEmpty() || before.isEmpty())
        QSKIP("needs dpkg");
    QProcess query;
    query.start(program,
        {QStringLiteral("-W"), QStringLiteral("-f=${db:Status-Status}\t${Package} ${Version} ${Architecture}\n")});
    QVERIFY(query.waitForFinished());
    // Packages that are just being installed stand in a journal beside the file.
    if (status() != before || !QDir(QStringLiteral("/var/lib/dpkg/updates")).isEmpty(QDir::Files))
        QSKIP("dpkg is at work");
    QStringList wanted;
    for (const QString& line : QString::fromUtf8(query.readAllStandardOutput()).split(u'\n', Qt::SkipEmptyParts)) {
        if (line.startsWith(QStringLiteral("installed\t")))
            wanted += line.section(u'\t', 1);
    }
    QStringList got = found(PackageKind::Dpkg, before.toStdString()).split(u'\n', Qt::SkipEmptyParts);
    wanted.sort();
    got.sort();
    QVERIFY(!wanted.isEmpty());
    QCOMPARE(got, wanted);
}

void TestPackages::apk()
{
    QCOMPARE(found(PackageKind::Apk,
                 "C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\np:so:libc.musl=1\nF:lib\nR:x\n\nP:busybox\nV:1.36.1-r5\nA:"
                 "x86_64\n"),
        "busybox 1.36.1-r5 x86_64\nmusl 1.2.4-r2 x86_64\n");
    QCOMPARE(found(PackageKind::Apk, "V:1\n\nP:x\n\n"), "");
}

void TestPackages::rpm()
{
    for (const bool wal : {false, true}) {
        QCOMPARE(found(PackageKind::Rpm,
                     database(rpmSchema,
                         {header({{1000, "bash"}, {1001, "5.2"}, {1002, "3.fc40"}, {1022, "x86_64"}}),
                             header({{1000, "perl"}, {1001, "5.38"}, {1002, "1"}}, 4), "no header"},
                         wal)),
            "bash 5.2-3.fc40 x86_64\nperl 4:5.38-1 \n");
    }
    QCOMPARE(found(PackageKind::Rpm, database(rpmSchema, {})), "");
    QVERIFY(found(PackageKind::Rpm, "not a database")
                .startsWith(QStringLiteral("error: the rpm database: not a SQLite file")));
    QVERIFY(found(PackageKind::Rpm, "").startsWith(QStringLiteral("error: ")));
}

void TestPackages::rpmHeaders()
{
    using packages_detail::rpmHeader;
    const std::string good = header({{1000, "bash"}, {1001, "5"}});
    QVERIFY(rpmHeader(good).has_value());
    QCOMPARE(rpmHeader(good)->version, "5");
    for (std::size_t cut = 0; cut < good.size(); ++cut)
        QVERIFY(!rpmHeader(std::string_view(good).substr(0, cut)).has_value());
    std::string many = good;
    many[0] = '\x7f'; // two thousand million entries
    QVERIFY(!rpmHeader(many).has_value());
    std::string far = good;
    far[8 + 8] = '\x7f'; // an offset outside of the data: no name then
    QVERIFY(!rpmHeader(far).has_value());
}

/// What an image may bring along in the place of the table.
void TestPackages::rpmHostileDatabases()
{
    QVERIFY(found(PackageKind::Rpm, database({"CREATE TABLE Other(x)"}, {}))
                .startsWith(QStringLiteral("error: the rpm database: no such table")));
    // A view that never ends.
    QVERIFY(found(PackageKind::Rpm,
        database({"CREATE VIEW Packages AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x AS "
                  "blob FROM c WHERE x < 0"},
            {}))
                .startsWith(QStringLiteral("error: ")));
    // A column that counts without end.
    QVERIFY(found(PackageKind::Rpm,
        database({"CREATE TABLE Packages(a, blob AS (zeroblob(1000000000)))", "INSERT INTO Packages(a) VALUES(1)"}, {}))
                .startsWith(QStringLiteral("error: ")));
    std::string broken = database(rpmSchema, {header({{1000, "bash"}, {1001, "5"}})});
    for (std::size_t at = 100; at < broken.size(); at += 7)
        broken[at] = static_cast<char>(at);
    QVERIFY(found(PackageKind::Rpm, broken).startsWith(QStringLiteral("error: ")));
}

void TestPackages::npm()
{
    QCOMPARE(found(PackageKind::Npm, R"({"name": "@vue/core", "version": "3.4.1", "dependencies": {}})"),
        "@vue/core 3.4.1 \n");
    for (const char* none : {"", "{}", "[]", R"({"name": "x"})", R"({"name": 1, "version": "2"})", "{\"name\"",
             R"({"name": "", "version": "1"})"})
        QCOMPARE(found(PackageKind::Npm, none), "");
}

void TestPackages::pip()
{
    QCOMPARE(found(PackageKind::Pip,
                 "Metadata-Version: 2.1\nName: requests\nVersion: 2.31.0\nRequires-Dist: x\n\nName: not-this\n"),
        "requests 2.31.0 \n");
    QCOMPARE(found(PackageKind::Pip, "Name: x\n\nVersion: 1\n"), "");
}

/// Nothing that an image may hold does harm, and no text is longer than it may be.
void TestPackages::anyBytes()
{
    std::mt19937 random(5);
    const std::string alphabet = "PVA:\n \x01\xff{}\"nameversionPackage";
    for (int round = 0; round < 500; ++round) {
        std::string bytes;
        for (auto i = random() % 300; i-- > 0;)
            bytes += alphabet[random() % alphabet.size()];
        for (const PackageKind kind :
            {PackageKind::Dpkg, PackageKind::Apk, PackageKind::Rpm, PackageKind::Npm, PackageKind::Pip})
            (void)packages(kind, bytes);
        (void)packages_detail::rpmHeader(bytes);
    }
    const auto longOne = packages(PackageKind::Apk, "P:" + std::string(100'000, 'x') + "\nV:1\n");
    QCOMPARE(longOne->front().name.size(), std::size_t {256});
    std::string many;
    for (std::size_t i = 0; i < maxPackages + 10; ++i)
        many += "P:x\nV:1\n\n";
    QCOMPARE(packages(PackageKind::Apk, many)->size(), maxPackages);
}

void TestPackages::files()
{
    const Stack stack = stackOf({
        layer({{'d', "var"}, {'d', "var/lib"}, {'d', "var/lib/dpkg"}, {'f', "var/lib/dpkg/status", "10 a"},
            {'d', "var/lib/dpkg/status.d"}, {'f', "var/lib/dpkg/status.d/base", "1 a"},
            {'f', "var/lib/dpkg/status.d/base.md5sums", "1 a"}, {'d', "lib"}, {'d', "lib/apk"}, {'d', "lib/apk/db"},
            {'f', "lib/apk/db/installed", "1 a"}}),
        layer({{'d', "var"}, {'d', "var/lib"}, {'d', "var/lib/dpkg"}, {'f', "var/lib/dpkg/status", "20 b"},
            {'d', "var/lib/rpm"}, {'f', "var/lib/rpm/Packages.db", "1 n"}, {'f', "var/lib/rpm/rpmdb.sqlite", "1 s"},
            {'d', "app"}, {'d', "app/node_modules"}, {'d', "app/node_modules/x"},
            {'f', "app/node_modules/x/package.json", "1 x"}, {'d', "app/node_modules/x/test"},
            {'f', "app/node_modules/x/test/package.json", "1 x"}, {'d', "app/node_modules/@s"},
            {'d', "app/node_modules/@s/y"}, {'f', "app/node_modules/@s/y/package.json", "1 x"},
            {'f', "app/package.json", "1 x"}, {'d', "py"}, {'d', "py/r-1.dist-info"},
            {'f', "py/r-1.dist-info/METADATA", "1 m"}, {'d', "py/e.egg-info"}, {'f', "py/e.egg-info/PKG-INFO", "1 m"},
            {'f', "py/old.egg-info", "1 m"}, {'l', "py/z.egg-info", "e.egg-info"}}),
        layer({{'w', "lib"}}),
    });
    const auto list = [&](std::size_t count) {
        QStringList lines;
        for (const PackageFile& file : packageFiles(stack, count))
            lines += QString::fromStdString(
                fmt::format("{}{} {} {}", file.readable ? "" : "!", name(file.kind), file.path, file.layer));
        return lines;
    };
    QCOMPARE(list(1),
        QStringList({QStringLiteral("apk lib/apk/db/installed 0"), QStringLiteral("dpkg var/lib/dpkg/status 0"),
            QStringLiteral("dpkg var/lib/dpkg/status.d/base 0")}));
    QCOMPARE(list(3),
        QStringList({QStringLiteral("npm app/node_modules/@s/y/package.json 1"),
            QStringLiteral("npm app/node_modules/x/package.json 1"), QStringLiteral("pip py/e.egg-info/PKG-INFO 1"),
            QStringLiteral("pip py/old.egg-info 1"), QStringLiteral("pip py/r-1.dist-info/METADATA 1"),
            QStringLiteral("dpkg var/lib/dpkg/status 1"), QStringLiteral("dpkg var/lib/dpkg/status.d/base 0"),
            QStringLiteral("!rpm var/lib/rpm/Packages.db 1"), QStringLiteral("rpm var/lib/rpm/rpmdb.sqlite 1")}));
    QCOMPARE(list(0), QStringList());
}

void TestPackages::changes()
{
    const auto changed = packageChanges({{PackageKind::Dpkg, "a", "1", "amd64"}, {PackageKind::Dpkg, "b", "1", ""},
                                            {PackageKind::Dpkg, "same", "1", ""}, {PackageKind::Npm, "x", "1", ""},
                                            {PackageKind::Npm, "x", "1", ""}, {PackageKind::Npm, "x", "2", ""}},
        {{PackageKind::Npm, "x", "2", ""}, {PackageKind::Dpkg, "same", "1", ""}, {PackageKind::Dpkg, "a", "2", "amd64"},
            {PackageKind::Dpkg, "c", "1", ""}, {PackageKind::Pip, "a", "1", ""}});
    std::string text;
    for (const PackageChange& change : changed)
        text += fmt::format("{} {} {} > {}\n", name(change.kind), change.name, fmt::join(change.before, ","),
            fmt::join(change.after, ","));
    QCOMPARE(QString::fromStdString(text), "dpkg a 1 > 2\ndpkg b 1 > \ndpkg c  > 1\nnpm x 1,2 > 2\npip a  > 1\n");
    QVERIFY(packageChanges({}, {}).empty());
}

QTEST_APPLESS_MAIN(TestPackages)
#include "tst_packages.moc"
