// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/dive.h"

#include "tests/unit/core/layers/layer_lines.h"

#include <QTest>

#include <cmath>
#include <map>
#include <random>

using namespace darsena;
using namespace darsena::layers;

namespace {

using Layers = std::vector<std::vector<Line>>;

Stack stackOf(const Layers& layers)
{
    std::vector<std::shared_ptr<const Index>> indexes;
    for (const auto& lines : layers)
        indexes.push_back(layer(lines));
    return layers::stackOf(std::move(indexes));
}

/// dive's way of counting as plainly as it can be written down, with trees of maps that are put together anew for every
/// whiteout. By names, as in a tar: whiteouts are files called ".wh.NAME".
class PlainDive {
public:
    struct Node {
        std::map<std::string, Node> children;
        std::uint64_t size = 0;
        bool directory = false;
    };
    explicit PlainDive(const Layers& layers)
    {
        for (const auto& lines : layers) {
            Node& tree = m_trees.emplace_back();
            for (const Line& line : lines) {
                std::string path = line.path;
                if (line.kind == 'w')
                    path.insert(path.rfind('/') + 1, ".wh.");
                if (line.kind == 'i')
                    continue; // it comes of itself, if anything is in it
                Node node;
                node.size = line.kind == 'f' ? std::stoull(line.rest) : 0;
                node.directory = line.kind == 'd' || line.kind == 'o';
                add(tree, path, node);
            }
        }
    }
    DiveScore run()
    {
        DiveScore score;
        for (std::size_t n = 0; n < m_trees.size(); ++n) {
            m_layer = n;
            score.sizeBytes += sum(m_trees[n]);
            score.userSizeBytes += n == 0 ? 0 : sum(m_trees[n]);
            visit(m_trees[n], "");
        }
        std::int64_t least = 0, all = 0;
        for (const auto& [path, data] : m_data) {
            least += data.least;
            all += data.bytes;
            if (data.count >= 2) {
                score.matches.push_back({path, data.count, static_cast<std::uint64_t>(data.bytes)});
                score.wastedBytes += static_cast<std::uint64_t>(data.bytes);
            }
        }
        score.efficiency = all == 0 ? 1 : static_cast<double>(least) / static_cast<double>(all);
        std::ranges::sort(score.matches, [](const DiveScore::Match& left, const DiveScore::Match& right) {
            return left.bytes != right.bytes ? left.bytes > right.bytes : archive::pathBefore(left.path, right.path);
        });
        return score;
    }

private:
    struct Data {
        std::int64_t bytes = 0, least = -1;
        std::uint64_t count = 0;
    };
    static bool isMark(const std::string& name) { return name.starts_with(".wh."); }
    static void add(Node& tree, const std::string& path, const Node& what)
    {
        Node* node = &tree;
        for (const QString& name : QString::fromStdString(path).split(u'/'))
            node = &node->children[name.toStdString()];
        node->size = what.size;
        node->directory = what.directory;
    }
    static Node* find(Node& tree, const std::string& path)
    {
        Node* node = &tree;
        for (const QString& name : QString::fromStdString(path).split(u'/')) {
            const auto child = node->children.find(name.toStdString());
            if (child == node->children.end())
                return nullptr;
            node = &child->second;
        }
        return node;
    }
    static std::uint64_t sum(const Node& node)
    {
        std::uint64_t bytes = node.size;
        for (const auto& [name, child] : node.children)
            bytes += sum(child);
        return bytes;
    }
    static void stack(Node& lower, const Node& upper, const std::string& folder)
    {
        for (const auto& [name, child] : upper.children) {
            const std::string path = folder + name;
            stack(lower, child, path + "/");
            if (!isMark(name)) {
                add(lower, path, child);
                continue;
            }
            const std::string removed = folder + name.substr(4);
            if (find(lower, removed)) {
                Node* parent = folder.empty() ? &lower : find(lower, folder.substr(0, folder.size() - 1));
                parent->children.erase(name.substr(4));
            }
        }
    }
    bool visit(const Node& node, const std::string& folder)
    {
        for (const auto& [name, child] : node.children) {
            if (!child.children.empty()) {
                if (!visit(child, folder + name + "/"))
                    return false;
                continue;
            }
            const std::string path = folder + (isMark(name) ? name.substr(4) : name);
            Data& data = m_data["/" + path];
            auto bytes = static_cast<std::int64_t>(child.size);
            if (isMark(name)) {
                Node below = m_trees[0];
                for (std::size_t i = 0; i < m_layer; ++i)
                    stack(below, m_trees[i], "");
                const Node* previous = find(below, path);
                if (!previous)
                    return false;
                bytes = previous->directory ? static_cast<std::int64_t>(sum(*previous)) : 0;
            }
            data.bytes += bytes;
            data.least = data.least < 0 ? bytes : std::min(data.least, bytes);
            ++data.count;
        }
        return true;
    }
    std::vector<Node> m_trees;
    std::map<std::string, Data> m_data;
    std::size_t m_layer = 0;
};

/// "/path count bytes", one a line.
QString matchesOf(const DiveScore& score)
{
    std::string text;
    for (const DiveScore::Match& match : score.matches)
        text += fmt::format("{} {} {}\n", match.path, match.count, match.bytes);
    return QString::fromStdString(text);
}

/// dive's path names of one layer, in its order; "-" in front of those that are not leaves.
QString orderOf(const std::vector<Line>& lines)
{
    const auto index = layer(lines);
    QStringList names;
    for (const DiveVisit& visit : diveOrder(*index)) {
        std::string path(index->entries()[visit.entry].path);
        if (visit.whiteout)
            path.insert(path.rfind('/') + 1, ".wh.");
        names += QString::fromStdString((visit.leaf ? "" : "-") + path);
    }
    return names.join(u' ');
}

} // namespace

