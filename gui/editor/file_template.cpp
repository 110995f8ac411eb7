// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/file_template.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

// Outside the namespace, as the macro wants it: the library is static, and nothing else would pull the resource in.
static void useTemplateResource()
{
    Q_INIT_RESOURCE(templates);
}

namespace darsena::gui {
namespace {

const QString Root = QStringLiteral(":/darsena/templates/");

QByteArray readResource(const QString& path)
{
    QFile file(Root + path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// A text, or an object of one text a language.
QString inLanguage(const QJsonValue& value, const QString& language)
{
    if (value.isString())
        return value.toString();
    const QJsonObject texts = value.toObject();
    return texts.value(texts.contains(language) ? language : QStringLiteral("en")).toString();
}

QString rendered(const QString& text, const QHash<QString, QString>& values, const QString& language)
{
    QStringList lines = text.split(QLatin1Char('\n'));
    const QString mine = QStringLiteral("#%1 ").arg(language);
    lines.removeIf([&mine](const QString& line) {
        return (line.startsWith(QLatin1String("#en ")) || line.startsWith(QLatin1String("#es "))) && !line.startsWith(mine);
    });
    for (QString& line : lines) {
        if (line.startsWith(mine))
            line.replace(0, mine.size(), QStringLiteral("# "));
    }
    QString out = lines.join(QLatin1Char('\n'));
    for (auto value = values.constBegin(); value != values.constEnd(); ++value)
        out.replace(QStringLiteral("@%1@").arg(value.key()), value.value());
    return out;
}

} // namespace

std::vector<FileTemplate> fileTemplates(const QString& language)
{
    useTemplateResource();
    std::vector<std::pair<int, FileTemplate>> found;
    for (const QString& id : QDir(Root).entryList(QDir::Dirs)) {
        const QJsonObject object = QJsonDocument::fromJson(readResource(id + QStringLiteral("/template.json"))).object();
        FileTemplate one;
        one.id = id;
        one.title = inLanguage(object[QLatin1String("title")], language);
        one.about = inLanguage(object[QLatin1String("about")], language);
        for (const QJsonValue mark : object[QLatin1String("marks")].toArray())
            one.marks.append(mark.toString());
        for (const QJsonValue value : object[QLatin1String("variables")].toArray()) {
            const QJsonObject variable = value.toObject();
            one.variables.push_back({ variable[QLatin1String("key")].toString(),
                inLanguage(variable[QLatin1String("label")], language), variable[QLatin1String("value")].toString(),
                variable[QLatin1String("pattern")].toString() });
        }
        found.emplace_back(object[QLatin1String("order")].toInt(), std::move(one));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<FileTemplate> templates;
    for (auto& [order, one] : found)
        templates.push_back(std::move(one));
    return templates;
}

TemplateFiles renderTemplate(const FileTemplate& chosen, const QHash<QString, QString>& values, const QString& language)
{
    QHash<QString, QString> all;
    for (const FileTemplate::Variable& variable : chosen.variables)
        all.insert(variable.key, values.value(variable.key, variable.value));
    const QString code = language == QLatin1String("es") ? language : QStringLiteral("en");
    const auto text = [&](const QString& name) {
        return rendered(QString::fromUtf8(readResource(chosen.id + QLatin1Char('/') + name)), all, code);
    };
    return { text(QStringLiteral("Dockerfile")), text(QStringLiteral(".dockerignore")) };
}

int detectTemplate(const std::vector<FileTemplate>& templates, const QStringList& names)
{
    for (std::size_t i = 0; i < templates.size(); ++i) {
        for (const QString& mark : templates[i].marks) {
            if (names.contains(mark))
                return int(i);
        }
    }
    return -1;
}

} // namespace darsena::gui
