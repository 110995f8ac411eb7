// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/app/command_palette.h"
#include "gui/base/page.h"
#include "gui/base/retranslator.h"

#include <QWidget>

class QStackedWidget;

namespace darsena::gui {

class EngineChip;
class Rail;
class StatusStrip;
class TopBar;

/// The frame of UX.md: rail, top bar, the current page, status strip. It knows pages as Page only; what a request of
/// Navigator means to a page is told by the composition root through the handlers.
class MainWindow : public QWidget, public Navigator {
    Q_OBJECT
public:
    explicit MainWindow(Theme& theme, Settings& settings, QWidget* parent = nullptr);
    ~MainWindow() override;

    /// Puts a page behind the next button of the rail; the window owns it from here.
    void addPage(Page* page, const QString& iconName);
    Page* currentPage() const;
    Page* page(PageId id) const;

    /// What the composition root does for requests that a page has to answer.
    struct Handlers {
        std::function<void(const QString&)> openImage, openContainer, runImage;
        std::function<void(const QString&, int)> openDockerfile;
        std::function<void(const QString&, int)> openLayerOfLine {};
    };
    void setHandlers(Handlers handlers) { m_handlers = std::move(handlers); }
    /// What pages that are made after this get from Navigator. It must live as long as they.
    void setDockerfileDesk(DockerfileDesk* desk) { m_desk = desk; }

    EngineChip* engineChip() const;
    StatusStrip* statusStrip() const { return m_status; }
    /// A command of the whole window, shown in the palette under "Darsena".
    void addCommand(QAction* action);

    void goTo(PageId page) override;
    void openImage(const QString& nameOrId) override;
    void openContainer(const QString& nameOrId) override;
    void openDockerfile(const QString& path, int line) override;
    void runImage(const QString& nameOrId) override;
    void notify(const QString& sentence) override;
    DockerfileDesk* dockerfileDesk() override { return m_desk; }
    void openLayerOfLine(const QString& nameOrId, int line) override;

    /// Shows the window where and as it was left.
    void restore();
    void openPalette();
    void showShortcuts();
    /// What the palette lists now.
    QList<CommandPalette::Entry> entries() const;

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void updatePlace();

    Theme& m_theme;
    Settings& m_settings;
    Rail* m_rail;
    TopBar* m_top;
    QStackedWidget* m_stack;
    StatusStrip* m_status;
    CommandPalette* m_palette = nullptr;
    QList<Page*> m_pages;
    QList<QAction*> m_goActions;
    QList<QAction*> m_commands;
    Handlers m_handlers;
    DockerfileDesk* m_desk = nullptr;
    Retranslator m_texts;
};

} // namespace darsena::gui
