// SPDX-License-Identifier: GPL-3.0-or-later
// Somebody outside the group, a real D-Bus daemon, our real darsena-authorize, and an authority that answers what the test
// says. Whoever asks is this process.
#include "core/helper/stranger.h"

#include "core/os/socket.h"
#include "tests/fakes/fake_polkit.h"

#include <QDBusConnectionInterface>
#include <QDBusReply>
#include <QtTest/QtTest>

#include <atomic>
#include <thread>

#include <sys/socket.h>
#include <unistd.h>

using namespace darsena;
using namespace darsena::helper;
using namespace darsena::tests;
using namespace std::chrono_literals;

namespace {

const Admission dockers("darsena", gid_t(42));

/// A request of ours at the helper's side: the gate of one connection, asked in a thread as in the helper.
class Request {
public:
    explicit Request(const QString& bus, std::chrono::milliseconds limit = 1min, const char* program = DARSENA_BIN_DIR "/darsena-authorize")
        : m_authorizer(program, bus.toStdString(), limit)
        , m_stop(std::move(*server::StopSignal::create()))
    {
        auto [ours, theirs] = std::move(*os::socketPair(SOCK_STREAM));
        m_client = std::move(ours);
        m_peer = std::move(*Peer::of(theirs.get()));
        m_served = std::move(theirs);
    }
    ~Request()
    {
        m_client.reset();
        if (m_thread.joinable())
            m_thread.join();
    }

    void ask(http::Headers headers, server::Access access = server::Access::Manage)
    {
        m_thread = std::thread([this, headers = std::move(headers), access] {
            const int socket = m_served.get();
            server::Connection connection(std::move(m_served), *m_stop);
            Stranger stranger(socket, m_peer, dockers, m_authorizer);
            m_refusal = stranger.refusal(access, headers, connection);
            m_decided = true;
        });
    }
    void ask(const QString& name, server::Access access = server::Access::Manage) { ask({ { "X-Darsena-Bus-Name", name.toStdString() } }, access); }

    bool decided() const { return m_decided; }
    bool allowed() const { return m_decided && !m_refusal; }
    QString sentence() const { return m_refusal ? QString::fromStdString(m_refusal->message()) : QString(); }
    Peer& peer() { return m_peer; }
    void goAway() { m_client.reset(); }
    void stop() { m_stop->request(); }

private:
    Authorizer m_authorizer;
    std::unique_ptr<server::StopSignal> m_stop;
    UniqueFd m_client;
    UniqueFd m_served;
    Peer m_peer;
    std::thread m_thread;
    std::optional<Error> m_refusal;
    std::atomic<bool> m_decided = false;
};

/// Children that are still there, alive or not waited for.
bool hasChild(const char* name)
{
    QFile children(QStringLiteral("/proc/self/task/%1/children").arg(::getpid()));
    if (!children.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray& pid : children.readAll().split(' ')) {
        QFile comm(QStringLiteral("/proc/%1/comm").arg(QString::fromLatin1(pid)));
        if (comm.open(QIODevice::ReadOnly) && comm.readAll().startsWith(name))
            return true;
    }
    return false;
}

} // namespace

class TestStranger : public QObject {
    Q_OBJECT

    std::unique_ptr<PrivateBus> m_bus;
    std::unique_ptr<BusClient> m_authorityLine;
    std::unique_ptr<FakePolkit> m_polkit;
    std::unique_ptr<BusClient> m_caller;

private slots:
    void initTestCase() { qDBusRegisterMetaType<QMap<QString, QString>>(); }

    void init()
    {
        m_bus = std::make_unique<PrivateBus>();
        if (!m_bus->start())
            QSKIP("needs dbus-daemon (Debian package dbus-daemon)");
        m_authorityLine = std::make_unique<BusClient>(m_bus->address());
        m_polkit = std::make_unique<FakePolkit>(m_authorityLine->connection());
        m_caller = std::make_unique<BusClient>(m_bus->address());
        QVERIFY(!m_caller->name().isEmpty());
    }
    void cleanup()
    {
        m_caller.reset();
        m_polkit.reset();
        m_authorityLine.reset();
        m_bus.reset();
    }

