#!/usr/bin/env python3
"""Runs `dockwright pin` against the real PyPI, npm registry, crates.io and Debian archive.

    tests/pin_real.py target/debug/dockwright [--only apt,pip,npm,cargo]

Pins 40 small Dockerfiles and passes exactly the pinned versions to the real clients: `pip download --no-deps` (for the Python
and platform of the base image), `npm view`, `cargo info`, and `apt-get install --simulate` with lists of the base image's
release. Needs pip, npm, cargo and apt; apt works in a separate directory, and uses the machine's mirrors and keys.
"""

import os
import re
import subprocess
import sys
import tempfile

PIP = [
    ("python:3.8-slim", ["flask", "requests"]),
    ("python:3.9", ["numpy", "pandas"]),
    ("python:3.10-slim-bookworm", ["django", "'uvicorn[standard]'"]),
    ("python:3.11-alpine", ["cryptography"]),
    ("python:3.12-slim", ["scipy", "pillow"]),
    ("python:3.13", ["pydantic", "fastapi"]),
    ("debian:bookworm", ["gunicorn"]),
    ("debian:bullseye-slim", ["ansible-core"]),
    ("ubuntu:22.04", ["black", "ruff"]),
    ("ubuntu:24.04", ["poetry"]),
    ("python:3.7", ["Jinja2", "MarkupSafe"]),
    ("alpine:3.20", ["PyYAML"]),
]
NPM = [
    ("node:14", ["typescript"]),
    ("node:16-alpine", ["@angular/cli", "pnpm"]),
    ("node:18", ["npm", "eslint"]),
    ("node:20-slim", ["@nestjs/cli"]),
    ("node:22", ["yarn", "pm2"]),
    ("node:lts", ["serve"]),
    ("node:18.12-alpine", ["vite", "nodemon"]),
    ("debian:bookworm", ["http-server"]),
    ("debian:trixie", ["@vue/cli"]),
    ("node:12", ["gulp-cli"]),
]
CARGO = [
    ("rust:1.70", ["ripgrep"]),
    ("rust:1.75-slim", ["cargo-chef"]),
    ("rust:1.80", ["sqlx-cli"]),
    ("rust:1.85", ["cargo-nextest"]),
    ("rust:latest", ["just", "bat"]),
    ("rust:1.74-alpine", ["fd-find"]),
]
APT = [
    ("debian:bookworm", ["curl", "ca-certificates", "git"]),
    ("debian:12-slim", ["build-essential", "python3-dev"]),
    ("debian:trixie", ["nginx", "openssl"]),
    ("debian:trixie-slim", ["postgresql-client", "jq"]),
    ("debian:bullseye", ["wget", "gnupg"]),
    ("debian:bullseye-slim", ["libpq-dev", "gcc"]),
    ("python:3.12-slim-bookworm", ["libxml2-dev", "libxslt1-dev"]),
    ("node:22-bookworm-slim", ["chromium"]),
    ("golang:1.24-bookworm", ["protobuf-compiler"]),
    ("ruby:3.3-slim-bookworm", ["libvips42", "sqlite3"]),
    ("php:8.3-apache-bookworm", ["unzip", "libzip-dev"]),
    ("rust:1.85-slim-bookworm", ["pkg-config", "libssl-dev"]),
]
PYTHONS = {"debian:bookworm": "3.11", "debian:bullseye-slim": "3.9", "ubuntu:22.04": "3.10", "ubuntu:24.04": "3.12", "alpine:3.20": "3.12"}


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=600, **more)


def pin(program, kind, base, line):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "Dockerfile")
        with open(path, "w") as file:
            file.write(f"FROM {base}\nRUN {line}\n")
        done = run(program, "pin", "--only", kind, "--isolated", path)
        with open(path) as file:
            return done, file.read().splitlines()[1]


def check_pip(base, words, directory):
    python = PYTHONS.get(base) or re.match(r"python:([\d.]+)", base)[1]
    libc = "musllinux_1_2" if "alpine" in base else "manylinux_2_28"
    platforms = [libc, "manylinux2014", "manylinux_2_17"] if "alpine" not in base else [libc, "musllinux_1_1"]
    target = [word for name in platforms for word in ("--platform", f"{name}_x86_64")]
    for word in words:
        download = ["pip", "download", "-q", "--no-deps", "-d", directory, word.strip("'")]
        wheel = run(*download, "--only-binary", ":all:", "--python-version", python, *target)
        # The real image builds a package that has only sources.
        if wheel.returncode and run(*download, "--no-binary", ":all:", "--no-build-isolation").returncode:
            name, version = word.strip("'").split("==")
            index = run("pip", "index", "versions", re.sub(r"\[.*", "", name))
            if version not in index.stdout:
                return wheel.stderr
    return ""


