#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes docker-archives to measure with: layer_images.py FOLDER [NAME…] writes FOLDER/NAME.tar for each that is missing
and prints "NAME PATH". The same bytes on every machine.

  files-10k, files-100k, files-300k    64-byte files, spread evenly over 10, 30, 60 layers
  base-100k                            100 000 files in the base, 29 layers of 100
  whiteouts-50, whiteouts-1000         100 000 files in the base, one layer that removes so many of them
  large                                one layer of 256 files of 8 MiB
"""
import hashlib
import json
import os
import sys

BLOCK = 512


def header(name, size, kind=b"0", mode=0o644):
    """One ustar header; names of these images are short."""
    raw = bytearray(BLOCK)
    encoded = name.encode()
    assert len(encoded) <= 100
    raw[0:len(encoded)] = encoded
    raw[100:108] = b"%07o\0" % mode
    raw[108:116] = raw[116:124] = b"%07o\0" % 0
    raw[124:136] = b"%011o\0" % size
    raw[136:148] = b"%011o\0" % 1_700_000_000
    raw[148:156] = b" " * 8
    raw[156:157] = kind
    raw[257:265] = b"ustar\x0000"
    raw[148:156] = b"%06o\0 " % sum(raw)
    return bytes(raw)


def padded(content):
    return content + bytes(-len(content) % BLOCK)


def path_of(number):
    """Some 40 files in a directory, 20 directories in one above: as trees of packages are."""
    return f"usr/share/part{number // 800:04d}/folder{number // 40 % 20:02d}/file-{number:06d}.txt"


class Layer:
    """Writes the tar of a layer and hashes it while it goes by."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.hash = hashlib.sha256()
        self.directories = set()
        self.size = 0

    def write(self, data):
        self.hash.update(data)
        self.file.write(data)
        self.size += len(data)

    def parents(self, name):
        parts = name.split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            directory = "/".join(parts[:depth]) + "/"
            if directory not in self.directories:
                self.directories.add(directory)
                self.write(header(directory, 0, b"5", 0o755))

    def add(self, name, content):
        self.parents(name)
        self.write(header(name, len(content)) + padded(content))

    def remove(self, name):
        folder, base = name.rsplit("/", 1)
        self.add(f"{folder}/.wh.{base}", b"")

    def finish(self):
        self.write(bytes(2 * BLOCK))
        self.file.close()
        return self.hash.hexdigest()


def small(number):
    return (b"%063d\n" % number)


def fill(layer, start, count):
    for number in range(start, start + count):
        layer.add(path_of(number), small(number))


def spread(files, layers):
    def make(number, layer):
        fill(layer, number * (files // layers), files // layers)
    return layers, make


def on_base(others, make_other):
    def make(number, layer):
        if number == 0:
            fill(layer, 0, 100_000)
        else:
            make_other(number, layer)
    return 1 + others, make


def whiteouts(count):
    def make_other(_, layer):
        for number in range(count):
            layer.remove(path_of(number * (100_000 // count)))
    return on_base(1, make_other)


def large():
    piece = hashlib.sha256(b"seed").digest() * (8 * 1024 * 1024 // 32)

    def make(_, layer):
        for number in range(256):
            layer.add(f"data/block-{number:03d}.bin", piece[number:] + piece[:number])
    return 1, make


IMAGES = {
    "files-10k": lambda: spread(10_000, 10),
    "files-100k": lambda: spread(100_000, 30),
    "files-300k": lambda: spread(300_000, 60),
    "base-100k": lambda: on_base(29, lambda number, layer: fill(layer, 100_000 + number * 100, 100)),
    "whiteouts-50": lambda: whiteouts(50),
    "whiteouts-1000": lambda: whiteouts(1000),
    "large": large,
}


def build(name, target):
    layers, make = IMAGES[name]()
    work = target + ".making"
    archive = open(work, "wb")
    diff_ids = []

    def member(path, content):
        archive.write(header(path, len(content)) + padded(content))

    for number in range(layers):
        part = f"{work}.layer"
        layer = Layer(part)
        make(number, layer)
        digest = layer.finish()
        diff_ids.append(digest)
        archive.write(header(f"blobs/sha256/{digest}", layer.size))
        with open(part, "rb") as data:
            while piece := data.read(1 << 20):
                archive.write(piece)
        archive.write(bytes(-layer.size % BLOCK))
        os.unlink(part)
    config = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest for digest in diff_ids]},
        "history": [{"created_by": f"RUN step {number}"} for number in range(layers)],
    }).encode()
    config_digest = hashlib.sha256(config).hexdigest()
    member(f"blobs/sha256/{config_digest}", config)
    member("manifest.json", json.dumps([{
        "Config": f"blobs/sha256/{config_digest}", "RepoTags": [f"bench:{name}"],
        "Layers": [f"blobs/sha256/{digest}" for digest in diff_ids],
    }]).encode())
    archive.write(bytes(2 * BLOCK))
    archive.close()
    os.replace(work, target)


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name in sys.argv[2:] or IMAGES:
        target = os.path.join(folder, name + ".tar")
        if not os.path.exists(target):
            build(name, target)
        print(name, target, flush=True)


if __name__ == "__main__":
    main()
