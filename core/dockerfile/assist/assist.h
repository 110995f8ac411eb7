// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dockerfile/instructions.h"
#include "core/dockerfile/lint.h"
#include "core/dockerfile/stages.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile {

// What an editor offers while someone types. One implementation for the studio and for `darsena lsp`: pure functions of
// a Dockerfile (readDockerfile() of the text as it stands, errors and all), an offset in bytes, and what is known of the
// world. Places are byte ranges of the text; callers turn them into their own columns.

/// An entry of a folder of the build context.
struct ContextEntry {
    std::string name;
    bool folder = false;
    bool ignored = false; ///< by .dockerignore: not offered
};

/// What the engine knows of an image, as far as an editor shows it.
struct KnownImage {
    std::string reference; ///< "debian:12"
    std::int64_t bytes = 0;
    std::string created; ///< ISO 8601, or empty
    std::string digest; ///< "sha256:…", or empty
    std::vector<std::string> users; ///< of its /etc/passwd, if known
    std::vector<std::pair<std::string, std::string>> variables; ///< its ENV
    std::vector<std::string> ports; ///< "80/tcp"
    std::string user;
    std::string workdir;
};

/// The world around the file. Every member may be left empty.
struct Surroundings {
    StageOptions stages {}; ///< target, build args, platforms
    std::vector<KnownImage> images {};
    /// The entries of a folder of the context, relative with '/', "" = its root. Called only for what is completed or
    /// pointed at.
    std::function<std::vector<ContextEntry>(const std::string& folder)> list {};
    std::string contextUri {}; ///< "file:///home/me/project/", for links
    std::string language = "en"; ///< "en" or "es": of documentation and titles
};

enum class CompletionKind { Instruction, Snippet, Flag, Key, Value, Stage, Variable, Image, File, Folder, Rule, Keyword, User, Signal, Port };

struct Completion {
    std::string label; ///< what the list shows
    CompletionKind kind = CompletionKind::Value;
    Range replace; ///< what the text replaces; ends at or behind the caret
    std::string text; ///< what goes in; with `snippet`, LSP's snippet syntax: "FROM ${1:image} AS ${2:name}$0"
    bool snippet = false;
    std::string detail; ///< one line: a variable's value and the line that set it, an image's size
    std::string documentation; ///< Markdown, maybe empty
    std::string sort; ///< lists go by it, then by label
    bool again = false; ///< offer completion at once after it went in: "--mount=", "--from="
    bool deprecated = false; ///< MAINTAINER
};
/// Ordered. `replace` tells which prefix was matched; entries that do not match it are left out.
std::vector<Completion> complete(const Dockerfile& file, std::uint32_t offset, const Surroundings& world);

struct Hover {
    Range range;
    std::string markdown;
};
std::optional<Hover> hover(
    const Dockerfile& file, std::uint32_t offset, const Surroundings& world, const std::vector<Finding>& findings = {});

struct SignatureHelp {
    std::string label; ///< "COPY [--from=…] [--chown=…] source… destination"
    std::string documentation; ///< Markdown
    struct Parameter {
        std::uint32_t begin = 0, end = 0; ///< in the label, bytes
        std::string documentation;
    };
    std::vector<Parameter> parameters;
    int active = -1; ///< index of a parameter; -1 = none
};
std::optional<SignatureHelp> signatureHelp(const Dockerfile& file, std::uint32_t offset, const Surroundings& world);

/// A name that stands in several places: a stage, a variable (one scope of ARG or ENV), a heredoc's word.
struct Symbol {
    enum class Kind { Stage, Variable, Heredoc };
    struct Place {
        Range range; ///< of the name alone
        bool definition = false;
        bool write = false;
    };
    Kind kind = Kind::Stage;
    std::string name;
    std::vector<Place> places; ///< in order; definitions among them
    /// Of these the definition that counts where it was asked: the one that gives a use its value, the ARG of the file
    /// that one without a value repeats. nullopt: none, as of what the base image or the builder sets.
    std::optional<Range> origin {};
};
/// The symbol at an offset, with every place that means the same: across stages that inherit, ONBUILD, global ARGs and
/// their redeclarations, ${x:-…} forms, unquoted heredocs, and the shell code of RUN where the builder's environment
/// reaches it (not in single quotes, not where the script sets the variable itself).
std::optional<Symbol> symbolAt(const Dockerfile& file, std::uint32_t offset, const Surroundings& world);
/// Edits that give a symbol another name. Errors: Invalid, with a sentence (not a name, taken already, reserved).
Result<std::vector<TextEdit>> rename(
    const Dockerfile& file, std::uint32_t offset, std::string_view newName, const Surroundings& world);

/// The outline: stages, their instructions below them; ARGs before the first FROM on the top level.
struct OutlineItem {
    enum class Kind { Stage, Instruction, Argument };
    Kind kind = Kind::Instruction;
    std::string name; ///< "build", "RUN apt-get update", "ARG VERSION"
    std::string detail; ///< the base image of a stage
    Range range;
    Range nameRange;
    std::vector<OutlineItem> children;
};
std::vector<OutlineItem> outline(const Dockerfile& file);

struct Fold {
    std::uint32_t firstLine = 0, lastLine = 0; ///< from 1
    enum class Kind { Stage, Instruction, Comment, Heredoc } kind = Kind::Instruction;
};
std::vector<Fold> folds(const Dockerfile& file);

enum class SemanticKind { Comment, Directive, Keyword, Flag, Variable, String, Number, Operator, Heredoc, Stage, Image, Path, Property, Command, Option, Unknown };
struct SemanticToken {
    Range range; ///< never over a line break
    SemanticKind kind;
    bool definition = false;
};
/// In order, not overlapping; blanks and what has no colour left out. Goes into shell code, and into heredocs by their
/// interpreter: sh, bash, python, powershell, json (by the file's name).
std::vector<SemanticToken> semanticTokens(const Dockerfile& file);

struct Link {
    Range range;
    std::string target; ///< a URI: file of the context, registry page of an image, URL of ADD, "#L12" for a stage's line
    std::string tooltip;
};
std::vector<Link> links(const Dockerfile& file, const Surroundings& world);

struct InlayHint {
    std::uint32_t offset = 0;
    std::string label; ///< "= 3.12", "78 MB"
    std::string tooltip;
};
std::vector<InlayHint> inlayHints(const Dockerfile& file, const Surroundings& world);

} // namespace darsena::dockerfile
