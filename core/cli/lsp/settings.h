// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/json.h"
#include "core/dockerfile/format/format.h"
#include "core/dockerfile/stages.h"

#include <optional>
#include <set>
#include <string>

namespace darsena::cli::lsp {

/// What a user may set, as initializationOptions and as workspace/didChangeConfiguration; also below a key "darsena".
struct Settings {
    dockerfile::StageOptions stages {}; ///< target, platform, buildArgs: as `docker build` is called
    std::set<std::string, std::less<>> ignoredRules {}; ///< "ignore": ["DL3008"]
    std::string context {}; ///< the build context, relative to the workspace; empty = the Dockerfile's folder
    std::string language {}; ///< "en" or "es"; empty = the editor's
    std::string socket {}; ///< of the engine; empty = DARSENA_SOCKET, DOCKER_HOST, Darsena's, Docker's
    std::optional<std::uint32_t> indent {}; ///< "format": {"indent": 4}; empty = the editor's
    dockerfile::FormatOptions::Case instructionCase = dockerfile::FormatOptions::Case::Upper; ///< "format": {"case": "upper"}
    bool codeLens = false; ///< the client knows the command "darsena.buildStage"

    /// What is not there keeps its default. Errors: Invalid, with the key.
    static Result<Settings> read(const json::Object& object);
};

/// What a client can do, of what makes a difference.
struct ClientTraits {
    bool utf8 = false;
    bool utf32 = false;
    bool utf16 = true;
    bool snippets = false;
    bool markdown = false; ///< in completions and hovers
    bool labelOffsets = false;
    bool symbolTree = false;
    bool documentChanges = false;
    bool createFiles = false;
    bool resolvesEdits = false; ///< codeAction/resolve gives the edit
    bool pullsDiagnostics = false;
    bool refreshesDiagnostics = false;
    bool codeDescriptions = false;
    bool diagnosticTags = false;
    bool watchesFiles = false;
    bool isVsCode = false; ///< has the command that offers completions again

    /// From the params of initialize. What has another type than LSP says counts as not there.
    static ClientTraits read(const json::Object& initialize);
};

} // namespace darsena::cli::lsp
