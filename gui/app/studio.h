// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/app/language.h"
#include "gui/client/engine_client.h"
#include "gui/settings/settings.h"
#include "gui/theme/theme.h"

#include <memory>

class QApplication;

namespace darsena::gui {

class BuildPage;
class ContainersPage;
class ImagesPage;
class LayersView;
class MainWindow;

/// The composition root: makes the long-lived objects, hands them to the pages, and wires what one page asks of
/// another. Also what GUI tests open.
class Studio : public QObject {
    Q_OBJECT
public:
    struct Options {
        QString path; ///< a project folder or Dockerfile to open; empty = the one open last
        QString socket; ///< empty = as the settings say
        QString language; ///< "en", "es"; empty = as the settings say
        std::optional<Theme::Mode> theme; ///< nullopt = as the settings say
        QString settingsFile; ///< tests: settings of their own; empty = the user's
    };

    Studio(QApplication& application, const Options& options);
    ~Studio() override;

    /// Shows the window; the engine and the project are asked for only afterwards.
    void start();

    MainWindow& window() { return *m_window; }
    BuildPage& buildPage() { return *m_build; }
    Theme& theme() { return m_theme; }
    Settings& settings() { return *m_settings; }
    Language& language() { return m_language; }
    EngineClient& engine() { return *m_engine; }

private:
    void makePages();
    void wire();
    void showEngineState();
    bool eventFilter(QObject* watched, QEvent* event) override;

    Options m_options;
    std::unique_ptr<Settings> m_settings;
    Language m_language;
    Theme m_theme;
    std::unique_ptr<EngineClient> m_engine;
    std::unique_ptr<MainWindow> m_window;
    BuildPage* m_build = nullptr;
    ImagesPage* m_images = nullptr;
    LayersView* m_layers = nullptr;
    ContainersPage* m_containers = nullptr;
};

} // namespace darsena::gui
