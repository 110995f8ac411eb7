// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/filter.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

using namespace darsena;
using namespace darsena::layers;

namespace {

std::string shown(const Stack& stack, const Criteria& criteria, LayerRange range)
{
    const View view = View::of(stack, range);
    const Selection selection = select(stack, view, criteria);
    std::string text;
    for (Stack::NodeId id = 0; id < stack.nodes().size(); ++id) {
        if (selection.shown[id])
            text += fmt::format("/{} ", stack.node(id).path);
    }
    return text + std::to_string(selection.matches);
}

} // namespace

class TestFilter : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void patterns_data();
    void patterns();
    void wrongExpressions();
    void criteria();
};

void TestFilter::patterns_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("path");
    QTest::addColumn<bool>("matches");
    const auto row = [](const char* pattern, const char* path, bool matches) { QTest::newRow(qPrintable(QStringLiteral("%1 on %2").arg(QLatin1String(pattern), QLatin1String(path)))) << pattern << path << matches; };
    row("", "/anything", true);
    row("LIB", "/usr/lib/x", true);
    row("a+b", "/a+b", true);
    row("a+b", "/aab", false);
    row("*.so", "/usr/lib/libc.SO", true);
    row("*.so", "/usr/lib/libc.so.6", false);
    row("lib?.so", "/usr/libc.so", true);
    row("usr/*.so", "/usr/libc.so", true);
    row("usr/*.so", "/usr/lib/libc.so", false);
    row("/usr/**.so", "/usr/lib/libc.so", true);
    row("**/cache/*", "/var/cache/apt", true);
    row("usr/**/x", "/usr/x", true);
    row("usr/**/x", "/usr/a/b/x", true);
    row("[a-c].txt", "/dir/b.txt", true);
    row("[!a-c].txt", "/dir/b.txt", false);
    row("[!a-c].txt", "/dir/d.txt", true);
    row("[.txt*", "/dir/[.txt", true);
    row("/^/usr/(lib|bin)/.*$/", "/usr/bin/x", true);
    row("/^/usr/(lib|bin)/.*$/", "/opt/usr/bin/x", false);
    row("/Lib/", "/usr/lib", false);
    row("//", "/usr//", true);
}

void TestFilter::patterns()
{
    QFETCH(QString, pattern);
    QFETCH(QString, path);
    QFETCH(bool, matches);
    const auto filter = PathFilter::parse(pattern.toStdString());
    QVERIFY2(filter, filter ? "" : filter.error().message().c_str());
    QCOMPARE(filter->matches(path.toStdString()), matches);
}

void TestFilter::wrongExpressions()
{
    const auto open = PathFilter::parse("/a(b/");
    QVERIFY(!open);
    QVERIFY(open.error().message().find("missing") != std::string::npos);
    QVERIFY(!PathFilter::regex("*"));
    QVERIFY(!PathFilter::parse(std::string(5000, 'x')));
    // What takes a backtracking engine for ever.
    const auto evil = PathFilter::regex("^/(a+)+$");
    QVERIFY(evil);
    QVERIFY(!evil->matches("/" + std::string(4000, 'a') + "!"));
}

void TestFilter::criteria()
{
    const Stack stack = stackOf({
        layer({ { 'd', "bin" }, { 'f', "bin/su", "50 s", 04755 }, { 'f', "bin/ls", "10 l" }, { 'd', "tmp", "1777" }, { 'd', "open", "777" }, { 'f', "gone", "5" }, { 'f', "same", "1" } }),
        layer({ { 'f', "bin/ls", "10 l", 0700 }, { 'w', "gone" }, { 'f', "new", "99 n" } }),
    });
    const LayerRange last { 1, 1 };
    QCOMPARE(shown(stack, {}, last), std::string("/ /bin /bin/ls /bin/su /gone /new /open /same /tmp 9"));
    Criteria changes;
    changes.same = false;
    QVERIFY(!changes.everything());
    QCOMPARE(shown(stack, changes, last), std::string("/ /bin /bin/ls /gone /new 3"));
    changes.metadataOnly = false;
    QCOMPARE(shown(stack, changes, last), std::string("/ /gone /new 2"));
    changes.removed = false;
    QCOMPARE(shown(stack, changes, last), std::string("/ /new 1"));
    Criteria large;
    large.minimumBytes = 50;
    QCOMPARE(shown(stack, large, last), std::string("/ /bin /bin/su /new 4"));
    Criteria special;
    special.setIds = true;
    QCOMPARE(shown(stack, special, last), std::string("/ /bin /bin/su 1"));
    special.worldWritable = true;
    QCOMPARE(shown(stack, special, last), std::string("/ /bin /bin/su /open 2"));
    Criteria named;
    named.path = *PathFilter::parse("ls");
    QCOMPARE(shown(stack, named, last), std::string("/ /bin /bin/ls 1"));
}

QTEST_APPLESS_MAIN(TestFilter)
#include "tst_filter.moc"
