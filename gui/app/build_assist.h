// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/page.h"
#include "gui/base/retranslator.h"
#include "gui/client/image_feed.h"
#include "gui/editor/analysis.h"
#include "gui/editor/assist_world.h"
#include "gui/editor/assistant.h"

#include <QObject>
#include <QPointer>

#include <map>
#include <set>

namespace darsena::gui {

class DockerfileEditor;
class EditorTabs;

/// The Build page's assistance: gives the open Dockerfile's editor an assistant, tells it what the engine and the project
/// have, and has the commands for it.
class BuildAssist : public QObject {
    Q_OBJECT
public:
    BuildAssist(PageContext context, EngineClient& engine, EditorTabs& editors, QWidget* page);

    QList<QAction*> commands() const;
    Assistant* assistant() const { return m_assistant; }

    /// Another Dockerfile is in question; one that was before has its assistant still.
    void attach(DockerfileEditor* editor);
    /// Its text has been read anew: images that it is built on are looked up.
    void analysed(const Analysis& analysis);
    /// Puts what is known of images, language and configuration into a request.
    void complete(Analyser::Request& request) const;
    /// The target chosen for the build.
    void setTarget(const std::string& target) { m_target = target; }

Q_SIGNALS:
    /// complete() says something else now.
    void changed();

private:
    void makeCommands(QWidget* page);
    void takeImages(const std::vector<model::ImageSummary>& images);
    void inspect(const std::string& reference);
    AssistWorld world() const;
    void listImages();
    void addIgnoreLine(const QString& line);

    PageContext m_context;
    EngineClient& m_engine;
    EditorTabs& m_editors;
    ImageFeed m_feed;
    QPointer<Assistant> m_assistant;
    std::string m_target;
    std::map<std::string, dockerfile::KnownImage> m_images; ///< by reference
    std::shared_ptr<const std::vector<dockerfile::KnownImage>> m_imageList; ///< the same, for the assistant
    std::set<std::string> m_bases; ///< of the open Dockerfile
    std::map<std::string, std::string> m_platforms; ///< of those that were inspected
    std::set<std::string> m_inspected;
    QList<QAction*> m_commands;
    QAction* m_goTo = nullptr; ///< one of them
    Retranslator m_texts;
};

} // namespace darsena::gui
