# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs `darsena read-image` with the given arguments and prints what it says of an image, so that two sources of one image
can be compared: the instructions of its history, then a line a layer with its diff id and the digest of its index.

    layer_figures.py DARSENA ARGUMENT…

Errors are printed as "failed: SENTENCE", with exit 1.
"""
import hashlib
import json
import subprocess
import sys


def messages(stream):
    while line := stream.readline():
        message = json.loads(line)
        yield message, stream.read(message.get("bytes", 0))


child = subprocess.Popen([sys.argv[1], "read-image", *sys.argv[2:]], stdout=subprocess.PIPE)
layers = {}
steps = []
failure = "failed: it ended without a word"
for message, data in messages(child.stdout):
    event = message["event"]
    if event == "image":
        steps = [step.get("created_by", "") for step in json.loads(data).get("history", [])]
        wanted = len(message["layers"])
    elif event == "layer":
        layers[message["number"]] = f'{message["facts"]["diffId"]} {hashlib.sha256(data).hexdigest()} {message["facts"]["tarBytes"]}'
    elif event == "failed":
        failure = "failed: " + message["message"]
    elif event == "done":
        failure = "" if sorted(layers) == list(range(wanted)) else "failed: layers are missing"
child.wait()
if failure or child.returncode != 0:
    print(failure or f"failed: exit {child.returncode}")
    sys.exit(1)
for step in steps:
    print(step)
for number in sorted(layers):
    print(number, layers[number])
