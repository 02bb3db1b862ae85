#!/usr/bin/env python3
"""Writes the index of Debian's packages that the program reads: RELEASE.bin, names.bin, index.json.

    python3 data/packages/build.py DIRECTORY [--mirror URI --security-mirror URI] [--offline]

DIRECTORY keeps apt's lists between runs; `--offline` uses what is there. Mirrors are those of this machine's apt
unless named. crates/dockwright-model/src/facts/packages/index.rs describes the format.
"""
import argparse
import json
import zlib
from collections import Counter
from datetime import date
from pathlib import Path

import archive
from resolve import Release

HERE = Path(__file__).parent
MOST_DEPENDED_ON = 5000
# Releases whose apt takes the named packages in the order in which the lists first mention them. Later ones take
# them in the order of the command line.
SORTS_NAMES = {"bullseye"}
# Sections, grouped as the factors in crates/dockwright-model/src/facts/packages/bytes.rs.
CLASSES = ["other", "libs", "devel", "libdevel", "admin", "python", "perl", "utils", "net", "vcs", "misc", "web",
           "localization", "doc", "text", "x11", "golang", "fonts"]


def leb(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def front_coded(names):
    """Sorted names: what each shares with the one before, and the rest of it."""
    out, before = bytearray(), b""
    for name in names:
        name = name.encode()
        shared = 0
        while shared < min(len(name), len(before), 255) and name[shared] == before[shared]:
            shared += 1
        out += bytes([shared]) + name[shared:] + b"\n"
        before = name
    return bytes(out)


def fixed(number):
    return number.to_bytes(4, "little")


def table(step, entries):
    """Entries with the offset of every n-th: crates/dockwright-model/src/facts/packages/reader.rs."""
    offsets, data = [], bytearray()
    for at, entry in enumerate(entries):
        if at % step == 0:
            offsets.append(fixed(len(data)))
        data += entry
    return fixed(len(entries)) + fixed(len(data)) + b"".join(offsets) + bytes(data)


def texts(lines):
    return table(16, [line.encode() + b"\n" for line in lines])


def column(numbers):
    return table(16, [leb(number) for number in numbers])


def list_table(many):
    return table(4, [leb(len(one)) + b"".join(map(leb, one)) for one in many])


def kept(release, wanted):
    """The packages that an installation of what is wanted may reach."""
    count = Counter(
        candidate for name in release.packages for group in release.depends(name) for candidate in group[:1]
    )
    todo = [name for name, _ in count.most_common(MOST_DEPENDED_ON)] + release.base()
    for name in wanted:
        todo += [name] if name in release.packages else release.candidates((name, None, None))
    found = set()
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            for group in release.depends(name) + release.recommends(name):
                todo += group
    return sorted(found, key=str.encode)


def measured(path):
    """Layer, slim and .py bytes by name."""
    found = {}
    if path.exists():
        for line in path.read_text().splitlines()[1:]:
            name, _, payload, slim_off, py, files, paths = line.split("\t")
            layer = int(payload) + 2 * int(paths) + 34 * int(files) + 4500
            found[name] = (layer, layer - int(slim_off), int(py))
    return found


def measurements(releases):
    """By release and package. Sizes measured in another release are scaled by Installed-Size: the share of
    documentation in a package hardly changes between releases."""
    own = {name: measured(HERE / f"measured-{name}.tsv") for name in releases}
    size = lambda name, package: int(releases[name].packages[package].get("Installed-Size", 0))
    found = {}
    for name, release in releases.items():
        found[name] = dict(own[name])
        for other in releases:
            for package in own[other]:
                if package in release.packages and package in releases[other].packages:
                    here, there = size(name, package), size(other, package)
                    if 0 < there and 0.5 < here / there < 2:
                        scaled = tuple(bytes * here // there for bytes in own[other][package])
                        found[name].setdefault(package, scaled)
    return found


def encode(release, wanted, measurements, day, sorts):
    names = kept(release, wanted)
    ids = {name: number for number, name in enumerate(names)}
    number = lambda group: tuple(ids[name] for name in group if name in ids)
    deps = [[number(group) for group in release.depends(name)] for name in names]
    recs = [[one for one in map(number, release.recommends(name)) if one] for name in names]
    use = Counter(group for many in (deps, recs) for groups in many for group in groups)
    groups = [group for group, _ in sorted(use.items(), key=lambda one: (-one[1], one[0]))]
    place = {group: index for index, group in enumerate(groups)}
    conflicts = [[ids[other] for other in release.conflicts(name) if other in ids] for name in names]
    virtual = sorted(
        (name for name in release.providers
         if name not in release.packages and not name.startswith(("librust-", "libghc-"))
         and number(release.candidates((name, None, None)))),
        key=str.encode,
    )
    rank = {name: at for at, name in enumerate(sorted(names, key=release.mention.get))}
    debconf = {group for group in groups if any(names[one] == "debconf" for one in group)}
    layers, slims, pys, bits = [], [], [], bytearray()
    for at, name in enumerate(names):
        stanza = release.packages[name]
        layer, slim, py = measurements.get(name, (0, 0, 0))
        layers.append(-(-layer // 1024))
        slims.append(-(-slim // 1024))
        pys.append(-(-py // 1024))
        section = stanza.get("Section", "other").rpartition("/")[2]
        kind = CLASSES.index(section) if section in CLASSES else 0
        bits.append(kind << 3 | (1 if stanza.get("Essential") == "yes" else 0)
                    | (2 if any(group in debconf for group in deps[at]) else 0)
                    | (4 if conflicts[at] else 0))
    index = b"".join([
        b"DWPK" + bytes([3]) + fixed((date.fromisoformat(day) - date(1970, 1, 1)).days),
        texts(names),
        column([int(release.packages[name].get("Installed-Size", 0)) for name in names]),
        *map(column, (layers, slims, pys)),
        bytes(bits),
        list_table([[place[group] for group in many] for many in deps]),
        list_table([[place[group] for group in many] for many in recs]),
        list_table(groups),
        list_table(conflicts),
        texts(virtual),
        list_table([number(release.candidates((name, None, None))) for name in virtual]),
        texts([release.packages[name]["Version"] for name in names]),
        column([rank[name] for name in names] if sorts else []),
    ])
    return index, len(names)


def all_names(releases):
    """Every name of every release, real and virtual, with a mask of the releases that have it."""
    masks = {}
    for bit, release in enumerate(releases):
        for name in release.packages:
            masks[name] = masks.get(name, 0) | 1 << bit
        for name in release.providers:
            if not name.startswith(("librust-", "libghc-")):
                masks[name] = masks.get(name, 0) | 1 << bit
    names = sorted(masks, key=str.encode)
    body = leb(len(names)) + front_coded(names) + bytes(masks[name] for name in names)
    return b"DWPN" + bytes([1]) + len(body).to_bytes(4, "little") + zlib.compress(body, 9), len(names), len(body)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--mirror")
    arguments.add_argument("--security-mirror")
    arguments.add_argument("--offline", action="store_true")
    arguments = arguments.parse_args()
    directory = arguments.directory.absolute()
    if not arguments.offline:
        main_uri, security_uri = (arguments.mirror, arguments.security_mirror)
        if not (main_uri and security_uri):
            main_uri, security_uri = archive.mirrors()
        for name in archive.RELEASES:
            archive.fetch(directory / name, name, main_uri, security_uri)
    wanted = HERE.joinpath("used.txt").read_text().split()
    lists = {name: archive.lists(directory / name, name) for name in archive.RELEASES}
    releases = {name: Release([path for _, path in lists[name]]) for name in archive.RELEASES}
    weights = measurements(releases)
    about = {}
    for name, release in releases.items():
        day = archive.day_of(directory / name, name)
        index, count = encode(release, wanted, weights[name], day, name in SORTS_NAMES)
        HERE.joinpath(f"{name}.bin").write_bytes(index)
        about[name] = {
            "date": day,
            "packages": {"in the archive": len(release.packages), "in the index": count},
            "bytes": len(index),
            "lists": {suite: archive.checksum(path) for suite, path in lists[name]},
        }
        print(name, day, count, len(index))
    blob, count, raw = all_names(releases.values())
    HERE.joinpath("names.bin").write_bytes(blob)
    about["names"] = {"names": count, "bytes": {"raw": raw, "compressed": len(blob)}}
    print("names", count, raw, len(blob))
    HERE.joinpath("index.json").write_text(json.dumps(about, indent=2) + "\n")


if __name__ == "__main__":
    main()
