// SPDX-License-Identifier: GPL-3.0-or-later
// The reasons of the engine in the studio's words.
#include "core/builder/build_event.h"
#include "gui/panels/builds/reason_text.h"

#include <QTest>

using darsena::builder::noStep;
using darsena::builder::Reason;
using darsena::gui::reasonText;
using darsena::model::BuildReason;

class ReasonTextTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// Without a translation the studio says what the engine says, for every kind that the engine has.
    void agreesWithTheEngine_data()
    {
        QTest::addColumn<int>("kind");
        for (int kind = 0; kind <= static_cast<int>(Reason::Kind::Scratch); ++kind)
            QTest::addRow("%d", kind) << kind;
    }
    void agreesWithTheEngine()
    {
        QFETCH(const int, kind);
        const Reason reason { static_cast<Reason::Kind>(kind), "hello", kind == static_cast<int>(Reason::Kind::Parent) ? 4 : noStep };
        const auto json = darsena::builder::toJson(reason);
        BuildReason received;
        received.kind = std::string(json.at("kind").as_string());
        received.name = "hello";
        received.step = reason.step;
        QVERIFY(!reasonText({ received }).isEmpty());
        QCOMPARE(reasonText({ received }), QString::fromStdString(darsena::builder::sentence({ reason })));
    }

    void namesThreeAndCountsTheRest()
    {
        std::vector<BuildReason> reasons;
        for (int i = 0; i < 5; ++i)
            reasons.push_back({ .kind = "file", .name = "f" + std::to_string(i), .step = -1 });
        QCOMPARE(reasonText(reasons), QStringLiteral("f0 changed; f1 changed; f2 changed; and 2 more"));
    }

    void leavesWhatItDoesNotKnowToTheEngine()
    {
        QVERIFY(reasonText({}).isEmpty());
        QVERIFY(reasonText({ { .kind = "moonPhase", .name = "full", .step = -1 } }).isEmpty());
    }
};

QTEST_GUILESS_MAIN(ReasonTextTest)
#include "tst_reason_text.moc"