    void aYesLetsThrough_data()
    {
        QTest::addColumn<bool>("view");
        QTest::addColumn<QByteArray>("interaction");
        QTest::addColumn<QString>("action");
        QTest::addColumn<uint>("flags");
        QTest::newRow("look") << true << QByteArray() << "org.darsena.view" << 1U;
        QTest::newRow("manage") << false << QByteArray() << "org.darsena.manage" << 1U;
        QTest::newRow("without asking a person") << false << QByteArray("none") << "org.darsena.manage" << 0U;
    }
    void aYesLetsThrough()
    {
        QFETCH(bool, view);
        QFETCH(QByteArray, interaction);
        m_polkit->onQuestion = [this](const QDBusMessage& question) { m_polkit->answer(question, true); };
        Request request(m_bus->address());
        http::Headers headers { { "x-darsena-bus-name", m_caller->name().toStdString() } };
        if (!interaction.isEmpty())
            headers.add("X-Darsena-Interaction", interaction.toStdString());
        request.ask(headers, view ? server::Access::View : server::Access::Manage);
        QTRY_VERIFY(request.decided());
        QVERIFY2(request.allowed(), qPrintable(request.sentence()));
        QCOMPARE(m_polkit->questions.size(), 1);
        const FakePolkit::Question& asked = m_polkit->questions.constFirst();
        QTEST(asked.action, "action");
        QTEST(asked.flags, "flags");
        // Never a process id: the bus name, and that alone.
        QCOMPARE(asked.subjectKind, QStringLiteral("system-bus-name"));
        QCOMPARE(asked.subject, (QVariantMap { { "name", m_caller->name() } }));
        QVERIFY(asked.details.isEmpty());
    }

