// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/helper/authorize/polkit.h"

#include <limits>

#include <QtCore/QVariantMap>
#include <QtDBus/QDBusArgument>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>

#include <fmt/format.h>

namespace darsena::helper {
namespace {

constexpr int busAnswerMs = 10'000;
constexpr unsigned allowUserInteraction = 1;

Error denied(const std::string& reason)
{
    return Error(ErrorCode::Denied, reason);
}

/// The one argument of the answer, or why there is none.
Result<QVariant> call(const QDBusConnection& bus, const QDBusMessage& message, int limitMs)
{
    const QDBusMessage reply = bus.call(message, QDBus::Block, limitMs);
    if (reply.type() == QDBusMessage::ReplyMessage && reply.arguments().size() == 1)
        return reply.arguments().constFirst();
    return denied(fmt::format("{} does not answer as it should ({})", message.service().toStdString(),
        reply.errorMessage().isEmpty() ? "an answer of another form" : reply.errorMessage().toStdString()));
}

/// A number of the credentials; never a default that could be root's.
bool isNumber(const QVariantMap& credentials, const char* name, uint wanted)
{
    const QVariant value = credentials.value(QLatin1String(name));
    return value.metaType() == QMetaType::fromType<uint>() && value.toUInt() == wanted;
}

Result<void> confirmCaller(const QDBusConnection& bus, const PolkitQuestion& question)
{
    QDBusMessage message = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.DBus"), QStringLiteral("/org/freedesktop/DBus"),
        QStringLiteral("org.freedesktop.DBus"), QStringLiteral("GetConnectionCredentials"));
    message << question.busName;
    const QVariant answer = TRY(call(bus, message, busAnswerMs));
    const auto credentials = qdbus_cast<QVariantMap>(answer);
    if (isNumber(credentials, "UnixUserID", question.uid) && isNumber(credentials, "ProcessID", static_cast<uint>(question.pid)))
        return {};
    return denied(fmt::format("the bus name {} is not the caller's own", question.busName.toStdString()));
}

/// The structure (sa{sv}) that polkit calls a subject.
QVariant subjectOf(const QString& busName)
{
    QDBusArgument subject;
    subject.beginStructure();
    subject << QStringLiteral("system-bus-name") << QVariantMap { { QStringLiteral("name"), busName } };
    subject.endStructure();
    return QVariant::fromValue(subject);
}

QVariant noDetails()
{
    QDBusArgument details;
    details.beginMap(QMetaType::fromType<QString>(), QMetaType::fromType<QString>());
    details.endMap();
    return QVariant::fromValue(details);
}

Result<void> checkAuthorization(const QDBusConnection& bus, const PolkitQuestion& question)
{
    QDBusMessage message = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.PolicyKit1"),
        QStringLiteral("/org/freedesktop/PolicyKit1/Authority"), QStringLiteral("org.freedesktop.PolicyKit1.Authority"),
        QStringLiteral("CheckAuthorization"));
    // No cancellation id: polkit gives a question up when whoever asked leaves the bus, and we are killed for that.
    message << subjectOf(question.busName) << question.action << noDetails() << (question.interactive ? allowUserInteraction : 0U) << QString();
    const QVariant answer = TRY(call(bus, message, std::numeric_limits<int>::max()));
    if (answer.metaType() != QMetaType::fromType<QDBusArgument>())
        return denied("polkit's answer has another form");
    const auto argument = answer.value<QDBusArgument>();
    if (argument.currentSignature() != QLatin1String("(bba{ss})"))
        return denied("polkit's answer has another form");
    bool authorized = false;
    bool challenge = false;
    QMap<QString, QString> details;
    argument.beginStructure();
    argument >> authorized >> challenge >> details;
    argument.endStructure();
    if (authorized)
        return {};
    if (details.contains(QStringLiteral("polkit.dismissed")))
        return denied("the question for a password was dismissed");
    if (challenge)
        return denied("an administrator's password is needed, and nothing is there to ask for it");
    return denied("polkit's rules say no");
}

} // namespace

Result<void> askPolkit(const QString& busAddress, const PolkitQuestion& question)
{
    const QDBusConnection bus = QDBusConnection::connectToBus(busAddress, QStringLiteral("darsena"));
    if (!bus.isConnected())
        return denied("polkit cannot be asked: there is no D-Bus system bus");
    TRY(confirmCaller(bus, question));
    TRY(checkAuthorization(bus, question));
    return confirmCaller(bus, question);
}

} // namespace darsena::helper
