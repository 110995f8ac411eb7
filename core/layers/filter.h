// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/layers/view.h"

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::layers {

/// A condition on paths, as people type it. Case does not matter but in regular expressions.
///   "lib"          substring of the path
///   "*.so", "a?b"  glob: without '/' of the name, else of the whole path; ** crosses directories
///   "/regex/"      regular expression (RE2's syntax, which is that of Go and so of dive) somewhere in "/usr/bin/env"
class PathFilter {
public:
    PathFilter(); ///< matches everything
    /// Errors: Invalid, with what is wrong with the expression.
    static Result<PathFilter> parse(std::string_view text);
    /// The text is a regular expression whatever it looks like, as in dive.
    static Result<PathFilter> regex(std::string_view text);
    /// The text is a glob whatever it looks like (ignore lists).
    static Result<PathFilter> glob(std::string_view text);
    ~PathFilter();
    PathFilter(const PathFilter&);
    PathFilter& operator=(const PathFilter&);

    bool everything() const { return !m_pattern; }
    /// `path` with a leading slash. Any thread.
    bool matches(std::string_view path) const;

private:
    struct Pattern;
    static Result<PathFilter> make(const std::string& expression, bool caseMatters, bool nameOnly);
    std::shared_ptr<const Pattern> m_pattern;
};

/// What of a view is shown.
struct Criteria {
    PathFilter path;
    bool same = true, added = true, changed = true, removed = true;
    bool metadataOnly = true; ///< of the changed ones
    std::uint64_t minimumBytes = 0; ///< of files, and of directories with what is beneath
    bool setIds = false; ///< only files with a setuid or setgid bit
    bool worldWritable = false; ///< only what everybody may write, sticky directories and links left out
    /// Nothing is left out.
    bool everything() const;
};

/// Per node whether it is shown: those that match, and the directories that lead to them.
struct Selection {
    std::vector<bool> shown;
    std::uint32_t matches = 0; ///< without the directories that only lead to others
};
/// Some milliseconds for 300 000 paths, a regular expression some tens. A stopped one returns early and is of no use.
Selection select(const Stack& stack, const View& view, const Criteria& criteria, std::stop_token stop = {});

} // namespace darsena::layers
