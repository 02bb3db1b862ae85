#!/usr/bin/env python3
"""Writes the npm packages: one for each platform, and `dockwright`, which selects one of them.

usage: npm_packages.py OUT BINARIES [TARGET…]

BINARIES is a directory of programs under the names of `packaging/layout.py` (dockwright-linux-x86_64, …). OUT gets a
directory for each package, ready for `npm pack` or `npm publish`. npm installs only the optional dependency whose `os`,
`cpu` and `libc` match. Only the TARGETs (linux-x64, …) are written if some are given, and `dockwright` then depends on
these only.
"""
import json, os, shutil, sys

from layout import PROGRAMS
from pre_commit_mirror import HERE, version

# Name of the target, the values that npm compares, and the program.
TARGETS = {
    "linux-x64": ("linux", "x64", "dockwright-linux-x86_64"),
    "linux-arm64": ("linux", "arm64", "dockwright-linux-arm64"),
    "darwin-x64": ("darwin", "x64", "dockwright-macos-x86_64"),
    "darwin-arm64": ("darwin", "arm64", "dockwright-macos-arm64"),
    "win32-x64": ("win32", "x64", "dockwright-windows-x86_64.exe"),
}
assert {program for *_, program in TARGETS.values()} <= set(PROGRAMS)

SELECTOR = """#!/usr/bin/env node
// Runs the program of the package for this platform.
const { spawnSync } = require("node:child_process");

const target = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "dockwright.exe" : "dockwright";
let program;
try {
  program = require.resolve(`dockwright-${target}/bin/${file}`);
} catch {
  console.error(`dockwright: error: no program for ${target}; if npm supports it, install without --omit=optional`);
  process.exit(2);
}
const { status, signal, error } = spawnSync(program, process.argv.slice(2), { stdio: "inherit" });
if (error) {
  console.error(`dockwright: error: cannot run ${program}: ${error.message}`);
  process.exit(2);
}
if (signal) process.kill(process.pid, signal);
process.exit(status ?? 2);
"""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out: out.write(text)


def package(out, name, manifest):
    number = version()
    common = {"name": name, "version": number, "license": "MIT OR Apache-2.0", **manifest}
    write(os.path.join(out, name, "package.json"), json.dumps(common, indent=2) + "\n")
    for license in ("LICENSE-MIT", "LICENSE-APACHE"): shutil.copy(os.path.join(HERE, license), os.path.join(out, name))


def main(out, binaries, targets):
    for target in targets:
        system, cpu, program = TARGETS[target]
        file = "dockwright.exe" if system == "win32" else "dockwright"
        # On Linux, the program is linked statically, so that it does not matter which libc there is.
        package(out, f"dockwright-{target}", {
            "description": f"The program dockwright for {target}; install `dockwright` instead",
            "os": [system], "cpu": [cpu], "files": ["bin"], "preferUnplugged": True,
        })
        path = os.path.join(out, f"dockwright-{target}", "bin", file)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.join(binaries, program), path)
        os.chmod(path, 0o755)
    package(out, "dockwright", {
        "description": "A Dockerfile linter, fixer and optimizer",
        "keywords": ["docker", "dockerfile", "lint", "hadolint"],
        "bin": {"dockwright": "bin/dockwright.js"}, "files": ["bin"], "engines": {"node": ">=16"},
        "optionalDependencies": {f"dockwright-{target}": version() for target in targets},
    })
    write(os.path.join(out, "dockwright", "bin", "dockwright.js"), SELECTOR)
    shutil.copy(os.path.join(HERE, "README.md"), os.path.join(out, "dockwright"))


if __name__ == "__main__":
    if len(sys.argv) < 3: sys.exit(__doc__)
    unknown = set(sys.argv[3:]) - set(TARGETS)
    if unknown: sys.exit(f"unknown targets: {', '.join(sorted(unknown))}; choose from {', '.join(TARGETS)}")
    main(sys.argv[1], sys.argv[2], sys.argv[3:] or list(TARGETS))