/// The figures that dive gives, worked out by hand from its rules, or taken from its own tests.
class TestDive : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void figures_data();
    void figures();
    void publishedExample();
    void sharesThatAreNoNumbers();
    void order_data();
    void order();
    void aMissingPathEndsItsLayer();
    void aMissingPathAloneCostsOneByte();
    void ignoredPaths();
    void layersThatAreNotRead();
    void asCountedPlainly();
    void theSameOnEveryRun();
};

void TestDive::figures_data()
{
    QTest::addColumn<Layers>("layers");
    QTest::addColumn<qulonglong>("size");
    QTest::addColumn<double>("efficiency");
    QTest::addColumn<qulonglong>("wasted");
    QTest::addColumn<QString>("matches");
    const auto row = [](const char* title, Layers layers, qulonglong size, double efficiency, qulonglong wasted,
                         const char* matches) {
        QTest::newRow(title) << std::move(layers) << size << efficiency << wasted << QString::fromLatin1(matches);
    };
    // dive's own unit tests.
    row("dive: two copies and a directory that it does not know",
        {{{'i', "etc"}, {'i', "etc/nginx"}, {'f', "etc/nginx/nginx.conf", "2000 a"},
             {'f', "etc/nginx/public", "3000 p"}},
            {{'i', "etc"}, {'i', "etc/nginx"}, {'f', "etc/nginx/nginx.conf", "5000 b"}, {'f', "etc/athing", "10000 t"}},
            {{'i', "etc"}, {'w', "etc/nginx"}}},
        20000, 0.75, 7000, "/etc/nginx/nginx.conf 2 7000\n");
    row("dive: a scratch image", {{{'f', "nothing", "0"}}, {}, {}}, 0, 1, 0, "");

    row("nothing twice", {{{'f', "a", "100 a"}}, {{'f', "b", "50 b"}}}, 150, 1, 0, "");
    // 100 is the least of 100 and 300: 100 of 400.
    row("a file stored again", {{{'f', "a", "100 a"}}, {{'f', "a", "300 b"}}}, 400, 0.25, 400, "/a 2 400\n");
    row("three copies of a file", {{{'f', "a", "100 a"}}, {{'f', "a", "100 a"}}, {{'f', "a", "100 a"}}}, 300, 1.0 / 3,
        300, "/a 3 300\n");
    // A removed file: the least is 0, so that all of its bytes count.
    row("a removed file", {{{'f', "a", "100 a"}, {'f', "b", "100 b"}}, {{'w', "a"}}}, 200, 0.5, 100, "/a 2 100\n");
    row("a file removed and made again", {{{'f', "a", "100 a"}}, {{'w', "a"}}, {{'f', "a", "20 a"}}}, 120, 0, 120,
        "/a 3 120\n");
    // A removed directory: one new path with 300, which it adds to both sides.
    row("a later layer removes a directory",
        {{{'d', "keep"}, {'f', "keep/a", "100 a"}},
            {{'d', "tmp"}, {'f', "tmp/x", "200 x"}, {'d', "tmp/s"}, {'f', "tmp/s/y", "100 y"}}, {{'w', "tmp"}}},
        400, 1, 0, "");
    // … 300 in all: 400 of 700 without a match would be 1; here /tmp/x was stored twice: 100 + 500 + 500 against 100 +
    // 700 + 500.
    row("a removed directory with a file stored twice",
        {{{'d', "keep"}, {'f', "keep/a", "100 a"}}, {{'d', "tmp"}, {'f', "tmp/x", "200 x"}},
            {{'d', "tmp"}, {'f', "tmp/x", "500 x"}}, {{'w', "tmp"}}},
        800, 800.0 / 1300, 700, "/tmp/x 2 700\n");
    // Removed while it was empty, and seen before as a leaf: a match of nothing.
    row("an empty directory in two layers", {{{'d', "e"}, {'f', "a", "10 a"}}, {{'d', "e"}}}, 10, 1, 0, "/e 2 0\n");
    // A directory once as a leaf (0) and once as a whiteout of what it held since (40): least 0.
    row("a directory that was a leaf, filled and removed",
        {{{'d', "d"}}, {{'d', "d"}, {'f', "d/x", "40 x"}}, {{'w', "d"}}}, 40, 0.5, 40, "/d 2 40\n");
    row("an opaque directory", {{{'d', "d"}, {'f', "d/old", "70 o"}}, {{'o', "d"}, {'f', "d/new", "70 n"}}}, 140, 1, 0,
        "");
    // The mark itself is dropped: what is left of the directory is a leaf.
    row("an opaque directory and nothing in it", {{{'d', "d"}, {'f', "d/old", "70 o"}}, {{'o', "d"}}}, 70, 1, 0, "");
    // What the opaque directory hid is still there for dive: the whiteout removes 140.
    row("removed after an opaque directory",
        {{{'d', "d"}, {'f', "d/old", "70 o"}}, {{'o', "d"}, {'f', "d/new", "70 n"}}, {{'w', "d"}},
            {{'f', "d", "10 f"}}},
        150, (140 + 10.0) / (140 + 140 + 10), 150, "/d 2 150\n");
    row("a directory replaced by a file", {{{'d', "d"}, {'f', "d/a", "30 a"}}, {{'f', "d", "1 f"}}}, 31, 1, 0, "");
    row("a file replaced by a directory", {{{'f', "d", "30 a"}}, {{'d', "d"}, {'f', "d/x", "7 x"}}}, 37, 1, 0, "");
    // The file keeps the directory's children, but is none: its whiteout counts with 0.
    row("a directory replaced by a file and removed",
        {{{'d', "d"}, {'f', "d/a", "30 a"}}, {{'f', "d", "1 f"}}, {{'w', "d"}}}, 31, 30.0 / 31, 1, "/d 2 1\n");
    // … and still has them when it becomes a directory again: 30.
    row("a directory again",
        {{{'d', "d"}, {'f', "d/a", "30 a"}}, {{'f', "d", "1 f"}}, {{'d', "d"}, {'f', "d/b", "4 b"}}, {{'w', "d"}}}, 35,
        (30 + 1 + 4.0) / (30 + 1 + 4 + 34), 35, "/d 2 35\n");
    row("a symlink with another target", {{{'l', "l", "a"}, {'f', "x", "5 x"}}, {{'l', "l", "b"}}}, 5, 1, 0,
        "/l 2 0\n");
    row("only the time differs", {{{'f', "a", "100 a", 0755, 1}}, {{'f', "a", "100 a", 0755, 2}}}, 200, 0.5, 200,
        "/a 2 200\n");
    row("only xattrs differ", {{{'f', "a", "100 a", 0755, 0, 0, 1}}, {{'f', "a", "100 a", 0755, 0, 0, 2}}}, 200, 0.5,
        200, "/a 2 200\n");
    // The second name keeps the bytes alive; dive counts them all the same.
    row("the first name of a hard link removed", {{{'f', "a", "100 a"}, {'h', "b", "a"}}, {{'w', "a"}}}, 100, 0, 100,
        "/a 2 100\n");
    row("the same content twice", {{{'f', "a", "100 a"}, {'f', "b", "100 a"}}}, 200, 1, 0, "");
    row("no layers", {}, 0, 1, 0, "");
    row("empty layers", {{}, {}}, 0, 1, 0, "");
    // The upper layer does not name "d" itself; dive then takes it for no directory and counts the whiteout with 0.
    row("a directory that a layer in between does not name",
        {{{'d', "d"}, {'f', "d/a", "30 a"}}, {{'i', "d"}, {'f', "d/b", "4 b"}}, {{'w', "d"}}}, 34, 1, 0, "");
    // The directory's own whiteout does not remove what its layer brings (".wh.d" comes before "d").
    row("removed and brought again by one layer",
        {{{'d', "d"}, {'f', "d/a", "30 a"}}, {{'w', "d"}, {'f', "d/b", "5 b"}}, {{'i', "d"}, {'w', "d/b"}}}, 35,
        60.0 / 65, 5, "/d/b 2 5\n");
}

