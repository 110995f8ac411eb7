// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <string>

namespace darsena::gui {

/// The Dockerfile that is open in the Build page, for features that read it, edit it and have it built without knowing
/// editor and builder. Implemented in gui/app. GUI thread; nothing blocks.
class DockerfileDesk : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    struct Text {
        QString path; ///< absolute; empty = no Dockerfile is open
        std::string text; ///< as it stands in the editor, saved or not
        QString target; ///< the stage that is built; empty = the last
    };
    virtual Text current() const = 0;

    struct Edit {
        QString path; ///< of the file that it was thought out for
        std::string before; ///< its text then
        std::string after;
        QStringList ignoreLines {}; ///< for the .dockerignore that counts for it
    };
    /// Changes the Dockerfile as one undo step, without saving it, and adds lines to .dockerignore. Errors: Conflict, with
    /// a sentence: another file is open, or its text is not `before` any more; System: .dockerignore cannot be written.
    virtual Result<void> apply(const Edit& edit) = 0;
    /// Takes the last apply() back; false if the text was changed since, and then it is left alone.
    virtual bool undo() = 0;
    virtual bool canUndo() const = 0;

    struct Built {
        QString id; ///< "sha256:…"
        QString name; ///< the tag it got, or the id
    };
    /// Saves the open files and builds the Dockerfile as the Build page would. Errors: Conflict: a build is running;
    /// Unavailable: no engine; Cancelled; Invalid: the build's own sentence.
    virtual void build(QObject* context, std::function<void(Result<Built>)> done) = 0;
    virtual bool isBuilding() const = 0;

Q_SIGNALS:
    /// Another file, another text (when the typing rests), another target, a build began or ended.
    void changed();
};

} // namespace darsena::gui
