#!/usr/bin/env python3
"""Writes base-images.jsonl from a survey of base images.

    python3 data/base-images.py SURVEY.json > data/base-images.jsonl

SURVEY.json has, for each tag shape of widely used images, what the Dockerfiles and root file systems of those
images show. Only what rules need is kept. The first line of the output holds the tables that the other lines
refer to; each other line is one tag shape of one image, and the first line of an image whose `tags` match wins.
A missing key has its default (a proven one: see `Line` in crates/dockwright-model/src/semantic/base_image/data.rs); null means unknown.
"""
import json
import sys

KEPT = [
    "name", "name_regex", "tags", "platform", "tools", "user", "users", "shell", "workdir", "entrypoint", "cmd",
    "env", "env_varies", "expose", "volume", "stopsignal", "onbuild", "moving", "proved_to",
]
KINDS_OF_SH = {"busybox ash": "ash", "busybox at /busybox/sh": "elsewhere"}


def main():
    with open(sys.argv[1], encoding="utf-8") as survey:
        survey = json.load(survey)
    emit(tables(survey))
    for image in survey["images"]:
        emit(line(image))


def tables(survey):
    return {
        "date": survey["snapshot"],
        "std_path": survey["std_path"],
        "hub_hosts": survey["hub_hosts"],
        "macros": survey["macros"],
        "platforms": {
            name: platform | {"sh": KINDS_OF_SH.get(platform["sh"], platform["sh"])}
            for name, platform in survey["platforms"].items()
        },
        "toolsets": {
            name: " ".join(tools["present"] + ["-" + tool for tool in tools["absent"]])
            for name, tools in survey["toolsets"].items()
        },
    }


def line(image):
    kept = {key: image[key] for key in KEPT if key in image}
    release = image["release"]
    if isinstance(release, dict) and "map" in release:
        release = {"map": release["map"]}
    if release is not None:
        kept["release"] = release
    if kept.get("onbuild"):
        kept["onbuild"] = [instruction.split()[0] for instruction in kept["onbuild"]]
    if "default_release" in image:
        kept["latest_release"] = image["default_release"]
    if "older tags may differ" in image.get("note", ""):
        kept["only_current"] = True
    return kept


def emit(value):
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


main()
