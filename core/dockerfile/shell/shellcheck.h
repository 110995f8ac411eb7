// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dockerfile/lint.h"
#include "core/dockerfile/shell/scripts.h"

#include <string>
#include <string_view>
#include <vector>

namespace darsena::dockerfile::shell {

/// What the program shellcheck is to look at, and what its answer means: the scripts of any number of Dockerfiles, for
/// one run of it. Pure; who runs it does this:
///
///     ShellCheckJob job;
///     job.add(file, options);                        for each Dockerfile
///     write job.scripts()[i] to a folder, each as ShellCheckJob::fileName(i)
///     run shellcheck there with job.arguments()      it exits with 0 or 1; stop it after a while
///     LintOptions::shellCheck = job.findings(output)[file]
///
/// Only the codes that hadolint's README lists come out, and those for what a shell refuses.
class ShellCheckJob {
public:
    /// Takes in the RUN scripts of the stages that are built, with the variables of ENV and ARG exported.
    void add(const Dockerfile& file, const LintOptions& options);

    /// Contents of files to be written.
    const std::vector<std::string>& scripts() const { return m_scripts; }
    static std::string fileName(std::size_t script);
    /// Of shellcheck 0.7.1 and later, the files' names included.
    std::vector<std::string> arguments() const;

    /// By file, in the order in which they were added. Errors: Invalid, the output is not shellcheck's.
    Result<std::vector<std::vector<Finding>>> findings(std::string_view output) const;

private:
    /// Where a script comes from.
    struct Origin {
        std::size_t file = 0;
        SourceText text; ///< as shellcheck sees it
        std::uint32_t bodyBegin = 0; ///< before it stand lines of ours
        std::uint32_t skipped = 0; ///< of the script's own text: its "#!" line, which stands at the top
        LogicalLine script;
    };
    Range place(const Origin& origin, Range range) const;

    std::vector<std::string> m_scripts;
    std::vector<Origin> m_origins;
    std::vector<SourceText> m_files;
};

} // namespace darsena::dockerfile::shell
