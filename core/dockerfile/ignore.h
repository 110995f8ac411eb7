// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

/// The patterns of a .dockerignore file, with moby/patternmatcher's answers. Also for COPY --exclude.
/// Immutable once made; any thread.
class IgnoreRules {
public:
    /// No rule: nothing is ignored.
    IgnoreRules();
    ~IgnoreRules();
    IgnoreRules(IgnoreRules&&) noexcept;
    IgnoreRules& operator=(IgnoreRules&&) noexcept;
    IgnoreRules(const IgnoreRules&);
    IgnoreRules& operator=(const IgnoreRules&);

    /// From the text of a file: one pattern a line, "#" lines are comments. Errors: Invalid, a pattern that moby
    /// refuses, with its line.
    static Result<IgnoreRules> parse(std::string_view text);
    /// From patterns that are no file's lines (COPY --exclude): no comments, and a '/' in front stays. Errors: Invalid.
    static Result<IgnoreRules> fromPatterns(const std::vector<std::string>& patterns);

    struct Verdict {
        bool ignored = false;
        /// The last pattern that decided, and its line (0 = not from a file). Empty: no pattern matched.
        std::string pattern;
        std::uint32_t line = 0;
    };
    /// Whether a path of the context is left out, and why. `path` is relative, with '/', and names a file or a folder;
    /// a pattern that matches one of its parents matches it too.
    Verdict decide(std::string_view path) const;
    bool ignores(std::string_view path) const { return decide(path).ignored; }

    /// For walking: the folder is ignored and nothing below it can come back through a "!" pattern, so a walk need not
    /// go in. May say false where it could say true.
    bool ignoresAllBelow(std::string_view folder) const;

    bool empty() const;
    bool hasExceptions() const; ///< any "!" pattern

private:
    struct Pattern;
    Result<void> add(std::string pattern, std::uint32_t line);

    std::vector<Pattern> m_patterns;
};

} // namespace darsena::dockerfile
