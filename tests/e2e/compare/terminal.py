#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command at a terminal of 24 rows and 80 columns and types at it.

    terminal.py [WAIT TYPE]... -- COMMAND...

For each pair: waits until the regular expression WAIT shows, then types TYPE, which may hold escapes such as \\n and \\x10.
"-" as TYPE types nothing; "size=R,C" changes the terminal's size. Prints what showed, without carriage returns and escape
sequences; exits with the command's code, or 124 when WAIT did not show within 15 s.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


def set_size(fd, rows, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def main():
    split = sys.argv.index("--")
    steps, command = sys.argv[1:split], sys.argv[split + 1:]
    steps = list(zip(steps[::2], steps[1::2]))
    pid, fd = pty.fork()
    if pid == 0:
        set_size(0, 24, 80)
        os.execvp(command[0], command)
    shown, seen = "", 0
    deadline = time.monotonic() + 15
    while True:
        while steps:
            found = re.compile(steps[0][0], re.MULTILINE).search(shown, seen)
            if not found:
                break
            seen, typed = found.end(), steps.pop(0)[1]
            if typed.startswith("size="):
                # The client first begins to watch its terminal, and asks for the new size when it is told of it.
                time.sleep(0.7)
                set_size(fd, *map(int, typed[5:].split(",")))
                time.sleep(0.3)
            elif typed != "-":
                os.write(fd, typed.encode().decode("unicode_escape").encode("latin-1"))
            deadline = time.monotonic() + 15
        ready, _, _ = select.select([fd], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            print(shown + f"\n(no {steps[0][0] if steps else 'end'!r} within 15 s)")
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return 124
        try:
            data = os.read(fd, 65536)
        except OSError:
            data = b""
        if not data:
            break
        shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\r", "", data.decode(errors="replace"))
    # A shell that is told of its terminal's size shows its prompt again.
    sys.stdout.write(re.sub(r"(\S* # )\1+", r"\1", shown))
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
