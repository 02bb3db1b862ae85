#!/usr/bin/env python3
"""Asks apt what it would install: the runs that the tests of src/facts/packages compare the solver with.

    python3 data/packages/simulate.py DIRECTORY RELEASE LISTS > apt-sets-RELEASE.tsv

DIRECTORY is that of build.py; LISTS has one list of names per line. apt simulates each on a minimal system of that
release, with recommended packages and without; nothing is installed. Lists that apt rejects are skipped. The first
line of the output names the packages of the system.
"""
import re
import subprocess
import sys
from pathlib import Path

import archive
from resolve import Release


def minimal(release):
    """Essential and required packages, apt, and what they need, the first alternative each."""
    found, todo = set(), release.base()[::-1]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            for group in release.depends(name):
                if not found.intersection(group) and group:
                    todo.append(group[0])
    return sorted(found)


def write_status(path, release, names):
    with open(path, "w", encoding="utf-8") as file:
        for name in names:
            stanza = release.packages[name] | {"Status": "install ok installed"}
            kept = ["Package", "Status", "Essential", "Priority", "Installed-Size", "Architecture", "Multi-Arch",
                    "Version", "Provides", "Depends", "Pre-Depends", "Recommends", "Conflicts", "Breaks", "Replaces"]
            file.write("".join(f"{key}: {stanza[key]}\n" for key in kept if key in stanza) + "\n")


def simulate(options, names, recommends):
    command = ["apt-get", *options, "-s", "-o", f"APT::Install-Recommends={str(recommends).lower()}", "install"]
    run = subprocess.run([*command, *names], capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
    if run.returncode != 0:
        return None
    return sorted(re.findall(r"^Inst (\S+)", run.stdout, re.MULTILINE))


def main():
    directory, name, lists = sys.argv[1:]
    root = Path(directory).absolute() / name
    release = Release([path for _, path in archive.lists(root, name)])
    base = minimal(release)
    status = root / "minimal-status"
    write_status(status, release, base)
    options = [*archive.options(root), "-o", f"Dir::State::status={status}"]
    print("# base: " + " ".join(base))
    for line in Path(lists).read_text().splitlines():
        names = line.split()
        for recommends in (True, False):
            packages = simulate(options, names, recommends)
            if packages is not None:
                kib = sum(int(release.packages[one].get("Installed-Size", 0)) for one in packages)
                print("+" if recommends else "-", kib * 1024, " ".join(names), " ".join(packages), sep="\t", flush=True)


if __name__ == "__main__":
    main()
