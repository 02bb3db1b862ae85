#!/usr/bin/env python3
"""Compares the layers that `dockwright optimize` estimates with installations.

    python3 data/packages/layers.py DOCKWRIGHT SYSTEMS RELEASE RUNS [--slim] [--count 10] [--most 220000000]

SYSTEMS is the directory of system.py, RUNS a file that simulate.py wrote for the release. `--count` runs, drawn with
a fixed seed, are installed on an overlay; what the upper layer has without the lists and archives of apt is compared with
what the program says for that step on debian:RELEASE or debian:RELEASE-slim. Needs root.

A line for each: error (`?` if the size is not known, `!` if the installation fails), image, `+` or `-` for recommended
packages, estimate, bytes, names.
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

NOT_COUNTED = ("var/lib/apt/lists", "var/cache/apt", "tmp/", "run/")
# The arguments are the system, a scratch directory, the value of the option, and the names.
INSTALL = """
set -e
system=$1 at=$2 recommends=$3
shift 3
mount -t overlay overlay -o "lowerdir=$system,upperdir=$at/upper,workdir=$at/work" "$at/all"
mount -t proc proc "$at/all/proc"
mount --rbind /dev "$at/all/dev"
exec chroot "$at/all" env -i HOME=/root DEBIAN_FRONTEND=noninteractive \
  PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  apt-get -o "APT::Install-Recommends=$recommends" install -y "$@"
"""


def runs(path, most):
    for line in path.read_text().splitlines():
        if line[0] in "+-":
            sign, size, names, _ = line.split("\t")
            if 0 < int(size) < most:
                yield sign, names


def estimate(dockwright, image, sign, names):
    with tempfile.TemporaryDirectory() as directory:
        option = "" if sign == "+" else "--no-install-recommends "
        lists = "/var/lib/apt/lists/*"
        file = Path(directory, "Dockerfile")
        file.write_text(f"FROM {image}\nRUN apt-get update && apt-get install -y {option}{names} && rm -rf {lists}\n")
        command = [dockwright, "optimize", "--isolated", "--format", "json", file]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    adds = json.loads(run.stdout)["files"][0]["steps"][0]["adds"]
    return None if adds["unknown"] else adds["total"]


def layer(upper):
    """Bytes of the files in a layer, each once."""
    inodes, total = set(), 0
    for at, _, names in os.walk(upper):
        for path in (Path(at, name) for name in names):
            status = path.lstat()
            counts = path.is_file() and not path.is_symlink() and status.st_ino not in inodes
            if counts and not str(path.relative_to(upper)).startswith(NOT_COUNTED):
                inodes.add(status.st_ino)
                total += status.st_size
    return total


def installed(system, sign, names):
    with tempfile.TemporaryDirectory(dir=system.parent) as scratch:
        for one in ("upper", "work", "all"):
            Path(scratch, one).mkdir()
        recommends = "true" if sign == "+" else "false"
        command = ["unshare", "--mount", "sh", "-c", INSTALL, "install", system, scratch, recommends, *names.split()]
        run = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=1800, check=False)
        total = layer(Path(scratch, "upper")) if run.returncode == 0 else None
        shutil.rmtree(Path(scratch, "work"), ignore_errors=True)
        return total


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("dockwright")
    arguments.add_argument("systems", type=Path)
    arguments.add_argument("release")
    arguments.add_argument("runs", type=Path)
    arguments.add_argument("--slim", action="store_true")
    arguments.add_argument("--count", type=int, default=10)
    arguments.add_argument("--most", type=int, default=220_000_000)
    arguments = arguments.parse_args()
    name = f"{arguments.release}-slim" if arguments.slim else arguments.release
    image, system = f"debian:{name}", arguments.systems.absolute() / name
    drawn = list(runs(arguments.runs, arguments.most))
    random.Random(image).shuffle(drawn)
    done, seen = 0, set()
    for sign, names in drawn:
        if names in seen or done == arguments.count:
            continue
        seen.add(names)
        guess = estimate(arguments.dockwright, image, sign, names)
        real = installed(system, sign, names) if guess else None
        error = "?" if not guess else "!" if not real else f"{guess / real - 1:+.2%}"
        done += bool(guess and real)
        print(error, image, sign, guess, real, names, sep="\t", flush=True)


if __name__ == "__main__":
    main()
