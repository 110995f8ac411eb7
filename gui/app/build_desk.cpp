// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/app/build_desk.h"

#include "core/dockerfile/savings.h"
#include "gui/base/text.h"
#include "gui/client/engine_client.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/editor_tabs.h"
#include "gui/panels/builds/build_runner.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>

#include <utility>

namespace darsena::gui {

namespace {

constexpr qint64 LargestIgnoreFile = 1 << 20;

/// The text with lines at its end that it does not have yet.
QByteArray withLines(QByteArray text, const QStringList& lines)
{
    const bool windows = text.contains("\r\n");
    const QList<QByteArray> there = QByteArray(text).replace("\r\n", "\n").split('\n');
    for (const QString& line : lines) {
        if (there.contains(line.toUtf8()))
            continue;
        if (!text.isEmpty() && !text.endsWith('\n'))
            text += windows ? "\r\n" : "\n";
        text += line.toUtf8() + (windows ? "\r\n" : "\n");
    }
    return text;
}

Result<void> writeFile(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return Error(ErrorCode::System, BuildDesk::tr("%1 cannot be written: %2").arg(QDir::toNativeSeparators(path), file.errorString()).toStdString());
    return {};
}

} // namespace

BuildDesk::BuildDesk(EditorTabs& editors, BuildRunner& runner, EngineClient& engine, Page page, QObject* parent)
    : DockerfileDesk(parent)
    , m_editors(editors)
    , m_runner(runner)
    , m_engine(engine)
    , m_page(std::move(page))
{
    connect(&editors, &EditorTabs::textChanged, this, &DockerfileDesk::changed);
    connect(&editors, &EditorTabs::dockerfileChanged, this, &DockerfileDesk::changed);
    connect(&runner, &BuildRunner::planned, this, &DockerfileDesk::changed);
    connect(&runner, &BuildRunner::ended, this, &BuildDesk::buildEnded);
}

DockerfileDesk::Text BuildDesk::current() const
{
    const DockerfileEditor* editor = m_editors.dockerfile();
    if (!editor || !m_editors.analysable())
        return {};
    return {.path = m_editors.dockerfilePath(), .text = editor->bytes(), .target = m_page.target()};
}

Result<void> BuildDesk::apply(const Edit& edit)
{
    DockerfileEditor* editor = m_editors.dockerfile();
    if (!editor || m_editors.dockerfilePath() != edit.path)
        return Error(ErrorCode::Conflict, tr("%1 is not open in the Build page.").arg(QDir::toNativeSeparators(edit.path)).toStdString());
    if (editor->bytes() != edit.before)
        return Error(ErrorCode::Conflict, tr("The Dockerfile was changed meanwhile; look at the suggestions again.").toStdString());
    if (editor->isReadOnly())
        return Error(ErrorCode::Denied, tr("The Dockerfile cannot be changed: it is open for reading only.").toStdString());
    Done done;
    if (!edit.ignoreLines.isEmpty())
        TRY(addIgnoreLines(edit.ignoreLines, done));
    done.editor = editor;
    if (const auto change = dockerfile::editBetween(edit.before, edit.after)) {
        editor->applyEdits({*change});
        done.edited = true;
    }
    done.revision = editor->revision();
    m_done = std::move(done);
    return {};
}

Result<void> BuildDesk::addIgnoreLines(const QStringList& lines, Done& done)
{
    if (CodeEditor* editor = m_editors.ignoreEditor()) {
        const std::string before = editor->bytes();
        const QByteArray after = withLines(QByteArray::fromStdString(before), lines);
        if (const auto change = dockerfile::editBetween(before, after.toStdString())) {
            editor->applyChanges({{change->range.begin, change->range.end, change->replacement}});
            done.ignoreEditor = editor;
            done.ignoreRevision = editor->revision();
        }
        return {};
    }
    const QString path = m_editors.ignorePath();
    QFile file(path);
    QByteArray before;
    if (file.exists()) {
        if (!file.open(QIODevice::ReadOnly) || file.size() > LargestIgnoreFile)
            return Error(ErrorCode::System, tr("%1 cannot be read: %2").arg(QDir::toNativeSeparators(path), file.errorString()).toStdString());
        before = file.readAll();
        done.ignoreBefore = before;
    }
    done.ignoreAfter = withLines(before, lines);
    if (done.ignoreAfter != before) {
        TRY(writeFile(path, done.ignoreAfter));
        done.ignorePath = path;
    }
    return {};
}

bool BuildDesk::canUndo() const
{
    return m_done.editor && m_done.editor == m_editors.dockerfile() && m_done.editor->revision() == m_done.revision
        && (!m_done.ignoreEditor || m_done.ignoreEditor->revision() == m_done.ignoreRevision);
}

bool BuildDesk::undo()
{
    if (!canUndo())
        return false;
    const Done done = std::exchange(m_done, {});
    if (done.edited)
        done.editor->undo();
    if (done.ignoreEditor)
        done.ignoreEditor->undo();
    if (!done.ignorePath.isEmpty()) {
        QFile file(done.ignorePath);
        // Whoever wrote it since wants to keep what he wrote.
        if (file.open(QIODevice::ReadOnly) && file.read(LargestIgnoreFile) == done.ignoreAfter) {
            file.close();
            if (!done.ignoreBefore)
                file.remove();
            else if (const auto written = writeFile(done.ignorePath, *done.ignoreBefore); !written)
                return false;
        }
    }
    Q_EMIT changed();
    return true;
}

bool BuildDesk::isBuilding() const
{
    return m_waiting != nullptr || m_runner.state().active();
}

void BuildDesk::build(QObject* context, std::function<void(Result<Built>)> done)
{
    const auto refuse = [&](ErrorCode code, const QString& sentence) { done(Error(code, sentence.toStdString())); };
    if (isBuilding())
        return refuse(ErrorCode::Conflict, tr("Another build is running."));
    if (!m_editors.hasProject())
        return refuse(ErrorCode::Conflict, tr("No Dockerfile is open in the Build page."));
    if (m_engine.state() != EngineClient::State::Connected)
        return refuse(ErrorCode::Unavailable, m_engine.stateSentence());
    m_context = context;
    m_waiting = std::move(done);
    Q_EMIT changed();
    m_page.startBuild();
}

void BuildDesk::buildRefused(const Error& error)
{
    if (auto waiting = std::exchange(m_waiting, nullptr); waiting && m_context)
        waiting(error);
    Q_EMIT changed();
}

void BuildDesk::buildEnded()
{
    auto waiting = std::exchange(m_waiting, nullptr);
    Q_EMIT changed();
    if (!waiting || !m_context)
        return;
    const BuildState& state = m_runner.state();
    switch (state.phase()) {
    case BuildState::Phase::Succeeded:
        waiting(Built {.id = state.imageId(), .name = state.tags().isEmpty() ? state.imageId() : state.tags().constFirst()});
        break;
    case BuildState::Phase::Cancelled:
        waiting(Error(ErrorCode::Cancelled, tr("The build was stopped.").toStdString()));
        break;
    default:
        waiting(Error(ErrorCode::Invalid, (state.error().isEmpty() ? tr("The build failed.") : state.error()).toStdString()));
        break;
    }
}

} // namespace darsena::gui
