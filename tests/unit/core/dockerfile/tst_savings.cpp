// SPDX-License-Identifier: GPL-3.0-or-later
// Edits that spare waste: cases of text in and text out, and what holds for every file and every waste.
#include "core/dockerfile/savings.h"
#include "tests/unit/core/dockerfile/corpus.h"

#include <QDir>
#include <QTest>

using namespace darsena;
using namespace darsena::dockerfile;

namespace {

// Cases, tests/data/dockerfile/savings/<kind>.cases:
//
//     == fires What it shows
//     @ path bytes stored>hidden removed|overwritten|opaque [same]      waste, lines of the file below
//     FROM …
//     == becomes                 the file after the fix of that kind of the first entry's group
//     == ignores                 and its lines for .dockerignore
//     == not What it shows       no fix of that kind
//
// advice.cases: "== fires KIND": the only fix of the first entry's group, which edits nothing.
const QString folder = QStringLiteral(DARSENA_TEST_DATA "/dockerfile/savings/");

struct Case {
    bool fires = false;
    QString title;
    std::vector<WasteEntry> waste;
    std::string text;
    std::string after;
    std::string ignores;
    int line = 0;
};

WasteEntry readWaste(const QString& line)
{
    const QStringList words = line.split(' ', Qt::SkipEmptyParts);
    WasteEntry entry {.path = words.value(1).toStdString(), .bytes = words.value(2).toULongLong(),
        .storedIn = words.value(3).section('>', 0, 0).toUInt(), .hiddenBy = words.value(3).section('>', 1).toUInt()};
    entry.how = words.value(4) == "removed" ? WasteEntry::How::Removed
        : words.value(4) == "opaque"        ? WasteEntry::How::Opaque
                                            : WasteEntry::How::Overwritten;
    entry.sameContent = words.value(5) == "same";
    return entry;
}

std::vector<Case> readCases(const QString& name)
{
    std::vector<Case> cases;
    std::string* text = nullptr;
    int number = 0;
    for (const QString& line : QString::fromStdString(tests::readAll(folder + name)).split('\n')) {
        ++number;
        if (line == "== becomes" || line == "== ignores") {
            text = line == "== becomes" ? &cases.back().after : &cases.back().ignores;
        } else if (line.startsWith("== ")) {
            cases.push_back({.fires = line.startsWith("== fires"), .title = line.section(' ', 2), .waste = {}, .text = {}, .after = {}, .ignores = {}, .line = number});
            text = &cases.back().text;
        } else if (line.startsWith("@ ")) {
            cases.back().waste.push_back(readWaste(line));
        } else if (text != nullptr && !(line.isEmpty() && text->ends_with("\n\n"))) {
            *text += line.toStdString() + '\n';
        }
    }
    // The last line of the file is empty.
    if (text != nullptr && text->ends_with("\n\n"))
        text->pop_back();
    return cases;
}

const WasteGroup& groupOfFirst(const std::vector<WasteGroup>& groups)
{
    for (const WasteGroup& group : groups) {
        if (std::find(group.entries.begin(), group.entries.end(), 0U) != group.entries.end())
            return group;
    }
    qFatal("an entry is in no group");
}

void addRows(const QStringList& names)
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("index");
    for (const QString& name : names) {
        const auto cases = readCases(name);
        for (std::size_t i = 0; i < cases.size(); ++i)
            QTest::newRow(qPrintable(QString("%1:%2 %3").arg(name).arg(cases[i].line).arg(cases[i].title))) << name << int(i);
    }
}

} // namespace

class SavingsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void edits_data()
    {
        QStringList names = QDir(folder).entryList({"*.cases"});
        names.removeOne("advice.cases");
        QCOMPARE(names.size(), 6);
        addRows(names);
    }
    void edits()
    {
        QFETCH(QString, file);
        QFETCH(int, index);
        const Case given = readCases(file)[std::size_t(index)];
        const std::string kind = file.section('.', 0, 0).toStdString();
        const Dockerfile dockerfile = readDockerfile(given.text);
        QVERIFY2(dockerfile.ok(), dockerfile.error().message().c_str());
        const auto groups = savings(dockerfile, given.waste);
        const WasteGroup& group = groupOfFirst(groups);
        const auto fix = std::find_if(group.fixes.begin(), group.fixes.end(), [&](const SavingFix& each) { return name(each.kind) == kind && each.applies(); });
        QVERIFY2((fix != group.fixes.end()) == given.fires, qPrintable(QString::fromStdString(group.fixes.front().title)));
        if (!given.fires)
            return;
        QCOMPARE(QString::fromStdString(applyFix(given.text, Fix {.description = {}, .edits = fix->edits})), QString::fromStdString(given.after));
        std::string ignores;
        for (const std::string& line : fix->ignoreLines)
            ignores += line + "\n";
        QCOMPARE(QString::fromStdString(ignores), QString::fromStdString(given.ignores));
        QVERIFY(!fix->title.empty() && !fix->reason.empty() && fix->line != 0);
    }

    void advice_data() { addRows({"advice.cases"}); }
    void advice()
    {
        QFETCH(QString, file);
        QFETCH(int, index);
        const Case given = readCases(file)[std::size_t(index)];
        const auto groups = savings(readDockerfile(given.text), given.waste);
        const WasteGroup& group = groupOfFirst(groups);
        QCOMPARE(group.fixes.size(), std::size_t(1));
        QVERIFY(!group.fixes.front().applies());
        QCOMPARE(QString::fromUtf8(name(group.fixes.front().kind).data()), given.title);
        QVERIFY(!group.fixes.front().title.empty() && !group.fixes.front().reason.empty());
    }

    void groupsHoldEveryEntryOnce()
    {
        const Dockerfile file = readDockerfile("FROM debian:12\nRUN apt-get update && apt-get install -y gcc\nCOPY . /src\n"
                                               "RUN make -C /src install\nRUN rm -rf /src /var/lib/apt/lists\n");
        const std::vector<WasteEntry> waste {
            {.path = "var/lib/apt/lists/a", .bytes = 10, .storedIn = 2, .hiddenBy = 5, .how = WasteEntry::How::Removed},
            {.path = "var/lib/apt/lists/b", .bytes = 30, .storedIn = 2, .hiddenBy = 5, .how = WasteEntry::How::Removed},
            {.path = "src/assets.tar", .bytes = 100, .storedIn = 3, .hiddenBy = 5, .how = WasteEntry::How::Removed},
            {.path = "src/vendor/x", .bytes = 20, .storedIn = 3, .hiddenBy = 5, .how = WasteEntry::How::Removed},
            {.path = "src/a.o", .bytes = 7, .storedIn = 4, .hiddenBy = 5, .how = WasteEntry::How::Removed},
            {.path = "etc/base", .bytes = 1, .storedIn = 0, .hiddenBy = 5, .how = WasteEntry::How::Removed}};
        QStringList found;
        for (const WasteGroup& group : savings(file, waste)) {
            QStringList indices;
            for (const std::size_t index : group.entries)
                indices << QString::number(index);
            found << QString("%1 %2 %3>%4: %5: %6").arg(QString::fromStdString(group.path)).arg(group.bytes).arg(group.storedIn).arg(group.hiddenBy)
                         .arg(indices.join(' '), QString::fromUtf8(name(group.fixes.front().kind).data()));
        }
        QCOMPARE(found.join('\n'),
            "/src 120 3>5: 2 3: bind-mount\n"
            "/var/lib/apt/lists 40 2>5: 1 0: move-removal\n"
            "/src/a.o 7 4>5: 4: move-removal\n"
            "/etc/base 1 0>5: 5: base-image");
    }

    void allAtOnce()
    {
        const Dockerfile file = readDockerfile("FROM debian:12\n"
                                               "RUN apt-get update && apt-get install -y gcc\n"
                                               "COPY assets.tar /tmp/\n"
                                               "RUN tar -xf /tmp/assets.tar -C /opt && rm /tmp/assets.tar\n"
                                               "COPY entry.sh /entry.sh\n"
                                               "RUN chmod +x /entry.sh\n"
                                               "RUN echo one > /log\n"
                                               "RUN echo two > /log\n"
                                               "RUN rm -rf /var/lib/apt/lists/*\n");
        const AllSavings all = applyAllSavings(file,
            {{.path = "var/lib/apt/lists/a", .bytes = 10, .storedIn = 2, .hiddenBy = 9, .how = WasteEntry::How::Removed},
                {.path = "tmp/assets.tar", .bytes = 100, .storedIn = 3, .hiddenBy = 4, .how = WasteEntry::How::Removed},
                {.path = "entry.sh", .bytes = 1000, .storedIn = 5, .hiddenBy = 6, .how = WasteEntry::How::Overwritten, .sameContent = true},
                {.path = "log", .bytes = 4, .storedIn = 7, .hiddenBy = 8, .how = WasteEntry::How::Overwritten},
                {.path = "bin/base", .bytes = 50, .storedIn = 0, .hiddenBy = 8, .how = WasteEntry::How::Overwritten}});
        QCOMPARE(QString::fromStdString(all.text),
            "FROM debian:12\n"
            "RUN apt-get update && apt-get install -y gcc && rm -rf /var/lib/apt/lists/*\n"
            "RUN --mount=type=bind,source=assets.tar,target=/tmp/assets.tar tar -xf /tmp/assets.tar -C /opt\n"
            "COPY --chmod=755 entry.sh /entry.sh\n"
            "RUN echo one > /log \\\n"
            "    && echo two > /log\n");
        QCOMPARE(all.bytes, std::uint64_t(1114));
        QCOMPARE(all.applied.size(), std::size_t(4));
        QVERIFY(all.ignoreLines.empty());
    }

    void editsBetweenTexts_data()
    {
        QTest::addColumn<QByteArray>("before");
        QTest::addColumn<QByteArray>("after");
        QTest::newRow("the same") << QByteArray("a\nb") << QByteArray("a\nb");
        QTest::newRow("from nothing") << QByteArray() << QByteArray("x");
        QTest::newRow("to nothing") << QByteArray("x") << QByteArray();
        QTest::newRow("repeated") << QByteArray("aaa") << QByteArray("aaaa");
        QTest::newRow("shorter") << QByteArray("abab") << QByteArray("ab");
        QTest::newRow("within a character") << QByteArray("\u00e9") << QByteArray("\u00e8");
        QTest::newRow("last byte of characters") << QByteArray("x\u0129") << QByteArray("x\u00e9");
    }
    void editsBetweenTexts()
    {
        QFETCH(QByteArray, before);
        QFETCH(QByteArray, after);
        const auto edit = editBetween(before.toStdString(), after.toStdString());
        QCOMPARE(edit.has_value(), before != after);
        if (!edit)
            return;
        QCOMPARE(QByteArray::fromStdString(applyFix(before.toStdString(), Fix {.description = {}, .edits = {*edit}})), after);
        // Both ends are ends of characters.
        QVERIFY(QString::fromUtf8(before.mid(0, edit->range.begin)).toUtf8() == before.mid(0, edit->range.begin));
        QVERIFY(QString::fromUtf8(edit->replacement.c_str()).toUtf8() == edit->replacement.c_str());
    }

    /// Whatever the file and the waste: each entry is in one group, each edit leaves a file that is taken as it was.
    void anyFileAnyWaste()
    {
        std::size_t edits = 0;
        for (const auto& [title, text] : tests::dockerfileCorpus()) {
            const Dockerfile file = readDockerfile(text);
            std::vector<WasteEntry> waste;
            const std::uint32_t lines = std::min<std::uint32_t>(file.document.source.lineCount(), 40);
            unsigned turn = 0;
            for (std::uint32_t a = 0; a <= lines; ++a) {
                for (std::uint32_t b = a; b <= std::min(lines, a + 6); ++b) {
                    static const char* paths[] {"var/lib/apt/lists/x", "tmp/x", "app/y", "usr/share/doc/z", "root/.npm/q", "", "src/a b"};
                    ++turn;
                    waste.push_back({.path = paths[turn % 7], .bytes = turn, .storedIn = a, .hiddenBy = b,
                        .how = turn % 3 == 0 ? WasteEntry::How::Removed : turn % 3 == 1 ? WasteEntry::How::Overwritten : WasteEntry::How::Opaque,
                        .sameContent = turn % 2 == 0});
                }
            }
            std::vector<int> seen(waste.size(), 0);
            for (const WasteGroup& group : savings(file, waste)) {
                QVERIFY(!group.fixes.empty());
                for (const std::size_t index : group.entries)
                    ++seen[index];
                for (const SavingFix& fix : group.fixes) {
                    if (fix.edits.empty())
                        continue;
                    ++edits;
                    const Dockerfile after = readDockerfile(applyFix(text, Fix {.description = {}, .edits = fix.edits}));
                    QVERIFY2(after.problems.size() <= file.problems.size(), qPrintable(title));
                }
            }
            QVERIFY2(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }), qPrintable(title));
            const AllSavings all = applyAllSavings(file, waste);
            QVERIFY2(readDockerfile(all.text).problems.size() <= file.problems.size(), qPrintable(title));
        }
        QVERIFY(edits > 20);
    }
};

QTEST_APPLESS_MAIN(SavingsTest)
#include "tst_savings.moc"
