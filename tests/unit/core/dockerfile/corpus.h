// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared_cases.h"
#include "tests/unit/core/dockerfile/rule_cases.h"

#include <QDir>
#include <QDirIterator>

#include <string>
#include <vector>

namespace darsena::tests {

struct CorpusText {
    QString name;
    std::string text;
};

/// Every Dockerfile there is to try something on: the tests' own, those of other projects where they are, and the texts of
/// all cases of rules.
inline std::vector<CorpusText> dockerfileCorpus()
{
    std::vector<CorpusText> corpus;
    for (const QString& root : {QStringLiteral(DARSENA_TEST_DATA "/dockerfile"), sharedPath("buildkit-parser")}) {
        QDirIterator it(root, QDir::Files, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            const QString path = it.next();
            if (it.fileName().contains(QStringLiteral("Dockerfile")) || it.fileName() == QStringLiteral("expected"))
                corpus.push_back({.name = path.mid(root.size() + 1), .text = readAll(path)});
        }
    }
    const QDir rules(QStringLiteral(DARSENA_TEST_DATA "/dockerfile/rules"));
    for (const QString& file : rules.entryList({QStringLiteral("*.cases")}, QDir::Files, QDir::Name)) {
        for (const auto& entry : dockerfile::test::readCases(rules.filePath(file)))
            corpus.push_back({.name = QStringLiteral("%1:%2").arg(file).arg(entry.at), .text = entry.text.toStdString()});
    }
    for (const json::Object& entry : readCases("buildkit-parser/extra-cases.jsonl")) {
        for (const auto& [key, value] : entry) {
            if (value.is_string() && value.as_string().size() > 4)
                corpus.push_back({.name = QStringLiteral("extra"), .text = std::string(value.as_string().c_str(), value.as_string().size())});
        }
    }
    return corpus;
}

} // namespace darsena::tests
