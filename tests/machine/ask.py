# SPDX-License-Identifier: GPL-3.0-or-later
# ask.py SOCKET METHOD PATH [own|none|NAME|gone|share]: one request as the studio sends it, with the name of this process's
# own connection to the system bus, another's, or one that has left. Prints the status and the body. "share" only prints its
# own name and keeps it until its input ends.
import socket
import sys

import dbus

path, method, target, whose = (sys.argv[1:] + ["own"])[:4]
name = None
if whose in ("own", "gone", "share"):
    bus = dbus.bus.BusConnection(dbus.bus.BUS_SYSTEM)
    name = bus.get_unique_name()
    if whose == "share":
        print(name, flush=True)
        sys.stdin.read()
        sys.exit()
    if whose == "gone":
        bus.close()
elif whose != "none":
    name = whose
client = socket.socket(socket.AF_UNIX)
client.connect(path)
header = f"X-Darsena-Bus-Name: {name}\r\n" if name else ""
client.sendall(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n".encode())
answer = b""
while True:
    more = client.recv(65536)
    if not more:
        break
    answer += more
head, _, body = answer.partition(b"\r\n\r\n")
print(head.split(b" ")[1].decode(), body.decode(errors="replace"))
