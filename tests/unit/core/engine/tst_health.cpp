// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/health.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;
using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

namespace {

const model::Time kStart{std::chrono::hours(1000)};

model::HealthResult result(std::int64_t code, std::chrono::nanoseconds after)
{
    model::HealthResult made;
    made.start = kStart + after;
    made.end = *made.start + 1ms;
    made.exitCode = code;
    return made;
}

model::ContainerConfig config(Texts test)
{
    model::ContainerConfig made;
    made.healthcheck.emplace().test = std::move(test);
    return made;
}

std::string frame(int stream, const std::string& text)
{
    std::string header(8, '\0');
    header[0] = static_cast<char>(stream);
    header[6] = static_cast<char>(text.size() >> 8);
    header[7] = static_cast<char>(text.size());
    return header + text;
}

} // namespace

class TestHealth : public QObject {
    Q_OBJECT

private slots:
    void findsTheCommand()
    {
        QVERIFY(!probeOf(model::ContainerConfig()));
        QVERIFY(!probeOf(config({"NONE"})));
        QVERIFY(!probeOf(config({"CMD"})));
        QCOMPARE(probeOf(config({"CMD", "a", "b"}))->command, (Texts{"a", "b"}));
        QCOMPARE(probeOf(config({"CMD-SHELL", "a b"}))->command, (Texts{"/bin/sh", "-c", "a b"}));
        auto own = config({"CMD-SHELL", "a b"});
        own.shell = {"/bin/bash", "-x"};
        QCOMPARE(probeOf(own)->command, (Texts{"/bin/bash", "-x", "a b"}));
        own.healthcheck->retries = 7;
        own.healthcheck->interval = 5'000'000;
        QCOMPARE(probeOf(own)->retries, std::int64_t{7});
        QVERIFY(probeOf(own)->interval == 5ms);
        QVERIFY(probeOf(own)->timeout == 30s);
    }

    void refusesNonsense()
    {
        const auto message = [](auto change) {
            model::HealthConfig health;
            health.test = {"CMD", "x"};
            change(health);
            const auto checked = checkHealthConfig(health);
            return checked ? std::string() : checked.error().message();
        };
        QCOMPARE(message([](auto&) {}), std::string());
        QCOMPARE(message([](auto& h) { h.interval = 1000; }), std::string("Interval in Healthcheck cannot be less than 1ms"));
        QCOMPARE(message([](auto& h) { h.startPeriod = -1; }), std::string("StartPeriod in Healthcheck cannot be less than 1ms"));
        QCOMPARE(message([](auto& h) { h.retries = -1; }), std::string("Retries in Healthcheck cannot be negative"));
        QVERIFY(message([](auto& h) { h.test = {"RUN", "x"}; }).find("Unknown type") == 0);
        QVERIFY(!message([](auto& h) { h.test = {"CMD", std::string("a\0b", 3)}; }).empty());
    }

    void countsFailures()
    {
        HealthProbe probe;
        model::Health health;
        health.status = "starting";
        QVERIFY(!applyResult(health, probe, result(1, 1s), kStart));
        QVERIFY(!applyResult(health, probe, result(1, 2s), kStart));
        QCOMPARE(health.status, std::string("starting"));
        QVERIFY(applyResult(health, probe, result(-1, 3s), kStart));
        QCOMPARE(health.status, std::string("unhealthy"));
        QCOMPARE(health.failingStreak, std::int64_t{3});
        QVERIFY(applyResult(health, probe, result(0, 4s), kStart));
        QCOMPARE(health.status, std::string("healthy"));
        QCOMPARE(health.failingStreak, std::int64_t{0});
        QVERIFY(!applyResult(health, probe, result(1, 5s), kStart));
        QCOMPARE(health.status, std::string("healthy"));
        QVERIFY(!applyResult(health, probe, result(0, 6s), kStart));
        // Five are kept: those of seconds 2 to 6.
        QCOMPARE(health.log.size(), kHealthLogEntries);
        QVERIFY(*health.log.front().start == kStart + 2s);
        QVERIFY(*health.log.back().start == kStart + 6s);
    }

    void forgivesAtTheStart()
    {
        HealthProbe probe;
        probe.startPeriod = 10s;
        probe.retries = 1;
        model::Health health;
        health.status = "starting";
        QVERIFY(!applyResult(health, probe, result(1, 9s), kStart));
        QCOMPARE(health.failingStreak, std::int64_t{0});
        QVERIFY(delayOf(health, probe, kStart, kStart + 9s) == probe.startInterval);
        QVERIFY(delayOf(health, probe, kStart, kStart + 10s) == probe.interval);
        QVERIFY(applyResult(health, probe, result(1, 10s), kStart));
        QCOMPARE(health.status, std::string("unhealthy"));
        // Once healthy, the period is over.
        health.status = "starting";
        QVERIFY(applyResult(health, probe, result(0, 1s), kStart));
        QVERIFY(delayOf(health, probe, kStart, kStart + 2s) == probe.interval);
        QVERIFY(applyResult(health, probe, result(1, 3s), kStart));
        QCOMPARE(health.status, std::string("unhealthy"));
    }

    void writesDurations()
    {
        QCOMPARE(goDuration(1s), std::string("1s"));
        QCOMPARE(goDuration(90s), std::string("1m30s"));
        QCOMPARE(goDuration(3600s), std::string("1h0m0s"));
        QCOMPARE(goDuration(1500ms), std::string("1.5s"));
        QCOMPARE(goDuration(250ms), std::string("250ms"));
        QCOMPARE(goDuration(1050us), std::string("1.05ms"));
        QCOMPARE(goDuration(0s), std::string("0s"));
    }

    void collectsOutputInAnyPieces()
    {
        const std::string bytes = frame(1, "out ") + frame(2, "err ") + frame(1, "") + frame(1, "end");
        ProbeOutput whole;
        whole.feed(bytes);
        QCOMPARE(whole.text(), std::string("out err end"));
        ProbeOutput pieces;
        for (const char c : bytes)
            pieces.feed({&c, 1});
        QCOMPARE(pieces.text(), whole.text());
    }

    void keepsSoMuchOutput()
    {
        ProbeOutput output;
        output.feed(frame(1, std::string(4096, 'a')));
        QCOMPARE(output.text().size(), std::size_t{4096});
        output.feed(frame(1, "b"));
        QCOMPARE(output.text(), std::string(4096, 'a') + "...");
    }
};

QTEST_GUILESS_MAIN(TestHealth)
#include "tst_health.moc"
