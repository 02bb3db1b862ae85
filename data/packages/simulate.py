#!/usr/bin/env python3
"""Asks apt what it would install: runs that the tests of crates/dockwright-model/src/facts/packages compare the solver with.

    python3 data/packages/simulate.py SYSTEM LISTS > apt-sets-RELEASE.tsv

SYSTEM is the directory of a minimal system of the release with fetched lists (data/packages/system.py makes one), so
that each release's own apt is asked; needs root. LISTS has one list of names per line. The system does not change.
The first line of the output names the packages of the system. Each other line is a run: `+` with recommended
packages, `-` without, or `!` if apt refuses; what it shows as additional disk space, in bytes; the names; the packages.
"""
import re
import subprocess
import sys
from pathlib import Path

UNITS = {"B": 1, "kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}


def run(system, *command):
    return subprocess.run(["chroot", system, *command], capture_output=True, text=True, env=ENVIRONMENT,
                          stdin=subprocess.DEVNULL, check=False)


def simulate(system, names, recommends):
    """(bytes, packages), or None if apt refuses. apt prints addresses instead of fetching anything."""
    option = f"APT::Install-Recommends={str(recommends).lower()}"
    asked = run(system, "apt-get", "--print-uris", "-o", option, "install", *names)
    if asked.returncode != 0:
        return None
    new = re.search(r"^The following NEW packages will be installed:\n((?:  .*\n)*)", asked.stdout, re.MULTILINE)
    shown = re.search(r"After this operation, ([\d.,]+) (\w+) of additional", asked.stdout)
    size = int(float(shown[1].replace(",", "")) * UNITS[shown[2]]) if shown else 0
    return size, sorted(new[1].split()) if new else []


def main():
    system, lists = sys.argv[1:]
    run(system, "apt-cache", "gencaches")
    base = run(system, "dpkg-query", "-W", "-f", "${Package}\\n").stdout.split()
    print("# base: " + " ".join(sorted(base)))
    for line in Path(lists).read_text().splitlines():
        names = line.split()
        for recommends in (True, False):
            found = simulate(system, names, recommends)
            size, packages = found or (0, [])
            sign = ("+" if recommends else "-") if found else "!"
            print(sign, size, " ".join(names), " ".join(packages), sep="\t", flush=True)
            if not found:
                break


if __name__ == "__main__":
    main()
