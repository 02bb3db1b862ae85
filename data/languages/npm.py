#!/usr/bin/env python3
"""Measures what `npm install` adds: npm.tsv, which pack.py packs for the program.

    python3 data/languages/npm.py DIRECTORY [--count 200] [--jobs 2] [--versions]

Run it on Linux (x86-64) with Node.js and npm. Each of the names in npm-names.txt (most used in Dockerfiles first) is
installed with `npm install --ignore-scripts`, until `--count` of them have been, and then each name with a version
(`react@17`). Of each package that arrives:

    files      bytes of its files, without the packages inside of it
    compiled   always 0
    archive    bytes of its archive, which npm's cache keeps (with metadata of the registry, which is not counted)
    needs      the packages that it requires, as far as they were installed, too

A package that others require in another version has a row for each: `chokidar@3.6.0` next to `chokidar`. Rows of
earlier runs are kept, except those of packages that this run measures. `--versions` measures only the names with a
version, and keeps all rows.

Scripts of packages do not run, so what they would fetch or compile is not counted. DIRECTORY keeps npm's cache and
what was measured, so that an interrupted run continues.
"""
import argparse
import json
import os
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from urllib.parse import unquote

HERE = Path(__file__).parent
FLAGS = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline", "--loglevel=error"]


def install(name, cache):
    """What npm installs for a name: path in node_modules -> (name, version, bytes, needs), or None."""
    kept = cache / f"{name.replace('/', '+')}.json"
    if kept.exists():
        return json.loads(kept.read_text())
    found = None
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "package.json").write_text('{"name": "measured", "version": "1.0.0"}')
        command = ["npm", "install", *FLAGS, "--cache", str(cache / "npm"), name]
        try:
            done = subprocess.run(command, cwd=directory, capture_output=True, timeout=300, check=False)
        except subprocess.TimeoutExpired:
            done = None
        lock = Path(directory, "node_modules", ".package-lock.json")
        if done and not done.returncode and lock.exists():
            found = {}
            for path, one in json.loads(lock.read_text())["packages"].items():
                wanted = [*one.get("dependencies", {}), *one.get("optionalDependencies", {})]
                wanted += [peer for peer in one.get("peerDependencies", {})
                           if not one.get("peerDependenciesMeta", {}).get(peer, {}).get("optional")]
                own = path.rpartition("node_modules/")[2]
                found[path] = own, one.get("version", ""), own_bytes(Path(directory, path)), sorted(set(wanted))
    kept.write_text(json.dumps(found))
    return found


def resolved(found, path, need):
    """The name and version of what a package finds for a name, as Node.js looks for it; None if it is not installed."""
    while True:
        place = f"{path}/node_modules/{need}" if path else f"node_modules/{need}"
        if place in found:
            return tuple(found[place][:2])
        if not path:
            return None
        path = path.rpartition("node_modules/")[0].rstrip("/")


def own_bytes(directory):
    total = 0
    for at, directories, files in os.walk(directory):
        if "node_modules" in directories and (Path(at) == directory or Path(at, "package.json").exists()):
            directories.remove("node_modules")
        total += sum(os.lstat(os.path.join(at, name)).st_size for name in files)
    return total


def cached(cache):
    """Bytes of the archives in npm's cache, by name and version."""
    archives = Counter()
    for path in cache.joinpath("npm/_cacache/index-v5").rglob("*"):
        # Files without an entry are still being written.
        if not path.is_file() or "\t" not in path.read_text():
            continue
        # The last line of a bucket counts.
        entry = json.loads(path.read_text().strip().splitlines()[-1].split("\t", 1)[1])
        url = unquote(entry["key"].rsplit("//", 1)[-1].partition("/")[2])
        archive = re.fullmatch(r"((?:@[^/]+/)?[^/]+)/-/(?:@[^/]+/)?[^/]+?-(\d[^/]*)\.tgz", url)
        if archive:
            archives[archive[1], archive[2]] = entry.get("size", 0) + path.stat().st_size
    return archives


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments.add_argument("--versions", action="store_true")
    arguments = arguments.parse_args()
    cache = arguments.directory.absolute()
    cache.mkdir(parents=True, exist_ok=True)
    names = HERE.joinpath("npm-names.txt").read_text().split()
    versions = [name for name in names if "@" in name[1:]]
    names = [] if arguments.versions else [name for name in names if name not in versions]
    installed = {}
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for at in range(0, len(names), 20):
            batch = names[at : at + 20]
            for name, found in zip(batch, pool.map(lambda name: install(name, cache), batch)):
                if found and len(installed) < arguments.count:
                    installed[name] = found
            if len(installed) >= arguments.count:
                break
        for name, found in zip(versions, pool.map(lambda name: install(name, cache), versions)):
            if found:
                installed[name] = found
    votes, rows, needed = defaultdict(Counter), {}, defaultdict(dict)
    for wanted, found in installed.items():
        for path, (name, version, size, needs) in found.items():
            # A row without a version is what the name alone installs; else what most others share at the top.
            votes[name][version] += 1 + 100 * (path == f"node_modules/{name}") + 1_000_000 * (name == wanted)
            rows[name, version] = size
            for need in {resolved(found, path, need) for need in needs} - {None}:
                needed[name, version].setdefault(need[0], Counter())[need[1]] += 1
    usual = {name: count.most_common(1)[0][0] for name, count in votes.items()}
    table = HERE / "npm.tsv"
    measured = {}
    if table.exists():
        measured = {line.split("\t")[0]: line for line in table.read_text().splitlines()[2:]}
    earlier = set(measured) if arguments.versions else set()
    usual |= {row: measured[row].split("\t")[1] for row in earlier & usual.keys()}

    def choice(name, versions):
        """The usual version, if any installation used it here: npm shares what is there already."""
        return usual[name] if usual[name] in versions else versions.most_common(1)[0][0]

    def key(name, version):
        return name if usual[name] == version else f"{name}@{version}"

    archives = cached(cache)
    node, npm = (subprocess.run([one, "--version"], capture_output=True, text=True, check=True).stdout.strip()
                 for one in ("node", "npm"))
    lines = [f"# measured on {date.today()} with Node.js {node.lstrip('v')} and npm {npm}"]
    lines += ["name version files compiled archive needs".replace(" ", "\t")]
    for name, version in rows:
        if key(name, version) in earlier:
            continue
        needs = " ".join(sorted(key(need, choice(need, found)) for need, found in needed[name, version].items()))
        row = key(name, version)
        measured[row] = f"{row}\t{version}\t{rows[name, version]}\t0\t{archives[name, version]}\t{needs}"
    lines += [measured[row] for row in sorted(measured)]
    table.write_text("\n".join(lines) + "\n")
    print(f"{len(installed)} names, {len(votes)} packages, {len(rows)} versions")


if __name__ == "__main__":
    main()
