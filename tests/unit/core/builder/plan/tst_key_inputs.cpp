// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/builder/plan/key_inputs.h"

#include <QTest>

#include <fmt/format.h>

using namespace darsena;
using namespace darsena::builder;
using Kind = KeyInputs::Kind;

namespace {

KeyInputs sample()
{
    KeyInputs inputs;
    inputs.add(Kind::Instruction, {}, "COPY . /src");
    inputs.addHidden(Kind::Arg, "VERSION", "=1");
    inputs.add(Kind::File, "hello.c", "100644 aa");
    inputs.add(Kind::File, "util.c", "100644 bb");
    inputs.add(Kind::Parent, {}, "sha256:1");
    return inputs;
}

QString why(const KeyInputs& now, const KeyInputs& before)
{
    return QString::fromStdString(sentence(now.differences(before)));
}

} // namespace

class KeyInputsTest : public QObject {
    Q_OBJECT
private slots:
    void keyDependsOnEverything();
    void fieldsDoNotRunTogether();
    void differencesNameTheCause();
    void ownCausesComeFirst();
    void survivesJson();
    void refusesDamagedJson_data();
    void refusesDamagedJson();
    void hiddenValuesAreNotKept();
    void manyFilesAreGrouped();
};

void KeyInputsTest::keyDependsOnEverything()
{
    QCOMPARE(sample().key(), sample().key());
    KeyInputs more = sample();
    more.add(Kind::File, "new.c", "");
    QVERIFY(more.key() != sample().key());
}

void KeyInputsTest::fieldsDoNotRunTogether()
{
    KeyInputs one;
    one.add(Kind::File, "ab", "c");
    KeyInputs two;
    two.add(Kind::File, "a", "bc");
    QVERIFY(one.key() != two.key());
    KeyInputs kind;
    kind.add(Kind::Option, "ab", "c");
    QVERIFY(one.key() != kind.key());
}

void KeyInputsTest::differencesNameTheCause()
{
    KeyInputs now;
    now.add(Kind::Instruction, {}, "COPY . /src");
    now.addHidden(Kind::Arg, "VERSION", "=2");
    now.add(Kind::File, "hello.c", "100644 cc");
    now.add(Kind::File, "new.c", "100644 dd");
    now.add(Kind::Parent, {}, "sha256:1");
    const QString text = why(now, sample());
    QVERIFY2(text.contains("ARG VERSION changed"), qPrintable(text));
    QVERIFY2(text.contains("hello.c changed"), qPrintable(text));
    // A file that came and one that went are differences, too: four in all, of which three are named.
    QVERIFY2(text.contains("and 1 more"), qPrintable(text));
    QVERIFY(sample().differences(sample()).empty());
}

void KeyInputsTest::ownCausesComeFirst()
{
    KeyInputs before;
    before.add(Kind::Parent, {}, "sha256:1");
    before.add(Kind::File, "a", "1");
    KeyInputs now;
    now.add(Kind::Parent, {}, "sha256:2");
    now.add(Kind::File, "a", "2");
    const auto reasons = now.differences(before);
    QCOMPARE(reasons.size(), std::size_t(2));
    QVERIFY(reasons[0].kind == Reason::Kind::File);
    QVERIFY(reasons[1].kind == Reason::Kind::Parent);
}

void KeyInputsTest::survivesJson()
{
    const auto back = KeyInputs::fromJson(sample().toJson());
    QVERIFY(back.ok());
    QCOMPARE(back->key(), sample().key());
    QVERIFY(back->all() == sample().all());
}

void KeyInputsTest::refusesDamagedJson_data()
{
    QTest::addColumn<QString>("text");
    for (const char* text : { "", "{}", "[1]", "[[0]]", "[[99,\"\",\"\"]]", "[[-1,\"\",\"\"]]", "[[0,1,\"\"]]", "[[0,\"\",null]]" })
        QTest::addRow("'%s'", text) << text;
}

void KeyInputsTest::refusesDamagedJson()
{
    QFETCH(QString, text);
    QVERIFY(!KeyInputs::fromJson(text.toStdString()).ok());
}

void KeyInputsTest::hiddenValuesAreNotKept()
{
    KeyInputs inputs;
    inputs.addHidden(Kind::Arg, "PASSWORD", "=hunter2-is-secret");
    QVERIFY(inputs.toJson().find("hunter2") == std::string::npos);
    KeyInputs other;
    other.addHidden(Kind::Arg, "PASSWORD", "=other");
    QVERIFY(inputs.key() != other.key());
}

void KeyInputsTest::manyFilesAreGrouped()
{
    const auto make = [](const char* changed) {
        KeyInputs inputs;
        for (int i = 0; i < 20'000; ++i)
            inputs.add(Kind::File, fmt::format("src/part{}/file{}.c", i % 50, i), i == 19'999 ? changed : "same");
        return inputs;
    };
    const KeyInputs before = make("old");
    const KeyInputs now = make("new");
    QVERIFY(before.key() != now.key());
    QVERIFY(before.toJson().size() < 64 * 1024);
    // What was kept of the earlier run is enough to name the folder.
    const auto kept = KeyInputs::fromJson(before.toJson());
    QVERIFY(kept.ok());
    QCOMPARE(why(now, *kept), QString("src/part49/ changed"));
}

QTEST_GUILESS_MAIN(KeyInputsTest)
#include "tst_key_inputs.moc"
