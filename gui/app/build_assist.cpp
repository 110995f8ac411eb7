// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/build_assist.h"

#include "core/api/client/calls.h"
#include "gui/base/text.h"
#include "gui/editor/assistant.h"
#include "gui/editor/completer.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/editor_tabs.h"

#include <QAction>
#include <QDateTime>
#include <QDesktopServices>
#include <QLocale>

namespace darsena::gui {
namespace {

/// What is shown of an image in a list; the rest comes when it is inspected.
dockerfile::KnownImage knownImage(const model::ImageSummary& image, const std::string& reference)
{
    dockerfile::KnownImage known;
    known.reference = reference;
    known.bytes = image.size;
    known.created = QDateTime::fromSecsSinceEpoch(image.created).toUTC().toString(Qt::ISODate).toStdString();
    // Only a digest of this name can stand behind it: of an image that was never pulled there is none.
    const std::string name = reference.substr(0, reference.rfind(':'));
    for (const std::string& digest : image.repoDigests) {
        if (const std::size_t at = digest.find('@'); at != std::string::npos && digest.substr(0, at) == name)
            known.digest = digest.substr(at + 1);
    }
    return known;
}

} // namespace

BuildAssist::BuildAssist(PageContext context, EngineClient& engine, EditorTabs& editors, QWidget* page)
    : QObject(page)
    , m_context(context)
    , m_engine(engine)
    , m_editors(editors)
    , m_feed(engine, this)
    , m_texts(page)
{
    makeCommands(page);
    connect(&m_feed, &ImageFeed::listed, this, &BuildAssist::takeImages);
    m_texts([this] {
        static constexpr const char* names[] = { QT_TR_NOOP("Complete"), QT_TR_NOOP("Explain what is under the caret"),
            QT_TR_NOOP("Show what the instruction takes"), QT_TR_NOOP("Go to the definition, or open the file or address"),
            QT_TR_NOOP("Show where the name is used"), QT_TR_NOOP("Rename"), QT_TR_NOOP("Mend or rewrite here…"),
            QT_TR_NOOP("Mend everything that can be mended") };
        for (std::size_t i = 0; i < std::size(names); ++i)
            m_commands[qsizetype(i)]->setText(tr(names[i]));
        m_goTo->setProperty("pointer", tr("Ctrl+click"));
        Q_EMIT changed();
    });
}

void BuildAssist::makeCommands(QWidget* page)
{
    const auto command = [&](const QKeySequence& key, void (Assistant::*slot)()) {
        auto* action = new QAction(page);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, [this, slot] {
            if (m_assistant)
                (m_assistant->*slot)();
        });
        page->addAction(action);
        m_commands.append(action);
    };
    command(Qt::CTRL | Qt::Key_Space, nullptr);
    QAction* complete = m_commands.constLast();
    complete->disconnect(this);
    connect(complete, &QAction::triggered, this, [this] {
        if (m_assistant)
            m_assistant->completer()->trigger();
    });
    command(Qt::CTRL | Qt::Key_I, &Assistant::explain);
    command(Qt::CTRL | Qt::SHIFT | Qt::Key_Space, &Assistant::showSignature);
    command(Qt::Key_F12, &Assistant::goToDefinition);
    m_goTo = m_commands.constLast();
    command(Qt::SHIFT | Qt::Key_F12, &Assistant::showReferences);
    command(Qt::Key_F2, &Assistant::rename);
    command(Qt::CTRL | Qt::Key_Period, &Assistant::showActions);
    command(Qt::CTRL | Qt::SHIFT | Qt::Key_Period, &Assistant::fixAll);
}

QList<QAction*> BuildAssist::commands() const
{
    return m_commands;
}

void BuildAssist::attach(DockerfileEditor* editor)
{
    // Each Dockerfile of the project has one of its own.
    m_assistant = editor->findChild<Assistant*>(QString(), Qt::FindDirectChildrenOnly);
    if (m_assistant)
        return;
    m_assistant = new Assistant(m_context.theme, editor);
    m_assistant->setWorld([this] { return world(); });
    connect(m_assistant, &Assistant::notice, this, [this](const QString& text) { m_context.navigator.notify(text); });
    connect(m_assistant, &Assistant::ignoreLineWanted, this, &BuildAssist::addIgnoreLine);
    connect(m_assistant, &Assistant::fileWanted, this, [this](const QString& path) { m_editors.openFile(path); });
    connect(m_assistant, &Assistant::folderWanted, this, [this](const QString& path) { Q_EMIT m_editors.showInTree(path); });
    connect(m_assistant, &Assistant::pageWanted, this, [this](const QUrl& page) {
        if (!QDesktopServices::openUrl(page))
            m_context.navigator.notify(tr("No browser takes %1.").arg(page.toDisplayString()));
    });
    listImages();
}

