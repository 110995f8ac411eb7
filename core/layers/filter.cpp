// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/layers/filter.h"

#include "core/layers/special_files.h"

#include <re2/re2.h>

#include <string>

namespace darsena::layers {

/// Every kind of filter becomes one expression: RE2 works in time linear in the path whatever people type.
struct PathFilter::Pattern {
    Pattern(const std::string& expression, const RE2::Options& options, bool looksAtName)
        : regex(expression, options)
        , nameOnly(looksAtName)
    {
    }
    RE2 regex;
    bool nameOnly; ///< looks at the last component alone
};

namespace {

constexpr std::size_t maxExpressionBytes = 4096;

RE2::Options options(bool caseMatters)
{
    RE2::Options result;
    result.set_log_errors(false);
    result.set_case_sensitive(caseMatters);
    result.set_dot_nl(true);
    return result;
}

bool isGlob(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

/// The end of "[a-z]" that begins at `at`, or npos when it is no class. A ']' right after the beginning belongs to it.
std::size_t classEnd(std::string_view glob, std::size_t at)
{
    std::size_t first = at + 1;
    if (first < glob.size() && (glob[first] == '!' || glob[first] == '^'))
        ++first;
    return glob.find(']', first + 1);
}

std::string globToRegex(std::string_view glob)
{
    std::string regex = "^";
    for (std::size_t i = 0; i < glob.size(); ++i) {
        if (glob[i] == '*') {
            const bool crosses = i + 1 < glob.size() && glob[i + 1] == '*';
            if (!crosses) {
                regex += "[^/]*";
                continue;
            }
            ++i;
            // "**/" may also stand for nothing: "a/**/b" is "a/b", too.
            if (i + 1 < glob.size() && glob[i + 1] == '/') {
                ++i;
                regex += "(?:.*/)?";
            } else {
                regex += ".*";
            }
        } else if (glob[i] == '?') {
            regex += "[^/]";
        } else if (const std::size_t end = glob[i] == '[' ? classEnd(glob, i) : std::string_view::npos; end != std::string_view::npos) {
            std::string_view inside = glob.substr(i + 1, end - i - 1);
            regex += '[';
            if (inside.starts_with('!') || inside.starts_with('^')) {
                regex += "^/";
                inside.remove_prefix(1);
            }
            for (const char c : inside) {
                if (c == '\\' || c == '[' || c == ']' || c == '^')
                    regex += '\\';
                regex += c;
            }
            regex += ']';
            i = end;
        } else {
            regex += RE2::QuoteMeta(glob.substr(i, 1));
        }
    }
    return regex + "$";
}

} // namespace

PathFilter::PathFilter() = default;
PathFilter::~PathFilter() = default;
PathFilter::PathFilter(const PathFilter&) = default;
PathFilter& PathFilter::operator=(const PathFilter&) = default;

Result<PathFilter> PathFilter::make(const std::string& expression, bool caseMatters, bool nameOnly)
{
    if (expression.size() > maxExpressionBytes)
        return Error(ErrorCode::TooLarge, "the filter is longer than 4096 bytes");
    PathFilter filter;
    const auto pattern = std::make_shared<Pattern>(expression, options(caseMatters), nameOnly);
    if (!pattern->regex.ok())
        return Error(ErrorCode::Invalid, pattern->regex.error());
    filter.m_pattern = pattern;
    return filter;
}

Result<PathFilter> PathFilter::parse(std::string_view text)
{
    if (text.empty())
        return PathFilter();
    if (text.size() > 2 && text.starts_with('/') && text.ends_with('/'))
        return regex(text.substr(1, text.size() - 2));
    return isGlob(text) ? glob(text) : make(RE2::QuoteMeta(text), false, false);
}

Result<PathFilter> PathFilter::regex(std::string_view text)
{
    return make(std::string(text), true, false);
}

Result<PathFilter> PathFilter::glob(std::string_view text)
{
    const bool nameOnly = text.find('/') == std::string_view::npos && text != "**";
    if (nameOnly || text.starts_with('/') || text.starts_with("**"))
        return make(globToRegex(text), false, nameOnly);
    return make(globToRegex("/" + std::string(text)), false, nameOnly);
}

bool PathFilter::matches(std::string_view path) const
{
    if (!m_pattern)
        return true;
    if (m_pattern->nameOnly)
        path.remove_prefix(path.rfind('/') + 1);
    return m_pattern->regex.Match(path, 0, path.size(), RE2::UNANCHORED, nullptr, 0);
}

bool Criteria::everything() const
{
    return path.everything() && same && added && changed && removed && metadataOnly && minimumBytes == 0 && !setIds && !worldWritable;
}

namespace {

bool markShown(const Criteria& criteria, const View::Cell& cell)
{
    switch (cell.mark) {
    case Mark::Same:
        return criteria.same;
    case Mark::Added:
        return criteria.added;
    case Mark::Changed:
        return criteria.changed && (criteria.metadataOnly || !isMetadataOnly(cell));
    case Mark::Removed:
        return criteria.removed;
    case Mark::Absent:
        break;
    }
    return false;
}

bool permissionsShown(const Criteria& criteria, const Stack& stack, const View::Cell& cell)
{
    if (!criteria.setIds && !criteria.worldWritable)
        return true;
    if (cell.version == Stack::none)
        return false;
    const IndexEntry& entry = stack.entry(cell.version);
    return (criteria.setIds && isSetId(entry)) || (criteria.worldWritable && isWorldWritable(entry));
}

} // namespace

Selection select(const Stack& stack, const View& view, const Criteria& criteria, std::stop_token stop)
{
    Selection selection;
    const auto& nodes = stack.nodes();
    selection.shown.resize(nodes.size());
    std::string path;
    // Backwards, so that a directory comes after all that is in it and knows whether something of it is shown.
    for (auto id = static_cast<Stack::NodeId>(nodes.size()); id-- > 0;) {
        if (id % 4096 == 0 && stop.stop_requested())
            return selection;
        const View::Cell& cell = view.cell(id);
        bool match = cell.mark != Mark::Absent && markShown(criteria, cell)
            && (criteria.minimumBytes == 0 || std::max(cell.bytes, cell.removedBytes) >= criteria.minimumBytes)
            && permissionsShown(criteria, stack, cell);
        if (match && !criteria.path.everything()) {
            path.assign(1, '/');
            path += nodes[id].path;
            match = criteria.path.matches(path);
        }
        if (match) {
            selection.shown[id] = true;
            ++selection.matches;
        }
        if (selection.shown[id] && nodes[id].parent != Stack::none)
            selection.shown[nodes[id].parent] = true;
    }
    return selection;
}

} // namespace darsena::layers