void TestDive::figures()
{
    QFETCH(Layers, layers);
    QFETCH(qulonglong, size);
    QFETCH(double, efficiency);
    QFETCH(qulonglong, wasted);
    QFETCH(QString, matches);
    const DiveScore score = diveScore(stackOf(layers));
    QCOMPARE(score.sizeBytes, size);
    QCOMPARE(score.efficiency, efficiency);
    QCOMPARE(score.wastedBytes, wasted);
    QCOMPARE(matchesOf(score), matches);
}

/// The image that dive's tests and documentation show, as its layers are: the same five figures, to the last digit.
void TestDive::publishedExample()
{
    const std::string f = "6405 f";
    const Stack stack = stackOf(Layers {
        {{'d', "bin"}, {'f', "bin/[", "1154361 b"}, {'d', "root"}, {'d', "tmp"}},
        {{'f', "somefile.txt", f}},
        {{'d', "root"}, {'d', "root/example"}, {'d', "root/example/really"}, {'d', "root/example/really/nested"}},
        {{'d', "root"}, {'d', "root/example"}, {'f', "root/example/somefile1.txt", f}},
        {{'d', "root"}, {'d', "root/example"}, {'f', "root/example/somefile1.txt", f, 0444}},
        {{'d', "root"}, {'d', "root/example"}, {'f', "root/example/somefile2.txt", f}},
        {{'d', "root"}, {'d', "root/example"}, {'f', "root/example/somefile3.txt", f}},
        {{'d', "root"}, {'d', "root/example"}, {'w', "root/example/somefile3.txt"}, {'f', "root/saved.txt", f}},
        {{'d', "root"}, {'f', "root/.saved.txt", f}},
        {{'d', "root"}, {'w', "root/example"}},
        {{'d', "root"}, {'d', "root/.data"}, {'f', "root/.data/tag.sh", "2187 s"}},
        {{'d', "root"}, {'f', "root/saved.txt", f}},
        {{'d', "tmp"}, {'f', "tmp/saved.again1.txt", f}},
        {{'d', "root"}, {'d', "root/.data"}, {'f', "root/.data/saved.again2.txt", f}},
    });
    const DiveScore score = diveScore(stack);
    QCOMPARE(score.sizeBytes, 1220598U);
    QCOMPARE(score.userSizeBytes, 66237U);
    QCOMPARE(score.wastedBytes, 32025U);
    QVERIFY(score.efficiency == 0.9844212134184309);
    QVERIFY(score.userWastedPercent() == 0.4834911001404049);
    QCOMPARE(matchesOf(score),
        QStringLiteral(
            "/root/example/somefile1.txt 2 12810\n/root/saved.txt 2 12810\n/root/example/somefile3.txt 2 6405\n"));
}

