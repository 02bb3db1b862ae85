#!/usr/bin/env python3
"""Compares what `dockwright optimize` estimates that the layers of a file add with real builds.

    tests/size_real_builds.py DOCKWRIGHT REAL_BUILD [FILE…]

DOCKWRIGHT is the program; REAL_BUILD a directory with `common.sh`, as for `tests/optimize_real_builds.py`. Each file in
`fixtures/sizes` is built without a cache. Writes a table to standard output, the largest error first; files with layers of
unknown size are counted separately. The exit status is 1 if more than one file in ten is off by more than 10 %, or more than 25 %
for packages of pip and npm.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from optimize_real_builds import docker

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures" / "sizes"
DEBIAN = "debian:bookworm-slim"
OWN_DEBIAN = "dockwright-bases/" + DEBIAN
# The stand-ins, by the names in the files.
OWN_BASES = {DEBIAN: OWN_DEBIAN}
# Deletes the packages that are not in the official image, and installs those that are only there: by their names, as
# apt chooses others for alternatives (`usrmerge`, which requires Perl, for `usr-is-merged`).
PURGE = """FROM {base}
RUN dpkg-query -W -f '${{Package}}\\n' | grep -vxF -e {patterns} | xargs -r dpkg --purge --force-depends \\
 && apt-get update && apt-get install -y --fix-broken --no-install-recommends {packages} \\
 && rm -rf /var/lib/apt/lists/*
"""


def minimal_packages():
    """The packages of the official image."""
    return tomllib.loads((ROOT / "data/packages/bases.toml").read_text())["minimal"]["bookworm"].split()


def prepare(real_build):
    """A base image that has only the packages of the official one."""
    minimal = minimal_packages()
    with tempfile.TemporaryDirectory() as empty:
        text = PURGE.format(base=DEBIAN, patterns=" -e ".join(minimal), packages=" ".join(minimal))
        (Path(empty) / "Dockerfile").write_text(text)
        docker(real_build, "buildx", "build", "--network", "host", "-t", OWN_DEBIAN, empty)
    # Imported late, as it imports this module; it needs the image above.
    import rewrite_real_builds

    rewrite_real_builds.prepare(real_build)
    # The official image has no byte code: the first call of pip writes it.
    OWN_BASES["python:3.11-slim"] = rewrite_real_builds.OWN_BASES[rewrite_real_builds.PYTHON]


def predicted(dockwright, file):
    """The bytes that all layers of the file add, and how many parts are unknown."""
    command = [dockwright, "optimize", "--isolated", "--format", "json", "--context", str(FIXTURES), str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    added = json.loads(run.stdout)["files"][0]["before"]["added"]
    return added["total"], added["unknown"]


def size_of(real_build, image):
    return json.loads(docker(real_build, "image", "inspect", image))[0]["Size"]


def built(real_build, file):
    """The bytes that the built image has more than its base image."""
    tag = f"dockwright-size-{file.stem.lower()}"
    text = file.read_text()
    for name, own in OWN_BASES.items():
        text = re.sub(f"(?m)^FROM {re.escape(name)}(?=\\s)", f"FROM {own}", text)
    base = next(line.split()[1] for line in text.splitlines() if line.startswith("FROM "))
    with tempfile.TemporaryDirectory() as empty:
        ignore = Path(empty) / f"{file.name}.dockerignore"
        copy = Path(empty) / file.name
        copy.write_text(text)
        ignore.write_text("*.Dockerfile\n")
        docker(real_build, "buildx", "build", "--no-cache", "--network", "host", "--progress", "plain",
               "-f", str(copy), "-t", tag, str(FIXTURES))
    try:
        return size_of(real_build, tag) - size_of(real_build, base)
    finally:
        docker(real_build, "image", "rm", "-f", tag)


def main():
    dockwright, real_build, *wanted = sys.argv[1:]
    dockwright = str(Path(dockwright).resolve())
    prepare(real_build)
    rows, failed = [], []
    for file in sorted(FIXTURES.glob("*.Dockerfile")):
        if wanted and file.stem not in wanted:
            continue
        total, unknown = predicted(dockwright, file)
        try:
            real = built(real_build, file)
        except RuntimeError as error:
            failed.append((file.stem, str(error).splitlines()[-1:]))
            continue
        rows.append((file.stem, total, unknown, real))
        print(f"{file.stem}: {total} of {real}, {unknown} unknown", file=sys.stderr, flush=True)
    known = [(name, total, real, (total - real) / real) for name, total, unknown, real in rows if not unknown]
    print("| file | predicted, MB | built, MB | error |\n| --- | ---: | ---: | ---: |")
    for name, total, real, error in sorted(known, key=lambda row: -abs(row[3])):
        print(f"| {name} | {total / 1e6:.1f} | {real / 1e6:.1f} | {error * 100:+.1f} % |")
    for name, total, unknown, real in rows:
        if unknown:
            print(f"| {name} | ≥ {total / 1e6:.1f} | {real / 1e6:.1f} | |")
    for name, error in failed:
        print(f"\n{name} was not built: {error}")

    def limit(name):
        return 0.25 if name.startswith(("pip-", "npm-")) else 0.1

    good = sum(abs(error) <= limit(name) for name, _, _, error in known)
    print(f"\n{good} of {len(known)} known sizes are near enough; {len(rows) - len(known)} are not known.")
    return 0 if good >= 0.9 * len(known) else 1


if __name__ == "__main__":
    sys.exit(main())
