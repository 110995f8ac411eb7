// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/studio.h"

#include "gui/app/build_desk.h"
#include "gui/app/build_page.h"
#include "gui/app/engine_chip.h"
#include "gui/app/main_window.h"
#include "gui/app/settings_page.h"
#include "gui/app/status_strip.h"
#include "gui/base/text.h"
#include "gui/layers/image_loaders.h"
#include "gui/layers/layers_view.h"
#include "gui/panels/containers/containers_page.h"
#include "gui/panels/images/images_page.h"

#include <QApplication>
#include <QFileInfo>
#include <QMenu>
#include <QTimer>

#include <algorithm>

namespace darsena::gui {

namespace {

/// What the argument on the command line is: a project, or an image to look into. By its name: nothing is read here.
bool isImageArchive(const QString& path)
{
    if (path.isEmpty())
        return false;
    if (QFileInfo(path).isDir())
        return QFileInfo::exists(path + QStringLiteral("/oci-layout"));
    static const QStringList endings { QStringLiteral(".tar"), QStringLiteral(".tar.gz"), QStringLiteral(".tgz"), QStringLiteral(".tar.zst"), QStringLiteral(".oci") };
    return std::any_of(endings.begin(), endings.end(), [&](const QString& ending) { return path.endsWith(ending, Qt::CaseInsensitive); });
}

} // namespace

Studio::Studio(QApplication& application, const Options& options)
    : m_options(options)
    , m_settings(options.settingsFile.isEmpty() ? std::make_unique<Settings>()
                                                : std::make_unique<Settings>(options.settingsFile))
    , m_theme(application, options.theme.value_or(m_settings->theme()))
{
    m_language.set(options.language.isEmpty() ? m_settings->language() : options.language);
    const QString socket = !options.socket.isEmpty() ? options.socket
        : !m_settings->socketPath().isEmpty()        ? m_settings->socketPath()
                                                     : EngineClient::defaultSocketPath();
    m_engine = std::make_unique<EngineClient>(socket);
    m_window = std::make_unique<MainWindow>(m_theme, *m_settings);
    makePages();
    wire();
    showEngineState();
}

// The window first: its pages talk to the engine until they are gone.
Studio::~Studio()
{
    m_window->removeEventFilter(this);
    m_window.reset();
}

void Studio::makePages()
{
    const PageContext context { m_theme, *m_settings, *m_window };
    m_build = new BuildPage(context, *m_engine, *m_window->statusStrip());
    m_window->addPage(m_build, QStringLiteral("build"));
    m_window->setDockerfileDesk(m_build->desk());
    m_layers = new LayersView(context, imageLoaders(*m_engine));
    m_images = new ImagesPage(context, *m_engine, m_layers);
    m_window->addPage(m_images, QStringLiteral("images"));
    m_containers = new ContainersPage(context, *m_engine);
    m_window->addPage(m_containers, QStringLiteral("containers"));
    m_window->addPage(new SettingsPage(context), QStringLiteral("settings"));
}

void Studio::wire()
{
    MainWindow::Handlers handlers;
    handlers.openDockerfile = [this](const QString& path, int line) { m_build->open(path, line); };
    handlers.openImage = [this](const QString& image) { m_images->openImage(image); };
    handlers.openLayerOfLine = [this](const QString& image, int line) {
        m_images->openImage(image);
        m_layers->showLayerOfLine(line);
    };
    handlers.openContainer = [this](const QString& container) { m_containers->openContainer(container); };
    handlers.runImage = [this](const QString& image) { m_containers->runImage(image); };
    connect(m_containers, &ContainersPage::countsChanged, this,
        [this] { m_window->statusStrip()->setRunning(m_containers->runningCount()); });
    m_window->setHandlers(std::move(handlers));
    m_window->installEventFilter(this);

    connect(m_settings.get(), &Settings::themeChanged, &m_theme, &Theme::setMode);
    connect(m_settings.get(), &Settings::languageChanged, &m_language, &Language::set);
    connect(m_settings.get(), &Settings::socketPathChanged, m_engine.get(), [this](const QString& path) {
        m_engine->setSocketPath(path.isEmpty() ? EngineClient::defaultSocketPath() : path);
    });
    connect(m_engine.get(), &EngineClient::stateChanged, this, &Studio::showEngineState);
    connect(m_window->statusStrip(), &StatusStrip::problemsClicked, this, [this] {
        m_window->goTo(PageId::Build);
        m_build->showProblems();
    });

    // Filled when it opens, so that it always tells the truth in the language of the moment.
    QMenu* menu = m_window->engineChip()->chipMenu();
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        QAction* socket = menu->addAction(m_engine->socketPath());
        socket->setEnabled(false);
        if (m_engine->version())
            menu->addAction(tr("Version %1, API %2").arg(toQString(m_engine->version()->version),
                                toQString(m_engine->version()->apiVersion)))->setEnabled(false);
        menu->addSeparator();
        menu->addAction(tr("Connect again"), this, [this] { m_engine->setVisible(true); });
        menu->addAction(tr("Another engine…"), this, [this] { m_window->goTo(PageId::Settings); });
    });
}

void Studio::showEngineState()
{
    using ChipState = EngineChip::State;
    ChipState state = ChipState::Absent;
    QString name;
    switch (m_engine->state()) {
    case EngineClient::State::Connecting:
        state = ChipState::Connecting;
        break;
    case EngineClient::State::Connected:
        state = ChipState::Connected;
        name = m_engine->isDarsena() ? tr("Darsena engine") : tr("Docker engine");
        break;
    case EngineClient::State::Absent:
    case EngineClient::State::Refused:
        break;
    }
    const QString sentence = m_engine->stateSentence();
    m_window->engineChip()->setState(state, name, sentence.isEmpty() ? m_engine->socketPath() : sentence);
    if (state != ChipState::Connected)
        m_window->statusStrip()->setRunning(-1);
}

bool Studio::eventFilter(QObject* watched, QEvent* event)
{
    // A window nobody sees asks nobody anything.
    if (event->type() == QEvent::Show || event->type() == QEvent::Hide || event->type() == QEvent::WindowStateChange)
        m_engine->setVisible(m_window->isVisible() && !m_window->isMinimized());
    if (watched == m_window.get() && event->type() == QEvent::LanguageChange)
        showEngineState();
    return QObject::eventFilter(watched, event);
}

void Studio::start()
{
    m_window->restore();
    // After the first paint: what is slow or may fail comes when the window is there.
    QTimer::singleShot(0, this, [this] {
        m_engine->start();
        QString path = m_options.path;
        if (path.isEmpty() && QFileInfo::exists(m_settings->lastDockerfile()))
            path = m_settings->lastDockerfile();
        if (isImageArchive(path)) {
            m_window->goTo(PageId::Images);
            m_images->openArchive(QFileInfo(path).absoluteFilePath());
        } else if (!path.isEmpty()) {
            m_build->open(path);
        }
    });
}

} // namespace darsena::gui
