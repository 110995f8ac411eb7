// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/container_update.h"
#include "core/engine/host_abilities.h"

#include <QtTest>

using namespace darsena;
using namespace darsena::engine;

namespace {

model::HostConfig host(const char* json)
{
    return model::parse<model::HostConfig>(json).value();
}

} // namespace

class TestContainerUpdate : public QObject {
    Q_OBJECT

private slots:
    void keepsWhatIsNotNamed()
    {
        const auto current = host(R"({"Memory":20971520,"MemorySwap":41943040,"CpuShares":100,"PidsLimit":7,"Binds":["a:/b"],"RestartPolicy":{"Name":"always"}})");
        const auto updated = updatedHostConfig(current, host(R"({"CpuShares":200,"Binds":["x:/y"],"Privileged":true})")).value();
        QCOMPARE(updated.cpuShares, std::int64_t{200});
        QCOMPARE(updated.memory, std::int64_t{20971520});
        QCOMPARE(*updated.pidsLimit, std::int64_t{7});
        QCOMPARE(updated.restartPolicy.name, std::string("always"));
        QVERIFY(updated.binds == current.binds);
        QVERIFY(!updated.privileged);
    }

    void takesLimitsAway()
    {
        const auto current = host(R"({"PidsLimit":7,"Memory":20971520,"MemorySwap":41943040})");
        QCOMPARE(*updatedHostConfig(current, host(R"({"PidsLimit":0})"))->pidsLimit, std::int64_t{-1});
        QCOMPARE(updatedHostConfig(current, host(R"({"MemorySwap":-1})"))->memorySwap, std::int64_t{-1});
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("current");
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("message");
        QTest::newRow("quota over processors") << R"({"NanoCpus":500000000})" << R"({"CpuQuota":50000})" << "CPU Quota cannot be updated as NanoCPUs has already been set";
        QTest::newRow("period over processors") << R"({"NanoCpus":500000000})" << R"({"CpuPeriod":50000})" << "CPU Period cannot be updated as NanoCPUs";
        QTest::newRow("processors over quota") << R"({"CpuQuota":50000})" << R"({"NanoCpus":500000000})" << "Nano CPUs cannot be updated as CPU Quota";
        QTest::newRow("memory over swap") << R"({"Memory":10485760,"MemorySwap":20971520})" << R"({"Memory":31457280})" << "already set memoryswap limit";
        QTest::newRow("swap below memory") << R"({"Memory":20971520})" << R"({"MemorySwap":10485760})" << "memoryswap";
        QTest::newRow("little memory") << R"({})" << R"({"Memory":1024})" << "Minimum memory limit allowed is 6MB";
        QTest::newRow("policy with --rm") << R"({"AutoRemove":true})" << R"({"RestartPolicy":{"Name":"always"}})" << "AutoRemove is enabled";
        QTest::newRow("policy unknown") << R"({})" << R"({"RestartPolicy":{"Name":"maybe"}})" << "unknown policy 'maybe'";
        QTest::newRow("cpuset bomb") << R"({})" << R"({"CpusetCpus":"0-4294967295"})" << "Requested CPUs";
        QTest::newRow("weight") << R"({})" << R"({"BlkioWeight":5})" << "blkio weight";
    }
    void refuses()
    {
        QFETCH(QString, current);
        QFETCH(QString, changes);
        QFETCH(QString, message);
        const auto updated = updatedHostConfig(host(current.toUtf8()), host(changes.toUtf8()));
        QVERIFY(!updated);
        QVERIFY2(QString::fromStdString(updated.error().message()).contains(message), updated.error().message().c_str());
    }

    void whatTheKernelCannotDoIsToldAndTakenOut()
    {
        auto asked = host(R"({"Memory":10485760,"MemorySwap":20971520,"MemorySwappiness":10,"OomKillDisable":true,"BlkioWeight":100,"BlkioWeightDevice":[{"Path":"/dev/x","Weight":10}]})");
        auto all = asked;
        std::vector<std::string> warnings;
        adaptToHost(all, HostAbilities{true, true, true, true}, warnings);
        QCOMPARE(warnings.size(), std::size_t{1}); // the devices' weights, which we never do
        QCOMPARE(all.blkioWeight, std::int64_t{100});
        QVERIFY(*all.oomKillDisable);
        warnings.clear();
        adaptToHost(asked, HostAbilities{false, false, false, false}, warnings);
        QCOMPARE(warnings.size(), std::size_t{5});
        QCOMPARE(asked.memorySwap, std::int64_t{-1});
        QVERIFY(!asked.memorySwappiness && !asked.oomKillDisable);
        QCOMPARE(asked.blkioWeight, std::int64_t{0});
        QVERIFY(asked.blkioWeightDevice.empty());
        warnings.clear();
        adaptToHost(asked, HostAbilities{false, false, false, false}, warnings);
        QVERIFY(warnings.size() <= 1);
    }
};

QTEST_GUILESS_MAIN(TestContainerUpdate)
#include "tst_container_update.moc"