    void anythingElseIsANo_data()
    {
        QTest::addColumn<std::function<void(TestStranger&, const QDBusMessage&)>>("answer");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, std::function<void(TestStranger&, const QDBusMessage&)> answer, const char* reason) {
            QTest::newRow(name) << std::move(answer) << QString::fromLatin1(reason);
        };
        row("no", [](auto& test, auto& question) { test.m_polkit->answer(question, false); }, "rules say no");
        row("no agent", [](auto& test, auto& question) { test.m_polkit->answer(question, false, true); }, "nothing is there to ask");
        row("dismissed", [](auto& test, auto& question) { test.m_polkit->answer(question, false, false, { { "polkit.dismissed", "true" } }); }, "was dismissed");
        row("error", [](auto& test, auto& question) {
            test.m_authorityLine->connection().send(question.createErrorReply("org.freedesktop.PolicyKit1.Error.Failed", "out of order"));
        }, "out of order");
        row("empty answer", [](auto& test, auto& question) { test.m_authorityLine->connection().send(question.createReply()); }, "another form");
        row("other type", [](auto& test, auto& question) { test.m_authorityLine->connection().send(question.createReply(true)); }, "another form");
        row("other structure", [](auto& test, auto& question) {
            QDBusArgument result;
            result.beginStructure();
            result << true << true;
            result.endStructure();
            test.m_authorityLine->connection().send(question.createReply(QVariant::fromValue(result)));
        }, "another form");
        row("more than asked", [](auto& test, auto& question) {
            QDBusArgument result;
            result.beginStructure();
            result << true << false << QMap<QString, QString>();
            result.endStructure();
            test.m_authorityLine->connection().send(question.createReply(QVariantList { QVariant::fromValue(result), 1 }));
        }, "another form");
        row("the authority leaves", [](auto& test, auto&) {
            QTimer::singleShot(0, &test, [&test] { // it is in the middle of being asked
                test.m_polkit.reset();
                test.m_authorityLine.reset();
            });
        }, "does not answer");
        row("the bus dies", [](auto& test, auto&) { test.m_bus->stop(); }, "does not answer");
        row("yes, but the caller left", [](auto& test, auto& question) {
            test.m_caller->leave();
            test.m_polkit->answer(question, true);
        }, "does not answer");
    }
    void anythingElseIsANo()
    {
        using Answer = std::function<void(TestStranger&, const QDBusMessage&)>;
        QFETCH(Answer, answer);
        QFETCH(QString, reason);
        m_polkit->onQuestion = [&](const QDBusMessage& question) { answer(*this, question); };
        Request request(m_bus->address());
        request.ask(m_caller->name());
        QTRY_VERIFY_WITH_TIMEOUT(request.decided(), 20'000);
        QVERIFY(!request.allowed());
        QVERIFY2(request.sentence().contains(reason), qPrintable(request.sentence()));
        QVERIFY(request.sentence().startsWith(QLatin1String("permission denied: ")));
        QVERIFY(request.sentence().contains(QLatin1String("usermod -aG darsena")));
    }

    void aNameMustBeTheCallersOwn_data()
    {
        QTest::addColumn<int>("uidOffset");
        QTest::addColumn<bool>("otherProcess");
        QTest::newRow("another user's") << 1 << false;
        QTest::newRow("another process's") << 0 << true;
    }
    void aNameMustBeTheCallersOwn()
    {
        QFETCH(int, uidOffset);
        QFETCH(bool, otherProcess);
        m_polkit->onQuestion = [this](const QDBusMessage& question) { m_polkit->answer(question, true); };
        // The name is this process's; who connected, so the kernel says, was somebody else.
        Request request(m_bus->address());
        request.peer().uid += static_cast<uid_t>(uidOffset);
        if (otherProcess)
            request.peer().pid = static_cast<pid_t>(m_bus->pid());
        request.ask(m_caller->name());
        QTRY_VERIFY(request.decided());
        QVERIFY2(request.sentence().contains(QLatin1String("is not the caller's own")), qPrintable(request.sentence()));
        QVERIFY(m_polkit->questions.isEmpty());
    }

    void aNameThatLeftIsRefused()
    {
        m_polkit->onQuestion = [this](const QDBusMessage& question) { m_polkit->answer(question, true); };
        const QString name = m_caller->name();
        m_caller->leave();
        Request request(m_bus->address());
        request.ask(name);
        QTRY_VERIFY(request.decided());
        QVERIFY(!request.allowed());
        QVERIFY(m_polkit->questions.isEmpty());
    }

    void withoutPolkitNobodyIsLetIn()
    {
        m_polkit.reset();
        m_authorityLine->connection().unregisterService("org.freedesktop.PolicyKit1");
        Request request(m_bus->address());
        request.ask(m_caller->name());
        QTRY_VERIFY(request.decided());
        QVERIFY2(request.sentence().contains(QLatin1String("PolicyKit1 does not answer")), qPrintable(request.sentence()));
    }

    void oddHeadersAreRefusedUnasked_data()
    {
        QTest::addColumn<QList<QByteArray>>("names");
        QTest::newRow("none") << QList<QByteArray> {};
        QTest::newRow("empty") << QList<QByteArray> { "" };
        QTest::newRow("a colon") << QList<QByteArray> { ":" };
        QTest::newRow("a well-known name") << QList<QByteArray> { "org.freedesktop.PolicyKit1" };
        QTest::newRow("an option") << QList<QByteArray> { "--help" };
        QTest::newRow("blanks") << QList<QByteArray> { ":1.2 :1.3" };
        QTest::newRow("two") << QList<QByteArray> { ":1.2", ":1.3" };
        QTest::newRow("long") << QList<QByteArray> { ":1." + QByteArray(300, '1') };
        QTest::newRow("other letters") << QList<QByteArray> { ":1.\xc3\xa1" };
    }
    void oddHeadersAreRefusedUnasked()
    {
        QFETCH(QList<QByteArray>, names);
        http::Headers headers;
        for (const QByteArray& name : names)
            headers.add("X-Darsena-Bus-Name", name.toStdString());
        // A program that would say yes to everything must not be reached.
        Request request(m_bus->address(), 1min, "/bin/true");
        request.ask(headers);
        QTRY_VERIFY(request.decided());
        QVERIFY(!request.allowed());
        QVERIFY(request.sentence().contains(names.size() == 1 ? QLatin1String("not one unique") : QLatin1String("")));
        QVERIFY(request.sentence().contains(QLatin1String("usermod -aG darsena")));
    }

    void onlyThePlainYesOfTheProgramCounts_data()
    {
        QTest::addColumn<QString>("program");
        QTest::newRow("says nothing") << "/bin/true";
        QTest::newRow("fails") << "/bin/false";
        QTest::newRow("says something else") << "/bin/echo";
        QTest::newRow("is missing") << "/nonexistent/darsena-authorize";
    }
    void onlyThePlainYesOfTheProgramCounts()
    {
        QFETCH(QString, program);
        const std::string path = program.toStdString();
        Request request(m_bus->address(), 1min, path.c_str());
        request.ask(m_caller->name());
        QTRY_VERIFY(request.decided());
        QVERIFY(!request.allowed());
    }

    void aQuestionIsTakenBack_data()
    {
        QTest::addColumn<std::function<void(Request&)>>("end");
        QTest::addColumn<int>("limitMs");
        QTest::newRow("the client leaves") << std::function<void(Request&)>(&Request::goAway) << 60'000;
        QTest::newRow("the engine stops") << std::function<void(Request&)>(&Request::stop) << 60'000;
        QTest::newRow("nobody answers") << std::function<void(Request&)>([](Request&) {}) << 1500;
    }
    void aQuestionIsTakenBack()
    {
        QFETCH(std::function<void(Request&)>, end);
        QFETCH(int, limitMs);
        // The authority hears the question and says nothing: a person looks for the password.
        QString asker;
        m_polkit->onQuestion = [&](const QDBusMessage& question) { asker = question.service(); };
        Request request(m_bus->address(), std::chrono::milliseconds(limitMs));
        request.ask(m_caller->name());
        QTRY_VERIFY(!asker.isEmpty());
        end(request);
        QTRY_VERIFY_WITH_TIMEOUT(request.decided(), 10'000);
        QVERIFY(!request.allowed());
        QVERIFY(request.sentence().contains(QLatin1String("nobody answered in time")));
        QVERIFY(!hasChild("darsena-authori"));
        // Whoever asked is off the bus, which is how polkit learns that nobody waits any more.
        QTRY_VERIFY(!m_authorityLine->connection().interface()->isServiceRegistered(asker).value());
    }
};

QTEST_GUILESS_MAIN(TestStranger)
#include "tst_stranger.moc"
