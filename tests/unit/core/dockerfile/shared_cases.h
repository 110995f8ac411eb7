// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"

#include <QByteArray>
#include <QFile>
#include <QString>
#include <QTest>

#include <vector>

namespace darsena::tests {

/// Cases of other projects lie beside the checkout, where there are any; they are not ours to copy.
inline QString sharedPath(const QString& name)
{
    return QStringLiteral(DARSENA_SHARED_DIR "/cases/") + name;
}

inline std::string readAll(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return file.readAll().toStdString();
}

/// One JSON object a line; empty when the file is not there.
inline std::vector<json::Object> readCases(const QString& name)
{
    std::vector<json::Object> cases;
    QFile file(sharedPath(name));
    if (!file.open(QIODevice::ReadOnly))
        return cases;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine();
        auto value = json::parse(std::string_view(line.constData(), static_cast<std::size_t>(line.size())));
        if (value && value->is_object())
            cases.push_back(value->as_object());
    }
    return cases;
}

inline std::string textOf(const json::Object& object, std::string_view key)
{
    return json::text(object, key).valueOr("");
}

} // namespace darsena::tests

#define SKIP_WITHOUT(cases)                                                                                            \
    if ((cases).empty())                                                                                               \
    QSKIP("the shared cases are not beside this checkout")
