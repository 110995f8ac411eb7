// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/lint.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace darsena::dockerfile {

/// What a refactoring may ask of the world; everything is optional.
struct RefactorContext {
    /// The digest ("sha256:…") that the engine has for an image reference; nullopt = not known.
    std::function<std::optional<std::string>(const std::string& image)> digestOf {};
};

/// An edit of the author's choice, offered at a place.
struct Refactoring {
    std::string id; ///< "merge-run", "split-run", "run-to-heredoc", "heredoc-to-run", "to-exec-form", "to-shell-form",
                    ///< "extract-stage", "inline-stage", "add-cache-mount", "add-to-copy", "pin-digest", "pin-tag"
    std::string title; ///< a sentence in the imperative, in English: "Merge with the RUN below"
    std::vector<TextEdit> edits; ///< of the Dockerfile; do not overlap
    std::optional<std::string> ignoreLine {}; ///< "add-ignore": a line for .dockerignore instead of edits
};

/// What can be done with the selection (or the caret, when it is empty). Each keeps what is built the same, but for what
/// its title says. Pure, but for what the context asks.
std::vector<Refactoring> refactorings(const Dockerfile& file, Range selection, const RefactorContext& context = {});

/// All fixes of a file, applied until nothing changes (bounded): the text that comes out. A fix whose edits would overlap
/// another's waits for the next round; one after which the builder would refuse more than before, or which does not make
/// its finding go, is left out. `mended` gets the findings whose fixes were applied, in the order of application; their
/// places are those of the text of that moment. Pure.
std::string fixAll(std::string text, const LintOptions& options, std::vector<Finding>* mended = nullptr);

} // namespace darsena::dockerfile
