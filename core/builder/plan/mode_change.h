// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace darsena::builder {

/// The value of --chmod: octal ("755", "4755") or symbolic as chmod(1) takes it ("u=rwX,go=rX", "+x", "a-w").
class ModeChange {
public:
    /// Takes what dockerfile::isFileMode() takes. Errors: Invalid, naming the text.
    static Result<ModeChange> parse(std::string_view text);

    /// The permission bits (07777) that a file or directory with these bits gets.
    mode_t apply(mode_t mode, bool isDirectory) const;

private:
    struct Clause {
        mode_t who = 0; ///< which of 0700, 0070, 0007
        char operation = '=';
        mode_t bits = 0; ///< rwx as 07
        bool conditionalExecute = false; ///< 'X'
        bool setId = false; ///< 's'
        bool sticky = false; ///< 't'
        mode_t copyFrom = 0; ///< u, g or o on the right: the triple to copy
    };
    bool m_octal = false;
    mode_t m_mode = 0;
    std::vector<Clause> m_clauses;
};

} // namespace darsena::builder
