// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/file_access.h"

#include <QtTest>

#include <future>
#include <thread>

using namespace darsena;
using namespace darsena::engine;
using namespace std::chrono_literals;

class TestFileAccess : public QObject {
    Q_OBJECT

private slots:
    void sharersGoTogetherAndOwnersAlone()
    {
        FileAccess access;
        auto one = access.share({});
        auto two = access.share({});
        QVERIFY(one.ok() && two.ok());
        auto owner = std::async(std::launch::async, [&] { return access.own({}).ok(); });
        QCOMPARE(owner.wait_for(20ms), std::future_status::timeout);
        one->reset();
        two->reset();
        QVERIFY(owner.get());
        QVERIFY(access.share({}).ok());
    }
    void aClientThatGoesNoLongerWaits()
    {
        FileAccess access;
        auto owner = access.own({});
        std::stop_source client;
        auto other = std::async(std::launch::async, [&] { return access.share(client.get_token()); });
        client.request_stop();
        const auto result = other.get();
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code(), ErrorCode::Cancelled);
    }
    void whoHoldsLocksWaitsNoLongerThanSaid()
    {
        FileAccess access;
        auto owner = access.own({});
        const auto result = access.shareSoon(1ms);
        QVERIFY(!result.ok());
        QCOMPARE(result.error().code(), ErrorCode::Conflict);
        owner->reset();
        QVERIFY(access.shareSoon(1ms).ok());
    }
    void theClientsStopReachesTheWork()
    {
        FileAccess access;
        std::stop_source client;
        auto use = access.share(client.get_token());
        QVERIFY(!(*use)->token().stop_requested());
        client.request_stop();
        QVERIFY((*use)->token().stop_requested());
    }
    void aTakerStopsWhatGoesOnTooLong()
    {
        FileAccess access;
        auto use = access.share({});
        std::atomic<bool> killed = false;
        const std::stop_callback kill((*use)->token(), [&] { killed = true; });
        auto taken = access.takeOver(1ms);
        QVERIFY(killed);
        // The one that was stopped may end whenever it likes.
        auto next = std::async(std::launch::async, [&] { return access.own({}).ok(); });
        QCOMPARE(next.wait_for(20ms), std::future_status::timeout);
        use->reset();
        QCOMPARE(next.wait_for(20ms), std::future_status::timeout);
        taken.reset();
        QVERIFY(next.get());
    }
    void aTakerWaitsForWhatEnds()
    {
        FileAccess access;
        auto use = access.own({});
        std::thread ending([&] {
            std::this_thread::sleep_for(10ms);
            use->reset();
        });
        std::atomic<bool> killed = false;
        {
            const std::stop_callback kill((*use)->token(), [&] { killed = true; });
            const auto taken = access.takeOver(30s);
        }
        ending.join();
        QVERIFY(!killed);
    }
};

QTEST_APPLESS_MAIN(TestFileAccess)
#include "tst_file_access.moc"