def check_npm(_, words, __):
    for word in words:
        name, version = word.rsplit("@", 1)
        done = run("npm", "view", word, "version")
        if done.stdout.strip() != version:
            return f"{word}: {done.stdout}{done.stderr}"
    return ""


def check_cargo(_, words, directory):
    for word in words:
        done = run("cargo", "info", word, cwd=directory)
        version = word.split("@")[1]
        if not re.search(rf"^version: {re.escape(version)}\b", done.stdout, re.M):
            return f"{word}: {done.stdout[:300]}{done.stderr}"
    return ""


class Apt:
    """apt for one release, in a separate directory."""

    known = {}

    def __init__(self, release):
        self.directory = tempfile.mkdtemp(prefix=f"apt-{release}-")
        for name in ("state/lists/partial", "cache/archives/partial", "etc"):
            os.makedirs(os.path.join(self.directory, name))
        open(os.path.join(self.directory, "status"), "w").close()
        mirror, security = self.mirrors()
        with open(os.path.join(self.directory, "sources"), "w") as file:
            for address, suite in [(mirror, release), (mirror, release + "-updates"), (security, release + "-security")]:
                file.write(f"deb {address} {suite} main\n")
        done = self.run("update")
        if done.returncode:
            raise SystemExit(done.stderr)

    @staticmethod
    def mirrors():
        text = run("apt-get", "indextargets", "--format", "$(SITE) $(REPO_URI)").stdout
        all_of = [line.split()[1].rstrip("/") for line in text.splitlines() if " " in line]
        security = next((one for one in all_of if "security" in one), "https://security.debian.org/debian-security")
        return next((one for one in all_of if "security" not in one), "https://deb.debian.org/debian"), security

    def run(self, *words):
        options = {
            "Dir::Etc::sourcelist": f"{self.directory}/sources",
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State": f"{self.directory}/state",
            "Dir::State::status": f"{self.directory}/status",
            "Dir::Cache": f"{self.directory}/cache",
            "APT::Architecture": "amd64",
            "APT::Architectures": "amd64",
            "APT::Install-Recommends": "false",
        }
        settings = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        return run("apt-get", *settings, *words)


def check_apt(base, words, _):
    release = next((name for name in ("bullseye", "bookworm", "trixie") if name in base), "bookworm")
    apt = Apt.known.get(release)
    if apt is None:
        apt = Apt.known[release] = Apt(release)
    done = apt.run("install", "--simulate", "-y", *words)
    installed = dict(re.findall(r"^Inst (\S+) \((\S+)", done.stdout, re.M))
    for word in words:
        name, version = word.split("=")
        if installed.get(name) != version:
            return f"{word}: {installed.get(name)}\n{done.stderr}"
    return ""


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    program = os.path.abspath(sys.argv[1])
    only = sys.argv[3].split(",") if sys.argv[2:3] == ["--only"] else ["pip", "npm", "cargo", "apt"]
    kinds = {
        "pip": (PIP, "pip install --no-cache-dir {}", "==", check_pip),
        "npm": (NPM, "npm install -g {}", "@", check_npm),
        "cargo": (CARGO, "cargo install --locked {}", "@", check_cargo),
        "apt": (APT, "apt-get update && apt-get install -y --no-install-recommends {}", "=", check_apt),
    }
    passed = failed = versions = 0
    with tempfile.TemporaryDirectory() as directory:
        for kind in only:
            rows, command, sign, check = kinds[kind]
            for base, packages in rows:
                done, line = pin(program, kind, base, command.format(" ".join(packages)))
                words = line.split()[-len(packages) :]
                pinned = all(sign in word[1:] for word in words)
                problem = check(base, words, directory) if pinned else done.stdout + done.stderr
                versions += len(words)
                passed, failed = passed + (not problem), failed + bool(problem)
                print(("FAILED" if problem else "ok    "), base, " ".join(words), problem, flush=True)
    print(f"{versions} versions in {passed + failed} files\n{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
