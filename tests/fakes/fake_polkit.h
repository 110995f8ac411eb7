// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusVirtualObject>
#include <QFile>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

#include <functional>

namespace darsena::tests {

/// A real D-Bus daemon with nobody on it but whom the test brings.
class PrivateBus {
public:
    /// Whether it runs; else dbus-daemon is missing.
    bool start()
    {
        QFile configuration(m_folder.filePath(QStringLiteral("bus.conf")));
        if (!configuration.open(QIODevice::WriteOnly))
            return false;
        configuration.write("<busconfig><listen>unix:dir=" + m_folder.path().toUtf8()
            + "</listen><auth>EXTERNAL</auth><policy context='default'><allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/>"
              "<allow user='*'/></policy></busconfig>");
        configuration.close();
        m_daemon.start(QStringLiteral("dbus-daemon"), { QStringLiteral("--config-file=") + configuration.fileName(), "--nofork", "--nopidfile", "--print-address" });
        if (!m_daemon.waitForStarted() || !m_daemon.waitForReadyRead())
            return false;
        m_address = QString::fromUtf8(m_daemon.readLine().trimmed());
        return !m_address.isEmpty();
    }
    ~PrivateBus() { stop(); }
    void stop()
    {
        m_daemon.kill();
        m_daemon.waitForFinished();
    }
    QString address() const { return m_address; }
    qint64 pid() const { return m_daemon.processId(); }

private:
    QTemporaryDir m_folder;
    QProcess m_daemon;
    QString m_address;
};

/// A connection to the bus that ends with its scope.
class BusClient {
public:
    explicit BusClient(const QString& address)
        : m_key(QStringLiteral("test-%1").arg(quintptr(this)))
        , m_connection(QDBusConnection::connectToBus(address, m_key))
    {
    }
    ~BusClient() { leave(); }
    void leave()
    {
        m_connection = QDBusConnection(QString());
        QDBusConnection::disconnectFromBus(m_key);
    }
    QDBusConnection& connection() { return m_connection; }
    QString name() const { return m_connection.baseService(); }

private:
    QString m_key;
    QDBusConnection m_connection;
};

/// Answers as polkit's authority does, by the test's script, and remembers what it was asked.
class FakePolkit : public QDBusVirtualObject {
public:
    struct Question {
        QString subjectKind;
        QVariantMap subject;
        QString action;
        QMap<QString, QString> details;
        uint flags = 0;
    };

    explicit FakePolkit(QDBusConnection bus)
        : m_bus(std::move(bus))
    {
        m_bus.registerService(QStringLiteral("org.freedesktop.PolicyKit1"));
        m_bus.registerVirtualObject(QStringLiteral("/org/freedesktop/PolicyKit1/Authority"), this);
    }
    ~FakePolkit() override { m_bus.unregisterObject(QStringLiteral("/org/freedesktop/PolicyKit1/Authority")); }

    QList<Question> questions;
    /// What to answer; nothing sent = no answer.
    std::function<void(const QDBusMessage& question)> onQuestion;

    void answer(const QDBusMessage& question, bool authorized, bool challenge = false, const QMap<QString, QString>& details = {})
    {
        QDBusArgument result;
        result.beginStructure();
        result << authorized << challenge << details;
        result.endStructure();
        m_bus.send(question.createReply(QVariant::fromValue(result)));
    }

    QString introspect(const QString&) const override { return {}; }
    bool handleMessage(const QDBusMessage& message, const QDBusConnection&) override
    {
        if (message.member() != QLatin1String("CheckAuthorization"))
            return false;
        Question question;
        const QVariantList arguments = message.arguments();
        const auto subject = arguments.at(0).value<QDBusArgument>();
        subject.beginStructure();
        subject >> question.subjectKind >> question.subject;
        subject.endStructure();
        question.action = arguments.at(1).toString();
        question.details = qdbus_cast<QMap<QString, QString>>(arguments.at(2));
        question.flags = arguments.at(3).toUInt();
        questions.append(question);
        if (onQuestion)
            onQuestion(message);
        return true;
    }

private:
    QDBusConnection m_bus;
};

} // namespace darsena::tests
