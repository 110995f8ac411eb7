// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/base/text.h"

#include "gui/base/byte_text.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

namespace darsena::gui {
namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(darsena::gui::Texts)
};

} // namespace

QString formatBytes(std::int64_t bytes)
{
    return byteText(bytes);
}

QString formatDuration(std::chrono::milliseconds duration)
{
    const auto milliseconds = duration.count();
    if (milliseconds < 9950)
        return Texts::tr("%1 s").arg(QLocale().toString(double(milliseconds) / 1000, 'f', 1));
    const auto seconds = (milliseconds + 500) / 1000;
    if (seconds < 60)
        return Texts::tr("%1 s").arg(QLocale().toString(qlonglong(seconds)));
    return Texts::tr("%1 min %2 s").arg(seconds / 60).arg(seconds % 60);
}

QString formatAgo(std::int64_t secondsSinceEpoch)
{
    const qint64 age = std::max<qint64>(0, QDateTime::currentSecsSinceEpoch() - secondsSinceEpoch);
    if (age < 60)
        return Texts::tr("just now");
    if (age < 60 * 60)
        return Texts::tr("%n minute(s) ago", nullptr, int(age / 60));
    if (age < 24 * 60 * 60)
        return Texts::tr("%n hour(s) ago", nullptr, int(age / 3600));
    if (age < 60 * 24 * 60 * 60)
        return Texts::tr("%n day(s) ago", nullptr, int(age / 86400));
    return QLocale().toString(QDateTime::fromSecsSinceEpoch(secondsSinceEpoch).date(), QLocale::ShortFormat);
}

QString shortId(const QString& id)
{
    const qsizetype colon = id.indexOf(QLatin1Char(':'));
    return id.mid(colon + 1, 12);
}

QString errorSentence(const Error& error)
{
    QString text = toQString(error.message()).trimmed();
    if (text.isEmpty())
        return text;
    text[0] = text[0].toUpper();
    if (!text.endsWith(QLatin1Char('.')) && !text.endsWith(QLatin1Char('!')) && !text.endsWith(QLatin1Char('?')))
        text += QLatin1Char('.');
    return text;
}

} // namespace darsena::gui
