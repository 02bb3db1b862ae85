#!/usr/bin/env python3
"""Builds the released program with profile-guided optimization.

usage: packaging/build_program.py [--target TRIPLE] [--profdata PROGRAM] [--keep PROFILE]

1. builds a program that counts how often each of its functions and branches runs,
2. runs it on the Dockerfiles in fixtures/, with every command that a directory of files is checked with,
3. builds the program again. Code that often runs is optimized for speed, all other code for size.

The result is target/TRIPLE/release/dockwright, as after `cargo build --release --target TRIPLE`. Programs for the target must
run on this machine. Needs llvm-profdata of the same LLVM version as rustc: `rustup component add llvm-tools`. For a target
without a profiler in the Rust toolchain, the program is built without a profile.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Arguments before the names of all files. Findings, and errors such as invalid files, are expected.
TRAINING = [
    ["check", "--isolated", "--format", "json"],
    ["check", "--isolated", "--format", "full", "--color", "always"],
    ["check", "--isolated", "--select", "ALL", "--preview", "--format", "concise"],
    ["check", "--isolated", "--diff", "--unsafe-fixes=high"],
    ["hadolint", "--no-fail", "--format", "json"],
    ["optimize", "--isolated", "--format", "json"],
    ["optimize", "--isolated"],
    ["format", "--isolated", "--diff"],
]
# The directory as a whole is weighted more than the start of the program.
SINGLE = [["--version"], ["check", "--isolated", "{}"], ["hadolint", "{}"]]


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def host():
    return next(line.split()[1] for line in output("rustc", "-vV").splitlines() if line.startswith("host:"))


def toolchain(*parts):
    return pathlib.Path(output("rustc", "--print", "sysroot"), "lib", "rustlib", *parts)


def find_profdata(given):
    if given:
        return given
    program = toolchain(host(), "bin", "llvm-profdata")
    for candidate in (program, program.with_suffix(".exe")):
        if candidate.exists():
            return str(candidate)
    sys.exit(f"build_program.py: error: {program}: no such file\nrun `rustup component add llvm-tools`")


def build(target, flags, **variables):
    flags = " ".join([os.environ.get("RUSTFLAGS", ""), flags]).strip()
    environment = {**os.environ, "RUSTFLAGS": flags, **variables}
    subprocess.run(["cargo", "build", "--release", "--locked", "--target", target], cwd=ROOT, env=environment, check=True)
    directory = pathlib.Path(environment.get("CARGO_TARGET_DIR", ROOT / "target"), target, "release")
    return next(path for path in (directory / "dockwright", directory / "dockwright.exe") if path.exists())


def train(program, profiles):
    """Runs the program on copies of the fixtures: configuration files beside them do not count."""
    environment = {**os.environ, "LLVM_PROFILE_FILE": str(profiles / "%p-%m.profraw")}
    with tempfile.TemporaryDirectory() as directory:
        names = []
        for path in sorted((ROOT / "fixtures").rglob("*ockerfile*")):
            if path.is_file() and path.suffix not in (".json", ".snap", ".md", ".txt"):
                names.append(f"{len(names):04}.Dockerfile")
                shutil.copy(path, pathlib.Path(directory, names[-1]))

        def run(arguments):
            command = [str(program), *arguments]
            result = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True)
            if result.returncode not in (0, 1):
                sys.exit(f"build_program.py: error: {' '.join(command[:6])}: {result.stderr[-400:]}")

        for arguments in TRAINING:
            run([*arguments, *names])
        for arguments in SINGLE:
            for name in names[::40]:
                run([argument.format(name) for argument in arguments])
    print(f"build_program.py: trained on {len(names)} files", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description="Builds the released program with profile-guided optimization.")
    parser.add_argument("--target", metavar="TRIPLE", default=host())
    parser.add_argument("--profdata", metavar="PROGRAM", help="llvm-profdata, if rustup did not install it")
    parser.add_argument("--keep", metavar="PROFILE", help="write the profile to this file")
    arguments = parser.parse_args()
    if not any(toolchain(arguments.target, "lib").glob("libprofiler_builtins-*")):
        print(f"build_program.py: warning: {arguments.target}: no profiler, built without a profile", file=sys.stderr)
        print(build(arguments.target, ""))
        return
    profdata = find_profdata(arguments.profdata)
    with tempfile.TemporaryDirectory() as directory:
        profiles = pathlib.Path(directory, "raw")
        profiles.mkdir()
        profile = pathlib.Path(arguments.keep or pathlib.Path(directory, "merged.profdata")).absolute()
        # Without link-time optimization, the first program is built in half the time; the profile is the same.
        target_directory = os.environ.get("CARGO_TARGET_DIR", str(ROOT / "target"))
        counting = build(
            arguments.target,
            f"-Cprofile-generate={profiles}",
            CARGO_PROFILE_RELEASE_LTO="off",
            CARGO_TARGET_DIR=str(pathlib.Path(target_directory, "counting")),
        )
        train(counting, profiles)
        subprocess.run([profdata, "merge", "-o", str(profile), str(profiles)], check=True)
        print(build(arguments.target, f"-Cprofile-use={profile}"))


if __name__ == "__main__":
    main()
