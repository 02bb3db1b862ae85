#!/usr/bin/env python3
"""Makes the system of a Debian image: what simulate.py asks, and layers.py installs packages on.

    python3 data/packages/system.py DIRECTORY RELEASE [--slim] [--mirror URI --security-mirror URI]

DIRECTORY/RELEASE or DIRECTORY/RELEASE-slim gets the packages of debian:RELEASE as bases.toml names them, with fetched
lists; -slim omits files as the image does. Needs root and mmdebstrap.
"""
import argparse
import shutil
import subprocess
import tomllib
from pathlib import Path

import archive

HERE = Path(__file__).parent
OMITTED = ["doc", "man", "info", "locale", "lintian", "linda", "groff"]
SETTINGS = 'Acquire::GzipIndexes "true";\\nAcquire::Languages "none";\\n'


def options():
    """Settings of this machine's apt that it needs to reach its mirrors."""
    dump = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True).stdout.splitlines()
    kept = [line for line in dump if line.startswith("Acquire::") and ("Check-" in line or "Proxy" in line)]
    return [f"--aptopt={line.rstrip(';')}" for line in kept]


def make(system, release, slim, mirrors):
    main, security = mirrors
    packages = tomllib.loads(HERE.joinpath("bases.toml").read_text())["minimal"][release].split()
    command = ["mmdebstrap", "--quiet", "--format=directory", "--mode=root", "--variant=custom",
               f"--include={' '.join(packages)}", "--skip=cleanup/apt", *options()]
    if slim:
        command += [f"--dpkgopt=path-exclude=/usr/share/{one}/*" for one in OMITTED]
        command.append("--dpkgopt=path-include=/usr/share/doc/*/copyright")
    if release == "bookworm":
        command.append("--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr")
    command.append(f"--customize-hook=printf '{SETTINGS}' > \"$1/etc/apt/apt.conf.d/docker\"")
    sources = "".join(
        f"deb {security if suite.endswith('-security') else main} {suite.format(release)} main\n"
        for suite in archive.SUITES
    )
    subprocess.run([*command, release, system, "-"], input=sources, text=True, check=True)
    # As in the official images: no service is started, and dpkg need not wait for the disk.
    policy = system / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    system.joinpath("etc/dpkg/dpkg.cfg.d/speed").write_text("force-unsafe-io\n")
    shutil.copy("/etc/resolv.conf", system / "etc/resolv.conf")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("release", choices=list(archive.RELEASES))
    arguments.add_argument("--slim", action="store_true")
    arguments.add_argument("--mirror")
    arguments.add_argument("--security-mirror")
    arguments = arguments.parse_args()
    mirrors = arguments.mirror, arguments.security_mirror
    arguments.directory.mkdir(parents=True, exist_ok=True)
    name = f"{arguments.release}-slim" if arguments.slim else arguments.release
    system = arguments.directory.absolute() / name
    make(system, arguments.release, arguments.slim, mirrors if all(mirrors) else archive.mirrors())


if __name__ == "__main__":
    main()
