// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/path_match.h"

#include <QTest>

using namespace darsena::builder;

/// Go's filepath.Match and path.Clean, as COPY needs them.
class PathMatchTest : public QObject {
    Q_OBJECT
private slots:
    void matches_data();
    void matches();
    void malformed_data();
    void malformed();
    void manyStarsAreNotExponential();
    void cleans_data();
    void cleans();
    void absolute_data();
    void absolute();
};

void PathMatchTest::matches_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("expected");
    const auto row = [](const char* pattern, const char* name, bool expected) {
        QTest::addRow("%s %s", pattern, name) << QString::fromUtf8(pattern) << QString::fromUtf8(name) << expected;
    };
    row("abc", "abc", true);
    row("abc", "abcd", false);
    row("*", "abc", true);
    row("*", "", true);
    row("*c", "abc", true);
    row("a*", "a", true);
    row("a*", "ab/c", false);
    row("a*b*c*d*e*", "axbxcxdxe", true);
    row("a*b*c*d*e*", "axbxcxdxexxx", true);
    row("a*b?c*x", "abxbbxdbxebxczzx", true);
    row("a*b?c*x", "abxbbxdbxebxczzy", false);
    row("ab[c]", "abc", true);
    row("ab[b-d]", "abc", true);
    row("ab[e-g]", "abc", false);
    row("ab[^c]", "abc", false);
    row("ab[^e-g]", "abc", true);
    row("a\\*b", "a*b", true);
    row("a\\*b", "ab", false);
    row("a?b", "a\u263ab", true);
    row("a[^a]b", "a\u263ab", true);
    row("a???b", "a\u263ab", false);
    row("[a-\u03b6]*", "\u03b1", true);
    row("[\\]a]", "]", true);
    row("[\\-]", "-", true);
    row("[x\\-]", "z", false);
    row("*x", "xxx", true);
    row("package*.json", "package-lock.json", true);
    row("*.txt", ".txt", true);
}

void PathMatchTest::matches()
{
    QFETCH(QString, pattern);
    QFETCH(QString, name);
    QFETCH(bool, expected);
    const auto matched = matchComponent(pattern.toStdString(), name.toStdString());
    QVERIFY(matched.ok());
    QCOMPARE(*matched, expected);
}

void PathMatchTest::malformed_data()
{
    QTest::addColumn<QString>("pattern");
    for (const char* pattern : { "[", "[]a]", "[-]", "[x-]", "[-x]", "[^", "[^bc", "a[", "a\\", "[a-b-c]" })
        QTest::addRow("%s", pattern) << QString::fromUtf8(pattern);
}

void PathMatchTest::malformed()
{
    QFETCH(QString, pattern);
    QVERIFY(!matchComponent(pattern.toStdString(), "a").ok());
}

void PathMatchTest::manyStarsAreNotExponential()
{
    std::string pattern;
    for (int i = 0; i < 60; ++i)
        pattern += "*a";
    pattern += "*b";
    const auto matched = matchComponent(pattern, std::string(250, 'a'));
    QVERIFY(matched.ok());
    QVERIFY(!*matched);
}

void PathMatchTest::cleans_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* path, const char* expected) { QTest::addRow("%s", path) << path << expected; };
    row(".", "");
    row("./a//b/", "a|b");
    row("/a/../b", "b");
    row("../../etc/passwd", "etc|passwd");
    row("a/../../..", "");
}

void PathMatchTest::cleans()
{
    QFETCH(QString, path);
    QFETCH(QString, expected);
    QStringList components;
    for (const std::string& component : cleanSource(path.toStdString()))
        components.append(QString::fromStdString(component));
    QCOMPARE(components.join('|'), expected);
}

void PathMatchTest::absolute_data()
{
    QTest::addColumn<QString>("directory");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* directory, const char* path, const char* expected) {
        QTest::addRow("%s %s", directory, path) << directory << path << expected;
    };
    row("/", "a", "/a");
    row("/src", "a/b/", "/src/a/b");
    row("/src", ".", "/src");
    row("/src", "/", "/");
    row("/src", "../../..", "/");
    row("/src", "/opt/./x", "/opt/x");
}

void PathMatchTest::absolute()
{
    QFETCH(QString, directory);
    QFETCH(QString, path);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(absolutePath(directory.toStdString(), path.toStdString())), expected);
}

QTEST_GUILESS_MAIN(PathMatchTest)
#include "tst_path_match.moc"
