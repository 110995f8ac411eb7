// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <QFile>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <vector>

// The cases of a rule, tests/data/dockerfile/rules/<rule>.cases:
//
//     == fires 2 5               lines on which the rule fires: these and no other, a line as often as it fires there
//     FROM debian:12
//     RUN cd /tmp
//     == fixed                   optional: the text above with all fixes of the rule applied
//     …
//     == quiet target=build      a text in which it says nothing; settings as below
//     FROM …
//
// Settings, behind the lines: target=STAGE  platform=OS/ARCH  arg=NAME=VALUE  trusted=REGISTRY  label=NAME:TYPE
// strict-labels  ignore=PATTERN (of .dockerignore)  variables=IMAGE=NAME,NAME  image-platform=IMAGE=OS/ARCH
// skip-pragmas. "\e" at the end of a line's blanks stands for nothing, so that they survive editors.

namespace darsena::dockerfile::test {

struct RuleCase {
    bool fires = false;
    QList<int> lines;
    QString text;
    std::optional<QString> fixed;
    LintOptions options;
    int at = 0; ///< line in the file of cases
};

inline LabelType labelType(const QString& name)
{
    const QStringList names {"text", "url", "rfc3339", "semver", "hash", "spdx", "email"};
    return static_cast<LabelType>(std::max(0, int(names.indexOf(name))));
}

/// Applies the words of settings; the name of one that is not known, or empty.
inline QString applySettings(LintOptions& options, const QStringList& words)
{
    std::string ignore;
    for (const QString& word : words) {
        const QString key = word.section('=', 0, 0);
        const std::string value = word.section('=', 1).toStdString();
        const QString left = QString::fromStdString(value).section('=', 0, 0);
        const QString right = QString::fromStdString(value).section('=', 1);
        if (key == "target")
            options.stages.target = value;
        else if (key == "platform")
            options.stages.targetPlatform = value;
        else if (key == "arg")
            options.stages.buildArgs[left.toStdString()] = right.toStdString();
        else if (key == "trusted")
            options.config.trustedRegistries.push_back(value);
        else if (key == "label")
            options.config.labelSchema[QString::fromStdString(value).section(':', 0, 0).toStdString()]
                = labelType(QString::fromStdString(value).section(':', 1));
        else if (key == "strict-labels")
            options.config.strictLabels = true;
        else if (key == "skip-pragmas")
            options.config.disableIgnorePragma = true;
        else if (key == "ignore")
            ignore += value + '\n';
        else if (key == "variables") {
            for (const QString& name : right.split(','))
                options.imageVariables[left.toStdString()].push_back(name.toStdString());
        } else if (key == "image-platform")
            options.imagePlatforms[left.toStdString()] = right.toStdString();
        else
            return word;
    }
    if (!ignore.empty())
        options.contextIgnore = *IgnoreRules::parse(ignore);
    return {};
}

inline std::vector<RuleCase> readCases(const QString& path)
{
    QFile file(path);
    std::vector<RuleCase> cases;
    if (!file.open(QIODevice::ReadOnly))
        return cases;
    QString* text = nullptr;
    int number = 0;
    for (const QString& line : QString::fromUtf8(file.readAll()).split('\n')) {
        ++number;
        if (!line.startsWith("== ")) {
            QString kept = line;
            if (text)
                *text += kept.replace("\\e", "") + '\n';
            continue;
        }
        QStringList words = line.mid(3).split(' ', Qt::SkipEmptyParts);
        const QString kind = words.takeFirst();
        if (kind == "fixed") {
            cases.back().fixed.emplace();
            text = &*cases.back().fixed;
            continue;
        }
        RuleCase& added = cases.emplace_back();
        added.fires = kind == "fires";
        added.at = number;
        bool isNumber = true;
        while (!words.isEmpty() && (words.front().toInt(&isNumber), isNumber))
            added.lines << words.takeFirst().toInt();
        const QString unknown = applySettings(added.options, words);
        if (!unknown.isEmpty() || (kind != "fires" && kind != "quiet"))
            qFatal("%s:%d: not understood: %s", qPrintable(path), number, qPrintable(line));
        text = &added.text;
    }
    for (RuleCase& entry : cases) {
        // The line before the next heading, or the end of the file, ends the text; blank lines there do not belong to it.
        for (QString* each : {&entry.text, entry.fixed ? &*entry.fixed : nullptr}) {
            while (each && each->endsWith("\n\n"))
                each->chop(1);
        }
    }
    return cases;
}

} // namespace darsena::dockerfile::test
