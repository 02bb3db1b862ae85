#!/usr/bin/env python3
"""Writes image-sizes.json from a survey of official images.

    python3 data/image-sizes.py SURVEY.json > data/image-sizes.json

SURVEY.json has one row per tag, read from docker-library/repo-info (linux/amd64): the sum of the compressed layers
and, where there is one, the size on disk. Only what the program needs is kept. Rows of other tags can be added
from the same source: `repos/IMAGE/remote/TAG.md` and `repos/IMAGE/local/TAG.md` there.

    image, tag   on Docker Hub
    date         of the last step of the examined build
    download     bytes of the compressed layers, or null
    disk         bytes on disk, or null; rounded by the source to 0.01 of its unit
    disk_of      the tag that `disk` belongs to, if that is a different build
"""
import json
import sys


def row(entry):
    kept = {
        "image": entry["image"],
        "tag": entry["tag"],
        "date": entry["date"],
        "download": entry["compressed_bytes"],
        "disk": entry["disk_bytes"],
    }
    if entry["disk"] and not entry["disk"]["same_build"]:
        kept["disk_of"] = entry["disk"]["of"]
    return kept


def main():
    with open(sys.argv[1], encoding="utf-8") as survey:
        rows = [row(entry) for entry in json.load(survey)]
    rows.sort(key=lambda entry: (entry["image"], entry["tag"]))
    print("[")
    print(",\n".join(json.dumps(entry, separators=(",", ":")) for entry in rows))
    print("]")


if __name__ == "__main__":
    main()
