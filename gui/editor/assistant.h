// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/assist/refactor.h"
#include "gui/base/async.h"
#include "gui/editor/assist_world.h"

#include <QObject>
#include <QTimer>
#include <QUrl>

#include <functional>

class QMenu;

namespace darsena::gui {

class AssistCard;
class Completer;
class DockerfileEditor;
class LinkPointer;
class RenameField;
class Theme;
struct LinkTarget;

/// What helps while a Dockerfile is written: completion, explanations under the pointer and the caret, what an
/// instruction takes, places of the same name, renaming, quick fixes and refactorings. All of it is core/dockerfile's,
/// asked for in workers.
class Assistant : public QObject {
    Q_OBJECT
public:
    Assistant(const Theme& theme, DockerfileEditor* editor);

    /// @p world is asked before each question; it must be quick.
    void setWorld(std::function<AssistWorld()> world);
    Completer* completer() const { return m_completer; }
    AssistCard* card() const { return m_card; }
    RenameField* renameField() const { return m_rename; }

    /// What stands under the caret, explained beside it.
    void explain();
    /// To where what stands under the caret leads: the definition of a name (at the definition itself the next place that
    /// uses it), the file of the context that COPY takes, the page of an address or image. A click with Ctrl does so, too.
    void goToDefinition();
    /// A menu of the lines with the name under the caret.
    void showReferences();
    void rename();
    /// A menu of what can be done here: fixes, "fix all", leave a rule out, refactorings.
    void showActions();
    void fixAll();
    /// What an instruction takes, with the argument under the caret marked.
    void showSignature();
    void hideCards();

Q_SIGNALS:
    void notice(const QString& sentence);
    /// A refactoring wants this line in the .dockerignore.
    void ignoreLineWanted(const QString& line);
    /// A file or folder of the build context, or a page of the web, is to be shown.
    void fileWanted(const QString& path);
    void folderWanted(const QString& path);
    void pageWanted(const QUrl& page);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void explainAt(std::uint32_t position, bool byPointer);
    void caretMoved();
    void markPlaces();
    void fillActions(QMenu* menu, std::vector<dockerfile::Refactoring> refactorings);
    void goTo(std::uint32_t position);
    void follow(const LinkTarget& target);
    QRect placeOf(std::uint32_t position) const; ///< of a character, in global coordinates
    std::uint32_t caret() const;
    QString lineText(std::uint32_t position) const;
    /// Runs `ask(file, caret, surroundings)` in a worker and then `done` with what it gave, if the text is still the same.
    template <typename Ask, typename Done> void ask(LatestOnly& jobs, std::uint32_t position, Ask question, Done done);

    DockerfileEditor* m_editor;
    Completer* m_completer;
    AssistCard* m_card; ///< under the pointer or the caret
    AssistCard* m_signature; ///< above the line
    RenameField* m_rename;
    LinkPointer* m_pointer;
    std::function<AssistWorld()> m_world = [] { return AssistWorld(); };
    LatestOnly m_explaining;
    LatestOnly m_signing;
    LatestOnly m_marking;
    LatestOnly m_asking;
    QTimer m_settle; ///< the caret rests: mark the places of its name
    int m_signatureLine = 0;
};

} // namespace darsena::gui
