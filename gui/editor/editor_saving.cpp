// SPDX-License-Identifier: GPL-3.0-or-later
// The part of EditorTabs that writes: saving, formatting before it, saving by itself.
#include "gui/editor/editor_tabs.h"

#include "core/dockerfile/format/format.h"
#include "gui/base/async.h"
#include "gui/base/text.h"
#include "gui/editor/dockerfile_editor.h"
#include "gui/editor/text_file.h"
#include "gui/settings/settings.h"

#include <QFileInfo>
#include <QTabBar>

namespace darsena::gui {

bool EditorTabs::anyModified() const
{
    return std::any_of(m_tabs.begin(), m_tabs.end(), [](const Tab& tab) { return tab.file->isModified(); });
}

void EditorTabs::save(TextFile* file, bool mayFormat, std::function<void(Result<void>)> done)
{
    const int index = tabOf(file);
    const bool formats = mayFormat && index >= 0 && m_tabs[std::size_t(index)].dockerfile && file->isModified()
        && !file->isLarge() && m_context.settings.editor().formatOnSave;
    if (formats)
        format(file, [file, done = std::move(done)] { file->save(done); });
    else
        file->save(std::move(done));
}

void EditorTabs::format(TextFile* file, std::function<void()> then)
{
    CodeEditor* editor = file->editor();
    async(
        file, [text = editor->bytes()] { return dockerfile::format(text); },
        [editor, revision = editor->revision(), then = std::move(then)](const std::string& formatted) {
            // What was typed meanwhile is newer than what was formatted.
            if (revision == editor->revision() && !editor->isReadOnly())
                editor->replaceBytes(formatted, false);
            then();
        });
}

void EditorTabs::formatCurrent()
{
    TextFile* file = currentFile();
    const int index = file ? tabOf(file) : -1;
    if (index < 0 || !m_tabs[std::size_t(index)].dockerfile) {
        Q_EMIT notice(tr("Only Dockerfiles can be formatted."));
        return;
    }
    if (file->isReadOnly() || file->isLarge())
        return;
    format(file, [this, revision = file->editor()->revision(), editor = file->editor()] {
        if (revision == editor->revision())
            Q_EMIT notice(tr("The file is in good order already."));
    });
}

void EditorTabs::saveAll(std::function<void(Result<void>)> done)
{
    struct Progress {
        std::size_t waiting = 1;
        std::optional<Error> error;
        std::function<void(Result<void>)> done;
    };
    auto progress = std::make_shared<Progress>();
    progress->done = std::move(done);
    const auto one = [progress](Result<void> saved) {
        if (!saved && !progress->error)
            progress->error = saved.error();
        if (--progress->waiting == 0)
            progress->done(progress->error ? Result<void>(*progress->error) : Result<void>());
    };
    for (const Tab& tab : m_tabs) {
        if (tab.file->isModified()) {
            ++progress->waiting;
            save(tab.file, true, one);
        }
    }
    one({});
}

void EditorTabs::saveCurrent()
{
    TextFile* file = currentFile();
    if (!file)
        return;
    save(file, true, [this, path = file->path()](Result<void> saved) {
        Q_EMIT notice(saved ? tr("%1 saved.").arg(QFileInfo(path).fileName()) : errorSentence(saved.error()));
    });
}

void EditorTabs::autosave()
{
    m_autosave.stop();
    if (!m_context.settings.editor().autosave)
        return;
    for (const Tab& tab : m_tabs) {
        // A file that was deleted is not put back behind anyone's back, and a question is not answered.
        if (!tab.file->isModified() || !tab.file->exists() || tab.file->isReadOnly() || tab.file->isUndecided())
            continue;
        tab.file->save([this](const Result<void>& saved) {
            if (!saved)
                Q_EMIT notice(errorSentence(saved.error()));
        });
    }
}

void EditorTabs::keepUnsavedNow()
{
    for (const Tab& tab : m_tabs)
        tab.file->keepUnsavedNow();
}

void EditorTabs::closeCurrent()
{
    if (m_bar->currentIndex() > 0) // the Dockerfile is the project
        saveAndClose(currentFile());
}

void EditorTabs::saveAndClose(TextFile* file)
{
    if (file->isModified() && !file->exists()) { // deleted, and closed: it stays deleted, its text is kept aside
        file->keepUnsavedNow();
        closeTab(tabOf(file));
        return;
    }
    save(file, true, [this, file](Result<void> saved) {
        if (saved)
            closeTab(tabOf(file));
        else
            Q_EMIT notice(errorSentence(saved.error()));
    });
}

} // namespace darsena::gui
