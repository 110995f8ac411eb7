// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/theme_mode.h"
#include "gui/settings/editor_options.h"

#include <QByteArray>
#include <QObject>
#include <QStringList>

class QSettings;

namespace darsena::gui {

/// What the studio remembers between runs, typed. Values are bounded when read: a damaged settings file gives the
/// defaults, never a strange window. GUI thread only; written to disk by Qt after a moment and at the end.
class Settings : public QObject {
    Q_OBJECT
public:
    /// The user's own settings (~/.config/darsena/studio.conf).
    explicit Settings(QObject* parent = nullptr);
    /// Settings in one file: for tests.
    explicit Settings(const QString& file, QObject* parent = nullptr);
    ~Settings() override;

    ThemeMode theme() const;
    void setTheme(ThemeMode mode);

    /// "en", "es", or empty for the system's language.
    QString language() const;
    void setLanguage(const QString& code);

    /// The engine's socket; empty for the default.
    QString socketPath() const;
    void setSocketPath(const QString& path);

    QByteArray windowGeometry() const;
    void setWindowGeometry(const QByteArray& geometry);

    /// The page shown last, by its key (pageKey()).
    QString lastPage() const;
    void setLastPage(const QString& key);

    /// The Dockerfile open last; empty if none.
    QString lastDockerfile() const;
    void setLastDockerfile(const QString& path);
    /// The other files of its project open in tabs.
    QStringList openFiles() const;
    void setOpenFiles(const QStringList& paths);
    /// Projects opened lately, newest first, at most twelve.
    QStringList recentProjects() const;
    void addRecentProject(const QString& dockerfile);

    EditorOptions editor() const;
    void setEditor(const EditorOptions& options);
    /// The tree of the project's files beside the editor.
    bool projectTreeShown() const;
    void setProjectTreeShown(bool shown);

    /// State of a splitter or header view, by a name unique in the studio ("build/main").
    QByteArray layout(const QString& name) const;
    void setLayout(const QString& name, const QByteArray& state);

    void sync();

Q_SIGNALS:
    void themeChanged(darsena::gui::ThemeMode mode);
    void languageChanged(const QString& code);
    void socketPathChanged(const QString& path);
    void editorChanged(const darsena::gui::EditorOptions& options);

private:
    std::unique_ptr<QSettings> m_settings;
};

} // namespace darsena::gui
