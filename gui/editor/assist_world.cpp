// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/assist_world.h"

#include "core/dockerfile/ignore.h"

#include <QDirIterator>
#include <QUrl>

namespace darsena::gui {
namespace {

constexpr std::size_t MaxEntries = 2000; // of one folder; nobody reads through more

std::vector<dockerfile::ContextEntry> entriesOf(
    const QString& context, const dockerfile::IgnoreRules& ignore, const std::string& folder)
{
    std::vector<dockerfile::ContextEntry> entries;
    const QString relative = QString::fromStdString(folder);
    // Above the context there is nothing to copy.
    if (QDir::cleanPath(relative).startsWith(QStringLiteral("..")))
        return entries;
    QDirIterator walk(context + QLatin1Char('/') + relative, QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    while (walk.hasNext() && entries.size() < MaxEntries) {
        walk.next();
        const QFileInfo info = walk.fileInfo();
        dockerfile::ContextEntry entry;
        entry.name = info.fileName().toStdString();
        entry.folder = info.isDir();
        const QString path = QDir::cleanPath(relative + QLatin1Char('/') + info.fileName());
        const std::string inside = (path.startsWith(QLatin1Char('/')) ? path.mid(1) : path).toStdString();
        entry.ignored = entry.folder ? ignore.ignoresAllBelow(inside) : ignore.ignores(inside);
        entries.push_back(std::move(entry));
    }
    return entries;
}

} // namespace

dockerfile::Surroundings AssistWorld::surroundings() const
{
    dockerfile::Surroundings world;
    world.stages.target = target;
    world.language = language;
    if (images)
        world.images = *images;
    if (!folder.isEmpty()) {
        world.contextUri = QUrl::fromLocalFile(folder + QLatin1Char('/')).toString(QUrl::FullyEncoded).toStdString();
        Result<dockerfile::IgnoreRules> rules = dockerfile::IgnoreRules::parse(ignoreText);
        world.list = [context = folder,
                         ignore = rules ? std::move(rules).value() : dockerfile::IgnoreRules()](const std::string& inside) {
            return entriesOf(context, ignore, inside);
        };
    }
    return world;
}

} // namespace darsena::gui
