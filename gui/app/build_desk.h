// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "gui/base/dockerfile_desk.h"

#include <QPointer>

#include <optional>

namespace darsena::gui {

class BuildRunner;
class CodeEditor;
class EditorTabs;
class EngineClient;

/// The Build page's Dockerfile, for others: edits go through its editor, builds through its runner.
class BuildDesk : public DockerfileDesk {
    Q_OBJECT
public:
    /// What the page does: start a build as its button would; tell the target.
    struct Page {
        std::function<void()> startBuild;
        std::function<QString()> target;
    };
    BuildDesk(EditorTabs& editors, BuildRunner& runner, EngineClient& engine, Page page, QObject* parent);

    Text current() const override;
    Result<void> apply(const Edit& edit) override;
    bool undo() override;
    bool canUndo() const override;
    void build(QObject* context, std::function<void(Result<Built>)> done) override;
    bool isBuilding() const override;

    /// The build that was asked for did not begin.
    void buildRefused(const Error& error);

private:
    /// What the last apply() left, and what was there before.
    struct Done {
        QPointer<CodeEditor> editor;
        quint64 revision = 0;
        bool edited = false;
        QPointer<CodeEditor> ignoreEditor; ///< of .dockerignore, if it is open
        quint64 ignoreRevision = 0;
        QString ignorePath; ///< if it was written on disk
        std::optional<QByteArray> ignoreBefore; ///< nothing: there was none
        QByteArray ignoreAfter;
    };
    Result<void> addIgnoreLines(const QStringList& lines, Done& done);
    void buildEnded();

    EditorTabs& m_editors;
    BuildRunner& m_runner;
    EngineClient& m_engine;
    Page m_page;
    Done m_done;
    QPointer<QObject> m_context; ///< of who waits for the build
    std::function<void(Result<Built>)> m_waiting;
};

} // namespace darsena::gui
