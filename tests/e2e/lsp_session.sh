#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A scripted session with the language server. Needs no root and no engine.
set -euo pipefail
program=${DARSENA_BIN:-$(dirname "$0")/../../build/dev/bin}/darsena
[ -x "$program" ] || { echo "SKIP: $program is not built"; exit 77; }
exec /usr/bin/python3 "$(dirname "$0")/lsp_session.py" "$program"