void TestDive::sharesThatAreNoNumbers()
{
    QVERIFY(std::isnan(diveScore(stackOf(Layers {{{'f', "a", "10 a"}}})).userWastedPercent()));
    QVERIFY(std::isinf(diveScore(stackOf(Layers {{{'f', "a", "10 a"}}, {{'w', "a"}}})).userWastedPercent()));
    // Three copies: 300 of 200.
    QCOMPARE(diveScore(stackOf(Layers {{{'f', "a", "100 a"}}, {{'f', "a", "100 a"}}, {{'f', "a", "100 a"}}}))
                 .userWastedPercent(),
        1.5);
    // Two copies and nothing else: twice of what was added.
    QCOMPARE(diveScore(stackOf(Layers {{{'f', "a", "10 a"}}, {{'f', "a", "10 b"}}})).userWastedPercent(), 2.0);
}

void TestDive::order_data()
{
    QTest::addColumn<std::vector<Line>>("lines");
    QTest::addColumn<QString>("order");
    using Lines = std::vector<Line>;
    QTest::newRow("children first") << Lines {{'d', "a"}, {'f', "a/x", "1"}, {'f', "a.b", "1"}, {'d', "e"}}
                                    << "a/x -a a.b e";
    QTest::newRow("whiteouts by their own names") << Lines {{'f', "+", "1"}, {'f', ".a", "1"}, {'f', ".wz", "1"},
        {'f', "a", "1"}, {'w', "z"}, {'w', "+x"}} << "+ .a .wh.+x .wh.z .wz a";
    QTest::newRow("names that begin as whiteouts do")
        << Lines {{'f', ".wh", "1"}, {'w', "q"}, {'f', ".wh-", "1"}, {'f', ".wi", "1"}} << ".wh .wh- .wh.q .wi";
    QTest::newRow("in directories") << Lines {{'d', "d"}, {'w', "d/b"}, {'f', "d/a", "1"}, {'d', "e"}, {'w', "e/z"}}
                                    << "d/.wh.b d/a -d e/.wh.z -e";
    QTest::newRow("a name removed and brought again") << Lines {{'w', "d"}, {'f', "d/x", "1"}} << ".wh.d d/x -d";
    QTest::newRow("the root is no path") << Lines {{'d', ""}, {'f', "x", "1"}} << "x";
    QTest::newRow("nothing") << Lines {} << "";
}

