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
    /// From patterns as a .dockerignore line has them. Errors: Invalid.
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

    /// For walking: true if nothing below an ignored folder can come back through a "!" pattern, so that a walk need
    /// not go in.
    bool ignoresAllBelow(std::string_view folder) const;

    bool empty() const;
    bool hasExceptions() const; ///< any "!" pattern

private:
    struct Pattern;
    std::vector<Pattern> m_patterns;
};

} // namespace darsena::dockerfile
