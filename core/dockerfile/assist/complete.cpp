// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dockerfile/assist/assist.h"

#include "core/dockerfile/assist/completion_list.h"
#include "core/dockerfile/text.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace darsena::dockerfile {

namespace assist_detail {

bool startsWithIgnoringCase(std::string_view text, std::string_view prefix)
{
    return text.size() >= prefix.size() && equalsIgnoringCase(text.substr(0, prefix.size()), prefix);
}

bool CompletionList::aim(std::uint32_t begin, std::uint32_t end)
{
    const auto range = m_place.range(begin, end, m_file.document.source);
    if (!range)
        return false;
    aimAt(*range);
    return true;
}

void CompletionList::aimAt(Range range)
{
    m_range = range;
    m_prefix = m_file.document.source.slice({range.begin, m_place.caret});
}

void CompletionList::add(Offer offer)
{
    if (!startsWithIgnoringCase(offer.label, m_prefix))
        return;
    Completion item {.label = std::move(offer.label),
        .kind = offer.kind,
        .replace = m_range,
        .text = std::move(offer.text),
        .snippet = offer.snippet,
        .detail = std::move(offer.detail),
        .documentation = std::move(offer.documentation),
        .sort = fmt::format("{}{:04}", offer.rank, m_items.size()),
        .again = offer.again,
        .deprecated = offer.deprecated};
    if (item.text.empty())
        item.text = item.label;
    m_items.push_back(std::move(item));
}

std::vector<Completion> CompletionList::take()
{
    std::stable_sort(
        m_items.begin(), m_items.end(), [](const Completion& a, const Completion& b) { return a.sort < b.sort; });
    std::set<std::string, std::less<>> seen;
    std::erase_if(m_items, [&](const Completion& item) { return !seen.insert(item.label).second; });
    return std::move(m_items);
}

namespace {

void completeArgument(CompletionList& list)
{
    const Place& place = list.place();
    if (place.flagsPossible && list.aim(place.at, place.at))
        offerFlags(list);
    if (offerHeredocWords(list))
        return;
    const bool forShell = place.shell || place.name == "run" || place.name == "cmd" || place.name == "entrypoint"
        || place.name == "shell" || place.name == "healthcheck";
    const bool expands = !forShell || place.shell;
    if (expands && !(place.json && !place.inJsonString)
        && offerVariables(list, place.word.begin, place.shell ? NameReader::Shell : NameReader::Builder))
        return;
    offerArguments(list);
}

} // namespace

} // namespace assist_detail

std::vector<Completion> complete(const Dockerfile& file, std::uint32_t offset, const Surroundings& world)
{
    using namespace assist_detail;
    const Place place = placeAt(file, offset);
    CompletionList list(file, world, place);
    switch (place.kind) {
    case Place::Kind::Keyword:
        offerInstructions(list);
        break;
    case Place::Kind::Flag:
        offerFlags(list);
        break;
    case Place::Kind::Argument:
        completeArgument(list);
        break;
    case Place::Kind::Comment:
        offerComment(list);
        break;
    case Place::Kind::HeredocBody:
        offerHeredocBody(list);
        break;
    case Place::Kind::HeredocEnd:
    case Place::Kind::Nowhere:
        break;
    }
    return list.take();
}

} // namespace darsena::dockerfile
