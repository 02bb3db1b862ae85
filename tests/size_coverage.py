#!/usr/bin/env python3
"""Counts how often `dockwright optimize` knows the size of a base image and of an installation.

    tests/size_coverage.py DOCKWRIGHT DIR

DIR has Dockerfiles. Prints how many of their `FROM`s that name an image (of all stages, `scratch` excepted) have a
size, read from a build of that tag or estimated from a similar one; and how many steps that install packages with apt have an
estimate, by the release of the image that their stage is built on.
"""
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path


def reports(dockwright, directory):
    run = subprocess.run([dockwright, "optimize", "--isolated", "--format", "json", directory], capture_output=True,
                         text=True, check=False)
    return json.loads(run.stdout)["files"]


def images(dockwright, references):
    """What the program knows of images: reference -> its `base`."""
    with tempfile.TemporaryDirectory() as directory:
        for number, reference in enumerate(references):
            Path(directory, f"{number}.Dockerfile").write_text(f"FROM {reference}\n")
        return {references[int(Path(one["file"]).name.split(".")[0])]: one["base"]
                for one in reports(dockwright, directory)}


def origin(stages, index):
    """The image that a stage is built on, directly or through other stages."""
    stage = stages[index]
    return stage["from"] if stage["parent"] is None else origin(stages, stage["parent"])


def size_kind(base):
    parts = base["amounts"] if base else []
    return parts[0]["kind"] if parts else "unknown"


def share(name, count, all_of):
    print(f"{name:<44} {count:>5} of {all_of:>5}  {100 * count / max(all_of, 1):.1f} %")


def main():
    dockwright, directory = sys.argv[1:]
    dockwright = str(Path(dockwright).resolve())
    files = [one for one in reports(dockwright, directory) if one["stages"]]
    names = [stage["from"] for one in files for stage in one["stages"] if stage["parent"] is None]
    names = [name for name in names if name != "scratch"]
    known = images(dockwright, sorted({name for name in names if re.fullmatch(r"[^\s$]+", name)}))
    kinds = Counter(size_kind(known.get(name)) for name in names)
    share("FROM with a size, measured for this tag", kinds["measured"], len(names))
    share("FROM with a size, estimated", kinds["estimated"], len(names))
    share("FROM with a variable that has no value", sum("$" in name for name in names), len(names))
    steps, sized, whole = Counter(), Counter(), Counter()
    for one in files:
        for step in one["steps"]:
            calls = step["effects"]["packages"]
            if not any(call["manager"] == "apt" and call["verb"] == "install" for call in calls):
                continue
            base = known.get(origin(one["stages"], step["stage"]))
            system = base and base["system"] or "unknown"
            steps[system] += 1
            sized[system] += any("archive" in (part["source"] or "") for part in step["amounts"])
            whole[system] += step["adds"]["unknown"] == 0
    for system, count in steps.most_common(12):
        share(f"apt installs on {system} with a size", sized[system], count)
        share("  with a size of all that the step adds", whole[system], count)
    releases = ["debian bullseye", "debian bookworm", "debian trixie"]
    total = sum(steps[release] for release in releases)
    share("apt installs on known releases with a size", sum(sized[release] for release in releases), total)


if __name__ == "__main__":
    main()
