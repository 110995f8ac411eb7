// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/os/process.h"

#include <QTest>

#include <array>
#include <csignal>

#include <unistd.h>

using namespace darsena;
using os::SpawnRequest;

namespace {

struct Pipe {
    Pipe()
    {
        std::array<int, 2> ends {};
        if (::pipe(ends.data()) == 0)
            read = UniqueFd::adopt(ends[0]), write = UniqueFd::adopt(ends[1]);
    }
    std::string toEnd()
    {
        write.reset();
        std::string out;
        std::array<char, 256> buffer {};
        for (ssize_t n = 0; (n = ::read(read.get(), buffer.data(), buffer.size())) > 0;)
            out.append(buffer.data(), static_cast<std::size_t>(n));
        return out;
    }
    UniqueFd read, write;
};

SpawnRequest shell(const std::string& script)
{
    SpawnRequest request;
    request.arguments = { "/bin/sh", "-c", script };
    request.environment = { "PATH=/usr/bin:/bin" };
    return request;
}

} // namespace

class TstProcess : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void endsAsItEnds()
    {
        auto child = os::spawn(shell("exit 3"));
        QVERIFY(child.ok());
        QCOMPARE(child->wait()->code, 3);
        child = os::spawn(shell("kill -TERM $$"));
        QVERIFY(child.ok());
        const auto end = child->wait();
        QCOMPARE(end->signal, SIGTERM);
        QCOMPARE(end->shellCode(), 143);
    }

    void hasWhatItIsGivenAndNoMore()
    {
        Pipe out;
        SpawnRequest request = shell("echo $ONE; env | grep -c HOME; ls /proc/self/fd | wc -l >&2; ls /proc/self/fd | tr '\\n' ' '");
        request.environment.push_back("ONE=1");
        request.descriptors = { { out.write.get(), 1 }, { out.write.get(), 7 } };
        auto child = os::spawn(request);
        QVERIFY(child.ok());
        // 3 is the folder that ls reads.
        QCOMPARE(QString::fromStdString(out.toEnd()), QStringLiteral("1\n0\n0 1 2 3 7 "));
        QCOMPARE(child->wait()->code, 0);
    }

    void namesWhatCannotBeExecuted()
    {
        SpawnRequest request;
        request.arguments = { "/nonesuch" };
        for (const bool orphan : { false, true }) {
            request.orphan = orphan;
            const auto child = os::spawn(request);
            QVERIFY(!child.ok());
            QCOMPARE(child.error().systemError(), ENOENT);
            QVERIFY(child.error().message().find("/nonesuch") != std::string::npos);
        }
    }

    void anOrphanIsNotOurs()
    {
        Pipe in, out;
        SpawnRequest request = shell("read go; read -r _ _ _ parent _ < /proc/$$/stat; echo $parent");
        request.descriptors = { { in.read.get(), 0 }, { out.write.get(), 1 } };
        for (const bool orphan : { false, true }) {
            Pipe answer;
            request.orphan = orphan;
            request.descriptors[1].first = answer.write.get();
            auto child = os::spawn(request);
            QVERIFY(child.ok());
            QCOMPARE(::write(in.write.get(), "go\n", 3), ssize_t(3));
            const bool ours = std::stoi(answer.toEnd()) == ::getpid();
            QCOMPARE(ours, !orphan);
            QCOMPARE(child->pid() > 0, !orphan);
            if (!orphan)
                QCOMPARE(child->wait()->code, 0);
        }
    }
};

QTEST_GUILESS_MAIN(TstProcess)
#include "tst_process.moc"
