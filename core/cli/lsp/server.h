// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace darsena::cli::lsp {

/// Serves LSP 3.17 on two descriptors until the client says exit or goes away. The result is what the process exits
/// with: 0 after shutdown and exit, 1 otherwise (LSP, "Exit Notification").
int serve(int input, int output);

} // namespace darsena::cli::lsp
