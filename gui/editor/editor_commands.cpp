// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/editor_commands.h"

#include "gui/editor/edit_commands.h"
#include "gui/editor/editor_tabs.h"
#include "gui/editor/find_bar.h"
#include "gui/editor/go_to_line.h"
#include "gui/editor/text_file.h"
#include "gui/settings/settings.h"

#include <QAction>

namespace darsena::gui {

EditorCommands::EditorCommands(PageContext context, EditorTabs& tabs, FindBar& find, GoToLine& goToLine)
    : QObject(&tabs)
    , m_context(context)
    , m_tabs(tabs)
    , m_texts(&tabs)
{
    const auto onEditor = [this](auto command) {
        return [this, command] {
            if (CodeEditor* editor = m_tabs.currentEditor())
                command(*editor);
        };
    };
    add(QKeySequence::Find, [] { return tr("Find"); }, [&find] { find.open(false); });
    add(Qt::CTRL | Qt::Key_H, [] { return tr("Find and replace"); }, [&find] { find.open(true); });
    add(Qt::Key_F3, [] { return tr("Next match"); }, [&find] { find.find(true); });
    add(Qt::SHIFT | Qt::Key_F3, [] { return tr("Previous match"); }, [&find] { find.find(false); });
    add(Qt::CTRL | Qt::Key_G, [] { return tr("Go to line"); }, [this, &goToLine] { goToLine.open(m_tabs.currentEditor()); });
    add(Qt::CTRL | Qt::Key_Slash, [] { return tr("Comment or uncomment lines"); }, onEditor(toggleComment));
    add(Qt::ALT | Qt::Key_Up, [] { return tr("Move lines up"); }, onEditor([](CodeEditor& editor) { moveLines(editor, false); }));
    add(Qt::ALT | Qt::Key_Down, [] { return tr("Move lines down"); }, onEditor([](CodeEditor& editor) { moveLines(editor, true); }));
    add(Qt::CTRL | Qt::SHIFT | Qt::Key_D, [] { return tr("Duplicate lines"); }, onEditor(duplicate));
    add(Qt::CTRL | Qt::Key_D, [] { return tr("Select the next occurrence too"); }, onEditor(selectNextOccurrence));
    add(Qt::CTRL | Qt::SHIFT | Qt::Key_L, [] { return tr("Select all occurrences"); }, onEditor(selectAllOccurrences));
    add(Qt::CTRL | Qt::SHIFT | Qt::Key_I, [] { return tr("Format the file"); }, [this] { m_tabs.formatCurrent(); });
    add(Qt::CTRL | Qt::SHIFT | Qt::Key_BracketLeft, [] { return tr("Fold"); },
        onEditor([](CodeEditor& editor) { editor.foldAtCaret(true); }));
    add(Qt::CTRL | Qt::SHIFT | Qt::Key_BracketRight, [] { return tr("Unfold"); },
        onEditor([](CodeEditor& editor) { editor.foldAtCaret(false); }));
    add({}, [] { return tr("Fold everything"); },
        onEditor([](CodeEditor& editor) { editor.SendScintilla(QsciScintilla::SCI_FOLDALL, ulong(QsciScintilla::SC_FOLDACTION_CONTRACT)); }));
    add({}, [] { return tr("Unfold everything"); },
        onEditor([](CodeEditor& editor) { editor.SendScintilla(QsciScintilla::SCI_FOLDALL, ulong(QsciScintilla::SC_FOLDACTION_EXPAND)); }));
    add(Qt::CTRL | Qt::Key_PageDown, [] { return tr("Next tab"); }, [this] { m_tabs.stepTab(1); });
    add(Qt::CTRL | Qt::Key_PageUp, [] { return tr("Previous tab"); }, [this] { m_tabs.stepTab(-1); });
    add(Qt::CTRL | Qt::Key_Plus, [] { return tr("Enlarge the text"); }, [this] { zoom(1); });
    add(Qt::CTRL | Qt::Key_Minus, [] { return tr("Shrink the text"); }, [this] { zoom(-1); });
    add(Qt::CTRL | Qt::Key_0, [] { return tr("Text in its usual size"); }, [this] { zoom(0); });
    m_all[m_all.size() - 3]->setShortcuts({ QKeySequence(Qt::CTRL | Qt::Key_Plus), QKeySequence(Qt::CTRL | Qt::Key_Equal) });
    addOption(Qt::ALT | Qt::Key_Z, [] { return tr("Wrap long lines"); }, &EditorOptions::wrapLines);
    addOption({}, [] { return tr("Show blanks and tabs"); }, &EditorOptions::showWhitespace);
    addOption({}, [] { return tr("Show indent guides"); }, &EditorOptions::indentGuides);
    addOption({}, [] { return tr("Save by itself"); }, &EditorOptions::autosave);
    addOption({}, [] { return tr("Format Dockerfiles when saving"); }, &EditorOptions::formatOnSave);
    const auto onFile = [this](auto command) {
        return [this, command] {
            if (TextFile* file = m_tabs.currentFile(); file && file->isLoaded() && !file->isReadOnly())
                command(*file);
        };
    };
    add({}, [] { return tr("Line ends: LF"); }, onFile([](TextFile& file) { file.setLineEnds(false); }));
    add({}, [] { return tr("Line ends: CRLF"); }, onFile([](TextFile& file) { file.setLineEnds(true); }));
    add({}, [] { return tr("Save as UTF-8"); }, onFile([](TextFile& file) { file.setEncoding(Encoding::Utf8, false); }));
}

void EditorCommands::add(const QKeySequence& key, std::function<QString()> text, std::function<void()> run)
{
    auto* action = new QAction(&m_tabs);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(action, &QAction::triggered, this, std::move(run));
    m_tabs.addAction(action);
    m_all.append(action);
    m_texts([action, text = std::move(text)] { action->setText(text()); });
}

void EditorCommands::addOption(const QKeySequence& key, std::function<QString()> text, bool EditorOptions::* option)
{
    add(key, std::move(text), [this, option] {
        EditorOptions options = m_context.settings.editor();
        options.*option = !(options.*option);
        m_context.settings.setEditor(options);
    });
    QAction* action = m_all.last();
    action->setCheckable(true);
    action->setChecked(m_context.settings.editor().*option);
    connect(&m_context.settings, &Settings::editorChanged, action,
        [action, option](const EditorOptions& options) { action->setChecked(options.*option); });
}

void EditorCommands::zoom(int step)
{
    EditorOptions options = m_context.settings.editor();
    options.zoom = step == 0 ? 0 : std::clamp(options.zoom + step, -6, 20);
    m_context.settings.setEditor(options);
}

} // namespace darsena::gui
