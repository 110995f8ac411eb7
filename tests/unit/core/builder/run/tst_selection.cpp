// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/run/selection.h"

#include <QTemporaryDir>
#include <QTest>

#include <filesystem>
#include <fstream>

using namespace darsena;
using namespace darsena::builder;
namespace fs = std::filesystem;

class SelectionTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void takesWhatIsNamed();
    void ignoredFolderWithAnException();
    void contentsCountTimesDoNot();
    void knownContentsAreNotReadAgain();
    void stops();

private:
    Result<Selection> take(const std::vector<std::string>& sources, const SelectOptions& options, std::stop_token stop = {})
    {
        const auto tree = os::Beneath::open(root());
        if (!tree)
            return tree.error();
        return select(*tree, sources, options, std::move(stop));
    }
    Digest key(const SelectOptions& options)
    {
        const auto selection = take({ "." }, options);
        KeyInputs inputs;
        if (selection)
            addToInputs(inputs, *selection, false);
        return inputs.key();
    }
    static QString names(const Selection& selection)
    {
        QStringList names;
        for (const SelectedRoot& one : selection.roots) {
            for (const SelectedEntry& entry : one.entries)
                names += QString::fromStdString(entry.source);
        }
        return names.join(u' ');
    }
    fs::path root() const { return m_directory->path().toStdString(); }
    void file(const fs::path& name, std::string_view text)
    {
        fs::create_directories((root() / name).parent_path());
        std::ofstream(root() / name) << text;
    }
    std::unique_ptr<QTemporaryDir> m_directory;
};

void SelectionTest::init()
{
    m_directory = std::make_unique<QTemporaryDir>();
    file("a.txt", "A");
    file("node_modules/x/y", "Y");
    file("node_modules/keep", "K");
    file("src/main.c", "M");
}

void SelectionTest::takesWhatIsNamed()
{
    const auto all = take({ "src", "*.txt", "none*" }, {});
    QVERIFY(all.ok());
    QCOMPARE(names(*all), QString("src src/main.c a.txt"));
    QCOMPARE(all->unmatched, std::vector<std::string> { "none*" });
    QVERIFY(!take({ "missing" }, {}).ok());
}

void SelectionTest::ignoredFolderWithAnException()
{
    const auto rules = dockerfile::IgnoreRules::parse("node_modules\n!node_modules/keep\n");
    QVERIFY(rules.ok());
    SelectOptions options;
    options.ignore = &*rules;
    const auto some = take({ "." }, options);
    QVERIFY(some.ok());
    QCOMPARE(names(*some), QString(" a.txt node_modules node_modules/keep src src/main.c"));
    const auto none = take({ "node_modules/x" }, options);
    QVERIFY(!none.ok());
    QVERIFY2(QString::fromStdString(none.error().message()).contains("\"node_modules\" in line 1 of .dockerignore"), none.error().message().c_str());
}

void SelectionTest::contentsCountTimesDoNot()
{
    SelectOptions options;
    options.hash = true;
    const Digest before = key(options);
    QCOMPARE(key(options), before);
    fs::last_write_time(root() / "a.txt", fs::file_time_type::clock::now() - std::chrono::hours(5));
    QCOMPARE(key(options), before);
    fs::permissions(root() / "a.txt", fs::perms::owner_all);
    const Digest mode = key(options);
    QVERIFY(mode != before);
    file("a.txt", "B");
    QVERIFY(key(options) != mode);
}

void SelectionTest::knownContentsAreNotReadAgain()
{
    ContentHashes known;
    SelectOptions options;
    options.hash = true;
    options.known = &known;
    const Digest before = key(options);
    QVERIFY(known.find("src/main.c").has_value());
    file("src/main.c", "N");
    QCOMPARE(key(options), before);
}

void SelectionTest::stops()
{
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = take({ "." }, {}, stop.get_token());
    QVERIFY(!stopped.ok());
    QVERIFY(stopped.error().code() == ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(SelectionTest)
#include "tst_selection.moc"
