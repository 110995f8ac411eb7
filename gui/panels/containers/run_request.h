// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/api/model/container.h"
#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace darsena::gui {

/// What the form says of a container to run, as typed. Turns into the request for the engine, and into the docker
/// command that does the same.
struct RunRequest {
    QString image;
    QString name;
    QString command; ///< as in a shell: words, quotes; empty = the image's own
    QString environment; ///< one NAME=value a line
    QString ports; ///< "8080:80, 127.0.0.1:53:53/udp", separated by commas or blanks
    QString network; ///< empty = the engine's default
    bool removeAfter = false;

    /// Errors: Invalid, naming the line or the word that is wrong.
    Result<model::ContainerCreate> toModel() const;
    /// The words of "docker run -d …"; what cannot be understood is left as typed.
    QStringList dockerCommand() const;

    /// Words as a POSIX shell would split them, without expanding anything. Errors: Invalid for an open quote.
    static Result<QStringList> splitWords(const QString& text);
};

} // namespace darsena::gui
