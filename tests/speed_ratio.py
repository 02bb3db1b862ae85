#!/usr/bin/env python3
"""Compares the CPU time and memory of dockwright with those of hadolint, or of an older dockwright, on real files.

usage: speed_ratio.py [--pairs N] [--hadolint PROGRAM] [--before DOCKWRIGHT] DOCKWRIGHT DIRECTORY

All Dockerfiles below DIRECTORY are copied to a temporary directory, so that configuration files beside them do not count. Each
program then checks all of them in one process, the two of a pair one after the other, so that both run under the same conditions; user and system time are added up, and the median of the pairs is printed.

  hadolint         `dockwright hadolint FILES` and `hadolint FILES`, which report the same
  check            `dockwright check`, every default rule
  no shell         `dockwright check --ignore 'SC*'`
  one file         `dockwright check` of the file of median length, and `dockwright --version`
  optimize, fix    `dockwright optimize --format json`, `dockwright check --diff --unsafe-fixes=high`
  1x 10x 100x      `check`, `--diff` and `optimize` with 20, 200 and 2000 of the files: time for each file, relative to 20

With --before, the same commands of an older program are in the pairs instead of hadolint, and the output must be
the same byte for byte.
"""
import argparse, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--pairs", type=int, default=5)
parser.add_argument("--hadolint", default="hadolint")
parser.add_argument("--before", help="an older dockwright")
parser.add_argument("dockwright")
parser.add_argument("directory", type=pathlib.Path)
options = parser.parse_args()


class Run:
    """One run of a command: seconds of CPU and of wall time, peak MiB, and the output."""

    def __init__(self, command, directory):
        started = time.monotonic()
        with tempfile.TemporaryFile() as out:
            process = subprocess.Popen(command, cwd=directory, stdout=out, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
            _, self.status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(self.status)
            out.seek(0)
            self.output = out.read()
        self.wall = time.monotonic() - started
        self.cpu = usage.ru_utime + usage.ru_stime
        self.memory = usage.ru_maxrss / 1024
        if process.returncode not in (0, 1):
            # Files that cannot be read as Dockerfiles are an error to hadolint and to `optimize`.
            self.failed = process.returncode


def median(runs, of):
    return statistics.median(of(run) for run in runs)


def line(name, runs, files):
    cpu, wall, memory = (median(runs, of) for of in (lambda run: run.cpu, lambda run: run.wall, lambda run: run.memory))
    print(f"{name:34} {cpu:9.3f} s CPU {wall:9.3f} s wall {1000 * cpu / files:8.3f} ms/file {memory:7.1f} MiB", flush=True)


def pairs(name, first, second, directory, files, same):
    """Prints both and their ratio."""
    runs = [(Run(first, directory), Run(second, directory)) for _ in range(options.pairs)]
    ours, theirs = zip(*runs)
    line(f"{name}", ours, files)
    line("  compared with", theirs, files)
    ratios = sorted(other.cpu / own.cpu for own, other in runs)
    print(f"  ratio {statistics.median(ratios):.1f} (from {ratios[0]:.1f} to {ratios[-1]:.1f})")
    if same:
        print("  output", "is the same" if ours[0].output == theirs[0].output else "DIFFERS")


def single(name, command, directory, files):
    runs = [Run(command, directory) for _ in range(options.pairs)]
    line(name, runs, files)
    return median(runs, lambda run: run.cpu)


def is_dockerfile(path):
    name = path.name.lower()
    return path.is_file() and ("dockerfile" in name or "containerfile" in name)


files = sorted(path for path in options.directory.rglob("*") if is_dockerfile(path))
if not files:
    sys.exit(f"there is no Dockerfile in {options.directory}")
own = os.path.abspath(shutil.which(options.dockwright) or options.dockwright)
with tempfile.TemporaryDirectory() as parent:
    directory = pathlib.Path(parent, "all")
    directory.mkdir()
    names = [f"{at:06}.Dockerfile" for at in range(len(files))]
    for name, path in zip(names, files):
        shutil.copyfile(path, directory / name)
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files)} bytes, {os.cpu_count()} processors")
    commands = {
        "check": ["check", "--format", "json"],
        "no shell": ["check", "--format", "json", "--ignore", "SC*"],
        "fix": ["check", "--diff", "--unsafe-fixes=high"],
        "optimize": ["optimize", "--no-context", "--format", "json"],
    }
    if options.before:
        before = os.path.abspath(options.before)
        for name, words in {"hadolint": ["hadolint", "--format", "json"] + names, **commands}.items():
            pairs(name, [own] + words, [before] + words, directory, len(files), True)
    else:
        other = shutil.which(options.hadolint)
        if not other:
            sys.exit(f"there is no program {options.hadolint}")
        words = ["--format", "json"] + names
        pairs("hadolint", [own, "hadolint"] + words, [other] + words, directory, len(files), False)
        for name in ("check", "no shell"):
            pairs(name, [own] + commands[name], [other] + words, directory, len(files), False)
        for name in ("fix", "optimize"):
            single(name, [own] + commands[name], directory, len(files))
    by_length = sorted(names, key=lambda name: (directory / name).stat().st_size)
    middle = by_length[len(names) // 2]
    options.pairs = max(options.pairs, 15)
    alone = single("one file", [own, "check", middle], directory, 1)
    version = single("--version", [own, "--version"], directory, 1)
    print(f"  one file costs {1000 * (alone - version):.2f} ms more than --version")
    options.pairs = 3
    for command in ("check", "fix", "optimize"):
        each = []
        for size in (20, 200, 2000):
            part = pathlib.Path(parent, f"{command}-{size}")
            part.mkdir()
            # Every n-th file, or all of them several times, so that each part is like the others.
            for at in range(size):
                shutil.copyfile(directory / names[at * len(names) // size % len(names)], part / f"{at:06}.Dockerfile")
            each.append(single(f"{command} of {size}", [own] + commands[command], part, size) / size)
        print("  for each file, relative:", " ".join(f"{one / each[0]:.2f}" for one in each))
