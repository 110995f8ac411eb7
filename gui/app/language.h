// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QTranslator>

namespace darsena::gui {

/// The language of the interface, switched live: installing a translator sends LanguageChange to every widget.
/// English is the language of the sources; its translator holds plural forms only.
class Language : public QObject {
    Q_OBJECT
public:
    explicit Language(QObject* parent = nullptr);

    /// "en", "es", or empty for the system's. Unknown codes count as English. Sets QLocale's default too; a region of
    /// the system (es_MX) is kept when its language is the one chosen.
    void set(const QString& code);
    /// What is in force: "en" or "es".
    QString current() const { return m_current; }

private:
    QTranslator m_own;
    QTranslator m_qt;
    QString m_current;
};

} // namespace darsena::gui