void BuildAssist::takeImages(const std::vector<model::ImageSummary>& images)
{
    std::map<std::string, dockerfile::KnownImage> known;
    for (const model::ImageSummary& image : images) {
        for (const std::string& reference : image.repoTags) {
            if (reference != "<none>:<none>")
                known.emplace(reference, knownImage(image, reference));
        }
    }
    m_images = std::move(known);
    m_inspected.clear();
    m_platforms.clear();
    for (const std::string& base : m_bases)
        inspect(base);
    listImages();
}

void BuildAssist::analysed(const Analysis& analysis)
{
    std::set<std::string> bases;
    for (const dockerfile::StageEdge& edge : analysis.graph.edges) {
        if (edge.image())
            bases.insert(*edge.image());
    }
    m_bases = std::move(bases);
    for (const std::string& base : m_bases)
        inspect(base);
}

/// FROM's "debian" is "debian:latest" in the engine's list.
void BuildAssist::inspect(const std::string& reference)
{
    std::string name = reference;
    if (!m_images.contains(name))
        name += ":latest";
    if (!m_images.contains(name) || !m_inspected.insert(reference).second)
        return;
    m_engine.send(client::inspectImage(name), this, [this, name, reference](Result<model::ImageInspect> image) {
        const auto known = m_images.find(name);
        if (!image || known == m_images.end())
            return;
        for (const std::string& variable : image->config.env) {
            const std::size_t equals = variable.find('=');
            known->second.variables.emplace_back(
                variable.substr(0, equals), equals == std::string::npos ? std::string() : variable.substr(equals + 1));
        }
        known->second.ports.assign(image->config.exposedPorts.begin(), image->config.exposedPorts.end());
        known->second.user = image->config.user;
        known->second.workdir = image->config.workingDir;
        m_platforms[reference] = image->os + '/' + image->architecture + (image->variant.empty() ? "" : '/' + image->variant);
        if (name != reference) {
            dockerfile::KnownImage copy = known->second;
            copy.reference = reference;
            m_images.insert_or_assign(reference, std::move(copy));
        }
        listImages();
        Q_EMIT changed();
    });
}

AssistWorld BuildAssist::world() const
{
    AssistWorld world;
    world.folder = m_editors.folder();
    world.ignoreText = m_editors.ignoreText();
    world.target = m_target;
    world.language = QLocale().name().toStdString();
    world.images = m_imageList;
    return world;
}

void BuildAssist::listImages()
{
    auto images = std::make_shared<std::vector<dockerfile::KnownImage>>();
    for (const auto& [reference, image] : m_images)
        images->push_back(image);
    m_imageList = std::move(images);
}

void BuildAssist::complete(Analyser::Request& request) const
{
    request.language = QLocale().name().toStdString();
    request.folder = m_editors.folder();
    for (const auto& [reference, platform] : m_platforms) {
        request.imagePlatforms.emplace(reference, platform);
        std::vector<std::string>& names = request.imageVariables[reference];
        for (const auto& [name, value] : m_images.at(reference).variables)
            names.push_back(name);
    }
}

void BuildAssist::addIgnoreLine(const QString& line)
{
    const QString path = m_editors.folder() + QStringLiteral("/.dockerignore");
    m_editors.openFile(path);
    CodeEditor* editor = m_editors.currentEditor();
    if (!editor)
        return;
    const auto append = [editor = QPointer<CodeEditor>(editor), line] {
        if (!editor)
            return;
        std::string text = editor->bytes();
        if (!text.empty() && text.back() != '\n')
            text += '\n';
        editor->replaceBytes(text + line.toStdString() + '\n', false);
        editor->goToLine(editor->lines());
    };
    // A file that was not open yet is being read; its text comes first.
    QTimer::singleShot(300, editor, append);
}

} // namespace darsena::gui
