// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/reactor.h"

#include <QtTest>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <latch>

#include <fcntl.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::engine;
using namespace std::chrono_literals;

class TestReactor : public QObject {
    Q_OBJECT

private slots:
    void runsATaskWhenItsDescriptorIsReadable()
    {
        const auto reactor = Reactor::create().value();
        auto [read, write] = makePipe();
        std::latch ran(1);
        QVERIFY(reactor->whenReadable(std::move(read), [&](const std::stop_token&) { ran.count_down(); }));
        QVERIFY(!ran.try_wait());
        QCOMPARE(::write(write.get(), "x", 1), ssize_t{1});
        ran.wait();
    }

    void aDescriptorWhoseOtherSideIsGoneCounts()
    {
        const auto reactor = Reactor::create().value();
        auto [read, write] = makePipe();
        std::latch ran(1);
        QVERIFY(reactor->whenReadable(std::move(read), [&](const std::stop_token&) { ran.count_down(); }));
        write.reset();
        ran.wait();
    }

    void closesTheDescriptorBeforeTheTask()
    {
        const auto reactor = Reactor::create().value();
        auto [read, write] = makePipe();
        std::latch ran(1);
        bool broken = false;
        const int other = write.get();
        QVERIFY(reactor->whenReadable(std::move(read), [&, other](const std::stop_token&) {
            broken = ::write(other, "y", 1) < 0 && errno == EPIPE;
            ran.count_down();
        }));
        QCOMPARE(::write(write.get(), "x", 1), ssize_t{1});
        ran.wait();
        QVERIFY(broken);
    }

    void timersComeInTheirOrder()
    {
        const auto reactor = Reactor::create().value();
        std::latch ran(2);
        std::atomic<int> first = 0;
        const auto note = [&](int number) {
            int none = 0;
            first.compare_exchange_strong(none, number);
            ran.count_down();
        };
        reactor->after(300ms, [&](const std::stop_token&) { note(2); });
        reactor->after(1ms, [&](const std::stop_token&) { note(1); });
        ran.wait();
        QCOMPARE(first.load(), 1);
    }

    void whatWasCalledOffDoesNotRun()
    {
        const auto reactor = Reactor::create().value();
        std::atomic<bool> wrong = false;
        std::latch ran(1);
        const auto timer = reactor->after(20ms, [&](const std::stop_token&) { wrong = true; });
        QVERIFY(reactor->cancel(timer));
        QVERIFY(!reactor->cancel(timer));
        reactor->after(60ms, [&](const std::stop_token&) { ran.count_down(); });
        ran.wait();
        QVERIFY(!wrong);
    }

    void finishStopsTasksAndDropsTheRest()
    {
        const auto reactor = Reactor::create().value();
        auto [read, write] = makePipe();
        const auto held = std::make_shared<int>(1);
        QVERIFY(reactor->whenReadable(std::move(read), [held](const std::stop_token&) {}));
        reactor->after(1h, [held](const std::stop_token&) {});
        std::latch begun(1);
        std::atomic<bool> stopped = false;
        reactor->after(0ms, [&](const std::stop_token& stop) {
            begun.count_down();
            while (!stop.stop_requested())
                std::this_thread::sleep_for(1ms);
            stopped = true;
        });
        begun.wait();
        reactor->finish();
        QVERIFY(stopped);
        QCOMPARE(held.use_count(), 1L);
        QVERIFY(!reactor->whenReadable(std::move(write), [](const std::stop_token&) {}));
    }

private:
    static std::pair<UniqueFd, UniqueFd> makePipe()
    {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0)
            qFatal("no pipe");
        ::signal(SIGPIPE, SIG_IGN);
        return {UniqueFd::adopt(ends[0]), UniqueFd::adopt(ends[1])};
    }
};

QTEST_GUILESS_MAIN(TestReactor)
#include "tst_reactor.moc"
