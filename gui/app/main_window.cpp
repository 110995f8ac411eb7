// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/main_window.h"

#include "gui/app/engine_chip.h"
#include "gui/app/rail.h"
#include "gui/app/shortcuts_dialog.h"
#include "gui/app/status_strip.h"
#include "gui/app/top_bar.h"
#include "gui/settings/settings.h"

#include <QAction>
#include <QCloseEvent>
#include <QGuiApplication>
#include <QScreen>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace darsena::gui {

MainWindow::MainWindow(Theme& theme, Settings& settings, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_settings(settings)
    , m_rail(new Rail(theme, this))
    , m_top(new TopBar(theme, this))
    , m_stack(new QStackedWidget(this))
    , m_status(new StatusStrip(theme, this))
    , m_texts(this)
{
    setObjectName(QStringLiteral("window"));
    setWindowTitle(QStringLiteral("Darsena"));
    setWindowIcon(QIcon(QStringLiteral(":/darsena/icons/darsena.svg")));

    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_top);
    right->addWidget(m_stack, 1);
    auto* upper = new QHBoxLayout;
    upper->setSpacing(0);
    upper->addWidget(m_rail);
    upper->addLayout(right, 1);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->setSpacing(0);
    whole->addLayout(upper, 1);
    whole->addWidget(m_status);

    connect(m_rail, &Rail::pageChosen, this, &MainWindow::goTo);
    connect(m_top, &TopBar::paletteRequested, this, &MainWindow::openPalette);

    const auto command = [this](const QKeySequence& key, auto slot) {
        auto* action = new QAction(this);
        action->setShortcut(key);
        connect(action, &QAction::triggered, this, slot);
        addCommand(action);
        return action;
    };
    auto* palette = command(Qt::CTRL | Qt::Key_K, &MainWindow::openPalette);
    auto* shortcuts = command(Qt::Key_F1, &MainWindow::showShortcuts);
    auto* fullScreen = command(Qt::Key_F11, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    auto* quit = command(Qt::CTRL | Qt::Key_Q, &MainWindow::close);
    m_texts([=, this] {
        palette->setText(tr("Search or run a command"));
        shortcuts->setText(tr("Show keyboard shortcuts"));
        fullScreen->setText(tr("Full screen"));
        quit->setText(tr("Quit"));
        for (qsizetype i = 0; i < m_pages.size(); ++i) {
            const QString title = m_pages[i]->title();
            m_goActions[i]->setText(title);
            const QString key = m_goActions[i]->shortcut().toString(QKeySequence::NativeText);
            m_rail->setText(m_pages[i]->id(), title, tr("%1  (%2)", "page and its key").arg(title, key));
        }
        updatePlace();
    });
}

MainWindow::~MainWindow() = default;

EngineChip* MainWindow::engineChip() const
{
    return m_top->engineChip();
}

void MainWindow::addCommand(QAction* action)
{
    addAction(action);
    m_commands.append(action);
}

void MainWindow::addPage(Page* page, const QString& iconName)
{
    m_stack->addWidget(page);
    m_rail->addPage(page->id(), iconName);
    auto* go = new QAction(page->title(), this);
    go->setShortcut(page->id() == PageId::Settings ? QKeySequence(Qt::CTRL | Qt::Key_Comma)
                                                   : QKeySequence(Qt::CTRL | Qt::Key(Qt::Key_1 + m_pages.size())));
    connect(go, &QAction::triggered, this, [this, id = page->id()] { goTo(id); });
    addAction(go);
    m_pages.append(page);
    m_goActions.append(go);
    const QString key = go->shortcut().toString(QKeySequence::NativeText);
    m_rail->setText(page->id(), page->title(), tr("%1  (%2)", "page and its key").arg(page->title(), key));
    connect(page, &Page::titleChanged, this, &MainWindow::updatePlace);
    if (m_pages.size() == 1) {
        m_rail->setCurrent(page->id());
        updatePlace();
    }
}

Page* MainWindow::currentPage() const
{
    return qobject_cast<Page*>(m_stack->currentWidget());
}

Page* MainWindow::page(PageId id) const
{
    for (Page* page : m_pages) {
        if (page->id() == id)
            return page;
    }
    return nullptr;
}

void MainWindow::goTo(PageId id)
{
    Page* next = page(id);
    if (!next)
        return;
    m_rail->setCurrent(id);
    m_stack->setCurrentWidget(next);
    m_settings.setLastPage(pageKey(id));
    updatePlace();
    next->activated();
    next->setFocus();
}

void MainWindow::updatePlace()
{
    if (const Page* page = currentPage()) {
        m_top->setPlace(page->title(), page->breadcrumb());
        const QString last = page->breadcrumb().isEmpty() ? page->title() : page->breadcrumb().constLast();
        setWindowTitle(last + QStringLiteral(" — Darsena"));
    }
}

void MainWindow::openImage(const QString& nameOrId)
{
    goTo(PageId::Images);
    if (m_handlers.openImage)
        m_handlers.openImage(nameOrId);
}

void MainWindow::openContainer(const QString& nameOrId)
{
    goTo(PageId::Containers);
    if (m_handlers.openContainer)
        m_handlers.openContainer(nameOrId);
}

void MainWindow::openLayerOfLine(const QString& nameOrId, int line)
{
    goTo(PageId::Images);
    if (m_handlers.openLayerOfLine)
        m_handlers.openLayerOfLine(nameOrId, line);
}

void MainWindow::openDockerfile(const QString& path, int line)
{
    goTo(PageId::Build);
    if (m_handlers.openDockerfile)
        m_handlers.openDockerfile(path, line);
}

void MainWindow::runImage(const QString& nameOrId)
{
    goTo(PageId::Containers);
    if (m_handlers.runImage)
        m_handlers.runImage(nameOrId);
}

void MainWindow::notify(const QString& sentence)
{
    m_status->notify(sentence);
}

QList<CommandPalette::Entry> MainWindow::entries() const
{
    QList<CommandPalette::Entry> entries;
    if (const Page* current = currentPage()) {
        for (QAction* action : current->commands())
            entries.append({ current->title(), action });
    }
    for (QAction* action : m_goActions)
        entries.append({ tr("Go to"), action });
    for (QAction* action : m_commands)
        entries.append({ QStringLiteral("Darsena"), action });
    return entries;
}

void MainWindow::openPalette()
{
    if (!m_palette)
        m_palette = new CommandPalette(m_theme, this);
    m_palette->open(entries(), m_top->paletteField());
}

void MainWindow::showShortcuts()
{
    auto* dialog = new ShortcutsDialog(m_theme, entries(), this);
    dialog->show();
}

void MainWindow::restore()
{
    if (!restoreGeometry(m_settings.windowGeometry())) {
        const QSize room = QGuiApplication::primaryScreen()->availableSize();
        resize(QSize(1440, 900).boundedTo(room));
    }
    for (Page* page : m_pages) {
        if (pageKey(page->id()) == m_settings.lastPage()) {
            m_rail->setCurrent(page->id());
            m_stack->setCurrentWidget(page);
        }
    }
    updatePlace();
    show();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    for (Page* page : m_pages)
        page->aboutToClose();
    m_settings.setWindowGeometry(saveGeometry());
    m_settings.sync();
    QWidget::closeEvent(event);
}

} // namespace darsena::gui
