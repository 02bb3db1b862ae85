#!/usr/bin/env python3
"""Compares what `optimize` estimates for calls of pip and npm with what they really install.

    tests/language_sizes.py target/debug/dockwright LISTS [--python python3.12] [--jobs 2]

LISTS has one call per line: `pip NAME…` or `npm NAME…`, versions included. Each is installed into an empty
virtual environment or directory (npm without scripts, as they were measured), with the network that pip and npm have
here, and the bytes of all files are compared with the estimate. Prints a table, worst first; lists that cannot be
installed, or have unknown packages, are counted.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


def estimate(dockwright, kind, names):
    """(bytes, unknown parts) of the step."""
    words = " ".join(f"'{name}'" for name in names)
    call = f"pip install --no-cache-dir {words}" if kind == "pip" else f"npm install --cache /tmp/x {words}"
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, "Dockerfile")
        file.write_text(f"FROM debian:12\nENV npm_config_cache=/tmp/x\nRUN {call}\n")
        run = subprocess.run([dockwright, "optimize", "--format", "json", file], capture_output=True, text=True, check=False)
    adds = json.loads(run.stdout)["files"][0]["steps"][-1]["adds"]
    return adds["estimated"], adds["unknown"]


def size(directory):
    files = [os.path.join(at, name) for at, _, names in os.walk(directory) for name in names]
    return sum(os.lstat(path).st_size for path in files)


def install(python, kind, names):
    """Bytes that are really added, or None."""
    # A process that outlives its time limit may still write.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        if kind == "pip":
            subprocess.run([python, "-m", "venv", "--without-pip", directory], check=True)
            before = size(directory)
            command = [python, "-m", "pip", "--python", f"{directory}/bin/python", "install", "-q", "--no-cache-dir", *names]
        else:
            Path(directory, "package.json").write_text('{"name": "x", "version": "1.0.0"}')
            before = size(directory)
            command = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", *names]
        try:
            run = subprocess.run(command, cwd=directory, capture_output=True, timeout=400, check=False)
        except subprocess.TimeoutExpired:
            return None
        return size(directory) - before if run.returncode == 0 else None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("dockwright")
    arguments.add_argument("lists", type=Path)
    arguments.add_argument("--python", default=sys.executable)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments = arguments.parse_args()
    lists = [line.split() for line in arguments.lists.read_text().splitlines() if line.strip()]

    def compare(line):
        kind, *names = line
        guess, unknown = estimate(arguments.dockwright, kind, names)
        if unknown or not guess:
            return line, None, None
        return line, guess, install(arguments.python, kind, names)

    rows, unknown, failed = [], 0, 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for line, guess, real in pool.map(compare, lists):
            unknown += guess is None
            failed += guess is not None and real is None
            if real:
                rows.append((abs(guess - real) / real, guess, real, line))
                print(f"{(guess - real) / real:+.1%}\t{guess}\t{real}\t{' '.join(line)}", flush=True)
    rows.sort(reverse=True)
    near = sum(error <= 0.25 for error, *_ in rows)
    print(f"\n{near} of {len(rows)} within 25 %; {unknown} with unknown packages, {failed} could not be installed")
    for error, guess, real, (kind, *names) in rows[:12]:
        print(f"| {guess / real - 1:+.1%} | {kind} | {real / 1e6:.1f} MB | {' '.join(names)} |")


if __name__ == "__main__":
    main()
