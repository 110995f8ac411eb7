// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

#include <vector>

namespace darsena::gui {

/// The files of a stack ("Go", "Python"): a Dockerfile and its .dockerignore with a few variables, commented in two
/// languages. They are in resources/templates; a line "#en …" or "#es …" is a comment of that language, and "@NAME@" is
/// a variable's value.
struct FileTemplate {
    struct Variable {
        QString key; ///< "PORT"
        QString label; ///< in the language asked for
        QString value; ///< unless somebody chooses another
        QString pattern; ///< a regular expression that the whole value must match
    };
    QString id; ///< "go"
    QString title;
    QString about;
    QStringList marks; ///< files that tell that a folder is of this stack: "go.mod"
    std::vector<Variable> variables;
};

/// All of them, in the order of a list. @p language: "en" or "es".
std::vector<FileTemplate> fileTemplates(const QString& language);

struct TemplateFiles {
    QString dockerfile;
    QString ignore;
};
/// The texts with the variables' values; what is not given has its usual one. Values are taken as they are: check them
/// against their patterns first.
TemplateFiles renderTemplate(const FileTemplate& chosen, const QHash<QString, QString>& values, const QString& language);

/// The stack whose marks are among a folder's names; -1 for none.
int detectTemplate(const std::vector<FileTemplate>& templates, const QStringList& names);

} // namespace darsena::gui
