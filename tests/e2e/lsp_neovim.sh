#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Debian's Neovim with `darsena lsp`, its keys pressed from outside: diagnostics arrive, a code action and a rename change the
# text, completion completes, formatting formats. Needs no root and no engine.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
DARSENA=$(cd "${DARSENA_BIN:-$here/../../build/dev/bin}" && pwd)/darsena
export DARSENA
[ -x "$DARSENA" ] || { echo "SKIP: $DARSENA is not built"; exit 77; }
command -v nvim > /dev/null || { echo "SKIP: needs neovim"; exit 77; }

work=$(mktemp -d)
export HOME=$work XDG_RUNTIME_DIR=$work NVIM_LOG_FILE=$work/log LANG=C.UTF-8 LC_ALL=C.UTF-8
trap 'kill "$nvim_pid" 2> /dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"
printf '%s\n' 'ARG VERSION=1.22' 'FROM golang:$VERSION AS Build' 'RUN echo "😀ñ" && go build -o /app $VERSION' 'from debian:12' \
    'COPY --from=Build /app /app' 'CMD ["/app"]' > Dockerfile
mkdir files && touch files/one.txt files/only.txt

nvim --headless -u NONE -i NONE -n --listen "$work/nvim.sock" Dockerfile > nvim.out 2>&1 &
nvim_pid=$!
value() { nvim --server "$work/nvim.sock" --remote-expr "$1" 2>&1; }
keys() { nvim --server "$work/nvim.sock" --remote-send "$1"; }
text() { value 'luaeval("Text()")'; }
failed=0
# await WHAT COMMAND…: until the command succeeds.
await() {
    local what=$1 _
    shift
    for _ in $(seq 100); do
        if "$@" > /dev/null 2>&1; then
            echo "ok: $what"
            return 0
        fi
        sleep 0.1
    done
    echo "FAILED: $what"
    failed=1
}
rules_have() { value 'luaeval("Rules()")' | grep -qw -- "$1"; }
rules_lack() { ! rules_have "$1"; }
text_has() { text | grep -qF -- "$1"; }

for _ in $(seq 100); do
    [ -S nvim.sock ] && break
    sleep 0.1
done
value "execute('luafile $here/lsp_neovim.lua')" > /dev/null

await "diagnostics arrive" rules_have StageNameCasing
await "and more of them" rules_have ConsistentInstructionCasing

# The fourth line's instruction in capitals, by a code action.
value 'execute("let g:wanted = \"FROM\"")' > /dev/null
keys '4G0:lua vim.lsp.buf.code_action()<CR>'
await "a code action is applied" text_has "FROM debian:12"
await "its diagnostic goes" rules_lack ConsistentInstructionCasing

keys '5G0fB:lua vim.lsp.buf.rename("compile")<CR>'
await "a stage is renamed where it is used" text_has "COPY --from=compile /app /app"
await "and where it is defined" text_has 'FROM golang:$VERSION AS compile'
await "diagnostics follow" rules_lack StageNameCasing

# Columns behind characters of two UTF-16 units.
keys '1G0fV:lua vim.lsp.buf.rename("GO")<CR>'
await "an ARG is renamed" text_has "ARG GO=1.22"
await "in FROM, too" text_has 'FROM golang:$GO AS compile'

line_is() { [ "$(value 'getline(".")')" = "$1" ]; }
menu_open() { [ "$(value 'pumvisible()')" = 1 ]; }
# What is typed is there before completion is asked for.
keys 'GoCOPY --fro'
await "keys arrive" line_is "COPY --fro"
keys '<C-x><C-o>'
await "a flag is completed" line_is "COPY --from="
keys '<Esc>SCOPY files/o'
await "keys arrive" line_is "COPY files/o"
keys '<C-x><C-o>'
await "two paths are offered" menu_open
keys '<C-y><Esc>'
await "a path is completed" line_is "COPY files/one.txt"

keys 'Gorun   echo a<Esc>:lua vim.lsp.buf.formatting_sync(nil, 5000)<CR>'
await "the file is formatted" text_has "RUN echo a"

if [ "$failed" != 0 ]; then
    text
    value 'luaeval("Rules()")'
    value 'execute("messages")'
    cat nvim.out
fi
keys ':qa!<CR>' 2> /dev/null || true
exit "$failed"
