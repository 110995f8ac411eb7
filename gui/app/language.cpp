// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/language.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace darsena::gui {

Language::Language(QObject* parent)
    : QObject(parent)
{
}

void Language::set(const QString& code)
{
    const QLocale system = QLocale::system();
    const QString wanted = code.isEmpty() ? system.name().section(QLatin1Char('_'), 0, 0) : code;
    const QString chosen = wanted == QLatin1String("es") ? QStringLiteral("es") : QStringLiteral("en");
    if (chosen == m_current)
        return;
    m_current = chosen;

    const bool systemSpeaksIt = system.name().startsWith(chosen + QLatin1Char('_'));
    QLocale::setDefault(systemSpeaksIt ? system : QLocale(chosen));

    QCoreApplication::removeTranslator(&m_own);
    QCoreApplication::removeTranslator(&m_qt);
    if (m_qt.load(QStringLiteral("qtbase_") + chosen, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qt);
    if (m_own.load(QStringLiteral(":/darsena/translations/darsena_%1.qm").arg(chosen)))
        QCoreApplication::installTranslator(&m_own);
}

} // namespace darsena::gui
