// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/unique_fd.h"

#include <CLI/CLI.hpp>

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace darsena::cli {

/// Options that name a file to write: "--json FILE", "--json=FILE"; "-" and no name at all are standard output.
class Outputs {
public:
    /// `names` as CLI11 takes them: "-j,--json". `key` is how the output is called here.
    void add(CLI::App& command, std::string key, const std::string& names, const std::string& help);

    bool wants(std::string_view key) const;
    bool any() const;
    /// Something goes to standard output, so that nothing else may.
    bool useStandardOutput() const;

    /// "layers --json IMAGE": the only name that was given was meant for the image. Takes it from the option that has
    /// it;
    /// "" when no option has one, or several have.
    std::string takeOnlyName();

    /// Opens all files, before the process gives up the right to. What a file held stays until write(). Errors: System.
    Result<void> open();
    /// Errors: System.
    Result<void> write(std::string_view key, std::string_view text);

private:
    struct Output {
        std::string key;
        std::string file;
        CLI::Option* option = nullptr;
        UniqueFd fd;
        bool isStandardOutput() const { return file.empty() || file == "-"; }
    };
    std::deque<Output> m_outputs; ///< options point into it
};

} // namespace darsena::cli