void TestDive::order()
{
    QFETCH(std::vector<Line>, lines);
    QFETCH(QString, order);
    QCOMPARE(orderOf(lines), order);
}

/// Everything that comes after the whiteout of what is not there is not counted; what comes before it is.
void TestDive::aMissingPathEndsItsLayer()
{
    const DiveScore score = diveScore(stackOf(Layers {
        {{'f', "+", "10 a"}, {'f', "x", "100 x"}, {'f', "removed", "1000 r"}},
        {{'f', "+", "10 b"}, {'w', "missing"}, {'w', "removed"}, {'f', "x", "100 y"}, {'f', "new", "7 n"}},
    }));
    // "+" twice, .wh.missing ends it. The path that was looked up in vain takes 1 from the least sizes: 10 + 100 + 1000
    // - 1 of 1120.
    QCOMPARE(matchesOf(score), QStringLiteral("/+ 2 20\n"));
    QCOMPARE(score.efficiency, 1109.0 / 1120);
    QCOMPARE(score.sizeBytes, 1227U); // sizes are those of all files
    // The tree that the next layers see is not cut off: "removed" is gone there.
    const DiveScore later = diveScore(stackOf(Layers {
        {{'f', "removed", "1000 r"}},
        {{'w', "missing"}, {'w', "removed"}},
        {{'w', "removed"}, {'f', "z", "1 z"}},
    }));
    QCOMPARE(matchesOf(later), QString());
    QCOMPARE(later.efficiency, 999.0 / 1000);
}

void TestDive::aMissingPathAloneCostsOneByte()
{
    QCOMPARE(diveScore(stackOf(Layers {{{'f', "a", "100 a"}}, {{'w', "b"}}})).efficiency, 0.99);
    // In the lowest layer nothing can be removed.
    QCOMPARE(
        diveScore(stackOf(Layers {{{'w', "0"}, {'f', "a", "100 a"}}, {{'f', "a", "100 b"}}})).efficiency, 99.0 / 100);
}

