#!/usr/bin/env python3
"""Measures what packages put into a layer: measured-RELEASE.tsv, which build.py reads.

    python3 data/packages/measure.py DIRECTORY RELEASE [--count 1000]

DIRECTORY is that of build.py. The archives of the packages that the names in used.txt need most (by bytes) are
fetched through apt and listed; nothing is unpacked or installed. What is measured already, of the same version, is
kept. `payload` counts each file once, `slim_off` what the official -slim images omit, `py` source text of
Python.
"""
import argparse
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

import archive
from resolve import Release

HERE = Path(__file__).parent
COLUMNS = "name version payload slim_off py files paths".split()
SLIM = re.compile(r"^\./usr/share/(doc/(?!.*/copyright$)|man/|groff/|info/|lintian/|linda/|locale/)")
BATCH = 20


def needed(release, wanted):
    """How many bytes each package has in all that the names need."""
    weight = Counter()
    for name in wanted:
        found, todo = set(), [name] if name in release.packages else []
        while todo:
            one = todo.pop()
            if one not in found:
                found.add(one)
                todo += [group[0] for group in release.depends(one) + release.recommends(one) if group]
        for one in found:
            weight[one] += int(release.packages[one].get("Installed-Size", 0))
    return [name for name, _ in weight.most_common()]


def measure(path):
    listing = subprocess.run(["dpkg-deb", "-c", path], check=True, capture_output=True, text=True).stdout
    payload = slim_off = py = files = paths = 0
    for line in listing.splitlines():
        mode, _, size, _, _, name = line.split(None, 5)
        paths += len(name.split(" -> ")[0].split(" link to ")[0])
        if mode[0] == "-":
            files += 1
            payload += int(size)
            slim_off += int(size) if SLIM.match(name) else 0
            py += int(size) if name.endswith(".py") else 0
    return payload, slim_off, py, files, paths


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("release")
    arguments.add_argument("--count", type=int, default=1000)
    arguments = arguments.parse_args()
    root = arguments.directory.absolute() / arguments.release
    release = Release([path for _, path in archive.lists(root, arguments.release)])
    table = HERE / f"measured-{arguments.release}.tsv"
    rows = {}
    if table.exists():
        rows = {line.split("\t")[0]: line for line in table.read_text().splitlines()[1:]}
    current = lambda name: name in rows and rows[name].split("\t")[1] == release.packages[name]["Version"]
    wanted = needed(release, HERE.joinpath("used.txt").read_text().split())[: arguments.count]
    missing = [name for name in wanted if not current(name)]
    for at in range(0, len(missing), BATCH):
        with tempfile.TemporaryDirectory() as directory:
            batch = missing[at : at + BATCH]
            subprocess.run(["apt-get", *archive.options(root), "-qq", "download", *batch], cwd=directory, check=False)
            for path in Path(directory).glob("*.deb"):
                name = path.name.split("_")[0]
                version = release.packages[name]["Version"]
                rows[name] = "\t".join(map(str, [name, version, *measure(path)]))
        write(table, rows)
    write(table, rows)


def write(table, rows):
    table.write_text("\n".join(["\t".join(COLUMNS), *(rows[name] for name in sorted(rows))]) + "\n")


if __name__ == "__main__":
    main()
