// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/settings/settings.h"

#include <QSettings>

namespace darsena::gui {
namespace {

constexpr qsizetype MaxRecent = 12;
constexpr qsizetype MaxOpenFiles = 20;
constexpr qsizetype MaxLayoutBytes = 16 * 1024;

} // namespace

Settings::Settings(QObject* parent)
    : QObject(parent)
    , m_settings(std::make_unique<QSettings>(
          QSettings::IniFormat, QSettings::UserScope, QStringLiteral("darsena"), QStringLiteral("studio")))
{
}

Settings::Settings(const QString& file, QObject* parent)
    : QObject(parent)
    , m_settings(std::make_unique<QSettings>(file, QSettings::IniFormat))
{
}

Settings::~Settings() = default;

ThemeMode Settings::theme() const
{
    const QString value = m_settings->value(QStringLiteral("look/theme")).toString();
    if (value == QLatin1String("light"))
        return ThemeMode::Light;
    if (value == QLatin1String("dark"))
        return ThemeMode::Dark;
    return ThemeMode::System;
}

void Settings::setTheme(ThemeMode mode)
{
    const char* name = mode == ThemeMode::Light ? "light" : mode == ThemeMode::Dark ? "dark" : "system";
    m_settings->setValue(QStringLiteral("look/theme"), QLatin1String(name));
    Q_EMIT themeChanged(mode);
}

QString Settings::language() const
{
    const QString code = m_settings->value(QStringLiteral("look/language")).toString();
    return code == QLatin1String("es") || code == QLatin1String("en") ? code : QString();
}

void Settings::setLanguage(const QString& code)
{
    m_settings->setValue(QStringLiteral("look/language"), code);
    Q_EMIT languageChanged(code);
}

QString Settings::socketPath() const
{
    return m_settings->value(QStringLiteral("engine/socket")).toString();
}

void Settings::setSocketPath(const QString& path)
{
    m_settings->setValue(QStringLiteral("engine/socket"), path);
    Q_EMIT socketPathChanged(path);
}

QByteArray Settings::windowGeometry() const
{
    return m_settings->value(QStringLiteral("window/geometry")).toByteArray();
}

void Settings::setWindowGeometry(const QByteArray& geometry)
{
    m_settings->setValue(QStringLiteral("window/geometry"), geometry);
}

QString Settings::lastPage() const
{
    return m_settings->value(QStringLiteral("window/page")).toString();
}

void Settings::setLastPage(const QString& key)
{
    m_settings->setValue(QStringLiteral("window/page"), key);
}

QString Settings::lastDockerfile() const
{
    return m_settings->value(QStringLiteral("project/dockerfile")).toString();
}

void Settings::setLastDockerfile(const QString& path)
{
    m_settings->setValue(QStringLiteral("project/dockerfile"), path);
}

QStringList Settings::openFiles() const
{
    return m_settings->value(QStringLiteral("project/files")).toStringList().mid(0, MaxOpenFiles);
}

void Settings::setOpenFiles(const QStringList& paths)
{
    m_settings->setValue(QStringLiteral("project/files"), paths.mid(0, MaxOpenFiles));
}

QStringList Settings::recentProjects() const
{
    return m_settings->value(QStringLiteral("project/recent")).toStringList().mid(0, MaxRecent);
}

void Settings::addRecentProject(const QString& dockerfile)
{
    QStringList recent = recentProjects();
    recent.removeAll(dockerfile);
    recent.prepend(dockerfile);
    m_settings->setValue(QStringLiteral("project/recent"), recent.mid(0, MaxRecent));
}

EditorOptions Settings::editor() const
{
    EditorOptions options;
    const auto flag = [this](const char* name, bool byDefault) {
        return m_settings->value(QStringLiteral("editor/") + QLatin1String(name), byDefault).toBool();
    };
    options.autosave = flag("autosave", options.autosave);
    options.formatOnSave = flag("formatOnSave", options.formatOnSave);
    options.wrapLines = flag("wrapLines", options.wrapLines);
    options.showWhitespace = flag("showWhitespace", options.showWhitespace);
    options.indentGuides = flag("indentGuides", options.indentGuides);
    options.zoom = qBound(-6, m_settings->value(QStringLiteral("editor/zoom"), options.zoom).toInt(), 20);
    return options;
}

void Settings::setEditor(const EditorOptions& options)
{
    if (options == editor())
        return;
    const auto keep = [this](const char* name, const QVariant& value) {
        m_settings->setValue(QStringLiteral("editor/") + QLatin1String(name), value);
    };
    keep("autosave", options.autosave);
    keep("formatOnSave", options.formatOnSave);
    keep("wrapLines", options.wrapLines);
    keep("showWhitespace", options.showWhitespace);
    keep("indentGuides", options.indentGuides);
    keep("zoom", options.zoom);
    Q_EMIT editorChanged(options);
}

bool Settings::projectTreeShown() const
{
    return m_settings->value(QStringLiteral("editor/tree"), true).toBool();
}

void Settings::setProjectTreeShown(bool shown)
{
    m_settings->setValue(QStringLiteral("editor/tree"), shown);
}

QByteArray Settings::layout(const QString& name) const
{
    const QByteArray state = m_settings->value(QStringLiteral("layout/") + name).toByteArray();
    return state.size() <= MaxLayoutBytes ? state : QByteArray();
}

void Settings::setLayout(const QString& name, const QByteArray& state)
{
    m_settings->setValue(QStringLiteral("layout/") + name, state);
}

void Settings::sync()
{
    m_settings->sync();
}

} // namespace darsena::gui