void TestDive::ignoredPaths()
{
    const Stack stack = stackOf(Layers {
        {{'d', "d"}, {'f', "d/a", "100 a"}, {'f', "b", "30 b"}},
        {{'d', "d"}, {'f', "d/a", "100 b"}, {'w', "nowhere"}, {'f', "b", "30 c"}, {'f', "c", "20 c"}},
        {{'w', "d"}},
    });
    const DiveScore score = diveScore(stack, [](std::string_view path) { return path == "d/a" || path == "nowhere"; });
    QCOMPARE(matchesOf(score), QStringLiteral("/b 2 60\n"));
    QCOMPARE(score.sizeBytes, 80U);
    QCOMPARE(score.userSizeBytes, 50U);
    QCOMPARE(score.efficiency, 50.0 / 80);
}

void TestDive::layersThatAreNotRead()
{
    const Stack stack = layers::stackOf({nullptr, layer({{'f', "a", "10 a"}}), nullptr});
    QCOMPARE(diveScore(stack).sizeBytes, 10U);
}

/// Layers at random, over few names that sort before and after ".wh.".
void TestDive::asCountedPlainly()
{
    std::mt19937 random(11);
    const auto below = [&](unsigned bound) { return static_cast<unsigned>(random() % bound); };
    int withMatches = 0;
    for (int round = 0; round < 3000; ++round) {
        Layers all;
        for (unsigned layerCount = 1 + below(6); layerCount-- > 0;) {
            std::map<std::string, Line> lines;
            for (unsigned i = below(8); i-- > 0;) {
                std::string path;
                for (unsigned depth = 1 + below(3); depth-- > 0;)
                    path += (path.empty() ? "" : "/") + std::string(1, "+.az"[below(4)]) + (below(4) == 0 ? "" : "x");
                if (path.find("./") != std::string::npos || path.ends_with('.'))
                    continue;
                bool blocked = lines.contains(path);
                std::vector<std::string> parents;
                for (std::size_t slash = path.find('/'); slash != std::string::npos;
                     slash = path.find('/', slash + 1)) {
                    parents.push_back(path.substr(0, slash));
                    const auto parent = lines.find(parents.back());
                    blocked = blocked
                        || (parent != lines.end() && parent->second.kind != 'd' && parent->second.kind != 'i'
                            && parent->second.kind != 'o');
                }
                if (blocked)
                    continue;
                for (const std::string& parent : parents)
                    lines.try_emplace(parent, Line {"di"[below(2)], parent});
                const char kind = "fffwwwdo"[below(8)];
                lines.emplace(path, Line {kind, path, kind == 'f' ? fmt::format("{} x", below(50)) : ""});
            }
            std::vector<Line>& made = all.emplace_back();
            for (const auto& [path, line] : lines)
                made.push_back(line);
        }
        const DiveScore wanted = PlainDive(all).run();
        const DiveScore got = diveScore(stackOf(all));
        QCOMPARE(matchesOf(got), matchesOf(wanted));
        QVERIFY(got.efficiency == wanted.efficiency);
        QCOMPARE(got.sizeBytes, wanted.sizeBytes);
        QCOMPARE(got.userSizeBytes, wanted.userSizeBytes);
        withMatches += wanted.matches.empty() ? 0 : 1;
    }
    QVERIFY(withMatches > 300);
}

void TestDive::theSameOnEveryRun()
{
    std::vector<Line> lines;
    for (int i = 0; i < 500; ++i)
        lines.push_back({'f', fmt::format("{}", i * 7919 % 1000), "10 x"});
    const Stack stack = stackOf(Layers {lines, lines});
    const DiveScore score = diveScore(stack);
    QVERIFY(std::ranges::is_sorted(score.matches, {}, &DiveScore::Match::path));
    QCOMPARE(matchesOf(diveScore(stack)), matchesOf(score));
}

QTEST_APPLESS_MAIN(TestDive)
#include "tst_dive.moc"
