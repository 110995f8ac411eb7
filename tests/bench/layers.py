#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""See layers.sh. Each image is opened with an empty cache, then again three times with what the first left; medians of
the latter. The keys are the worst of all: every layer switch, toggle and filter that bench-layers tries."""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import layer_images

# dive d6c6919 on images of the same shape, on two cores, measured once with its own packages: seconds to parse and analyse,
# seconds until the first frame, MB; and for the images of 100 000 files the seconds of a key.
DIVE = {
    "files-10k": (0.26, 0.8, 56, None),
    "files-100k": (2.4, 37.4, 1260, 1.6),
    "files-300k": (16.6, 218, 7700, None),
    "base-100k": (5.0, 60, 2050, 1.6),
    "whiteouts-50": (28, 30, 240, 1.6),
    "whiteouts-1000": None,
    "large": (13, 13, 6, None),
}
# Of DESIGN §8: seconds until all is there, MB, seconds to reopen; every key 0.05 s.
BUDGETS = {"files-100k": (1.0, 100, 0.3), "files-300k": (3.0, 150, 0.3)}
KEY = 50


def run(program, image, cache, scratch):
    done = subprocess.run([program, image, cache, scratch], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{image}: {done.stderr}")
    return json.loads(done.stdout)


def measure(program, image):
    with tempfile.TemporaryDirectory() as work:
        with open(image, "rb") as file: # warm, as an image is that was just built or saved
            while file.read(1 << 24):
                pass
        first = run(program, image, work, work)
        again = [run(program, image, work, work) for _ in range(3)]
    middle = {name: statistics.median(one[name] for one in again) for name in again[0]}
    return first, middle


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--only", default=",".join(layer_images.IMAGES))
    arguments = parser.parse_args()
    os.makedirs(arguments.images, exist_ok=True)
    if shutil.disk_usage(arguments.images).free < 4 << 30:
        sys.exit("the images want 4 GB of free disk")

    print(f"{'image':<15} {'first layer':>11} {'complete':>9} {'again':>8} {'layer key':>9} {'toggle':>7} {'filter':>7} {'regex':>7} {'MB':>5}"
          f"   dive: {'parsed':>7} {'seen':>7} {'key':>6} {'MB':>6}")
    missed = []
    for name in arguments.only.split(","):
        image = os.path.join(arguments.images, name + ".tar")
        if not os.path.exists(image):
            layer_images.build(name, image)
        first, again = measure(arguments.program, image)
        dive = DIVE[name]
        peer = "not measured" if not dive else f"{dive[0]:6.1f}s {dive[1]:6.1f}s {f'{dive[3]:.1f}s' if dive[3] else '':>6} {dive[2]:6.0f}"
        print(f"{name:<15} {first['first']:9.0f}ms {first['complete']:7.0f}ms {again['complete']:6.0f}ms {again['switch']:7.1f}ms "
              f"{again['toggle']:5.1f}ms {again['filter']:5.1f}ms {again['regex']:5.1f}ms {first['peakMB']:5.0f}         {peer}", flush=True)
        if name in BUDGETS:
            seconds, megabytes, reopen = BUDGETS[name]
            missed += [f"{name}: complete after {first['complete']:.0f} ms"] if first["complete"] > seconds * 1000 else []
            missed += [f"{name}: {first['peakMB']:.0f} MB"] if first["peakMB"] > megabytes else []
            missed += [f"{name}: reopened after {again['complete']:.0f} ms"] if again["complete"] > reopen * 1000 else []
        missed += [f"{name}: {key} takes {again[key]:.0f} ms" for key in ("switch", "toggle", "filter", "regex") if again[key] > KEY]
    print("every budget is kept" if not missed else "over budget: " + "; ".join(missed))
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
