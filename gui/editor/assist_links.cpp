// SPDX-License-Identifier: GPL-3.0-or-later
#include "gui/editor/assist_links.h"

#include "gui/base/text.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace darsena::gui {
namespace {

bool covers(const dockerfile::Range& range, std::uint32_t offset)
{
    return range.begin <= offset && offset <= range.end;
}

/// The definition of a name; at the definition itself the next place that uses it.
LinkTarget targetOf(const dockerfile::Symbol& symbol, std::uint32_t offset)
{
    const auto& places = symbol.places;
    LinkTarget target;
    const auto mine = std::find_if(places.begin(), places.end(), [&](const auto& place) { return covers(place.range, offset); });
    if (mine != places.end())
        target.range = mine->range;
    if (symbol.origin && !covers(*symbol.origin, offset)) {
        target.position = symbol.origin->begin;
        return target;
    }
    if (mine != places.end() && mine->definition) {
        target.position = (mine + 1 == places.end() ? places.front() : *(mine + 1)).range.begin;
        return target;
    }
    const auto definition = std::find_if(places.begin(), places.end(), [](const auto& place) { return place.definition; });
    if (definition == places.end()) {
        target.kind = LinkTarget::Kind::Undefined;
        target.path = toQString(symbol.name);
    } else {
        target.position = definition->range.begin;
    }
    return target;
}

LinkTarget fileTarget(const QUrl& url, const dockerfile::Surroundings& world)
{
    LinkTarget target;
    const QString context = QDir::cleanPath(QUrl(toQString(world.contextUri)).toLocalFile());
    target.path = QDir::cleanPath(url.toLocalFile());
    if (!target.path.startsWith(context == QLatin1String("/") ? context : context + QLatin1Char('/'))) {
        target.kind = LinkTarget::Kind::Outside;
        return target;
    }
    const QFileInfo info(target.path);
    target.kind = info.isDir() ? LinkTarget::Kind::Folder : info.isFile() ? LinkTarget::Kind::File : LinkTarget::Kind::Missing;
    return target;
}

} // namespace

std::optional<LinkTarget> linkAt(
    const dockerfile::Dockerfile& file, std::uint32_t offset, const dockerfile::Surroundings& world)
{
    if (const auto symbol = dockerfile::symbolAt(file, offset, world); symbol && !symbol->places.empty())
        return targetOf(*symbol, offset);
    for (const dockerfile::Link& link : dockerfile::links(file, world)) {
        if (!covers(link.range, offset))
            continue;
        LinkTarget target;
        const QString text = toQString(link.target);
        if (text.startsWith(QLatin1String("#L"))) {
            const auto line = text.mid(2).toUInt();
            target.position = file.document.source.lineRange(line).begin;
        } else if (const QUrl url(text); url.isLocalFile()) {
            target = fileTarget(url, world);
        } else if (url.scheme() == QLatin1String("https") || url.scheme() == QLatin1String("http")) {
            target.kind = LinkTarget::Kind::Page;
            target.url = url;
        } else {
            continue;
        }
        target.range = link.range;
        return target;
    }
    return std::nullopt;
}

} // namespace darsena::gui
