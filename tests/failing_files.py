#!/usr/bin/env python3
"""Counts how many builds that fail are reported before the build.

    tests/failing_files.py DOCKWRIGHT [--build COMMAND]

`fixtures/failing/files.json` has small Dockerfiles, each with a failure that occurs in real ones; the second set was written
after the rules, from kinds of failures that public issues describe. Each is checked with its build context. A
failure counts as reported if the group `build` reports it, or DL1000, or an error of the shell's syntax (SC1…).

With COMMAND (called with the Dockerfile and the context), each is also built, to confirm that the build fails; files that
need the network (`"network": true`) are not. Prints the files that are not reported, and the counts for each kind.
"""
import argparse
import collections
import json
import subprocess
import tempfile
from pathlib import Path

FILES = Path(__file__).resolve().parent.parent / "fixtures/failing/files.json"


def is_failure(found):
    return found["code"].startswith("DW5") or found["code"] == "DL1000" or (found["code"].startswith("SC1") and found["severity"] == "error")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dockwright")
    parser.add_argument("--build")
    options = parser.parse_args()
    kinds = collections.defaultdict(lambda: [0, 0])
    sets = collections.defaultdict(lambda: [0, 0])
    for one in json.loads(FILES.read_text()):
        with tempfile.TemporaryDirectory() as name:
            context = Path(name) / "context"
            context.mkdir()
            for path, text in one["files"].items():
                (context / path).parent.mkdir(parents=True, exist_ok=True)
                (context / path).write_bytes(text.encode())
            file = Path(name) / "Dockerfile"
            file.write_text("\n".join(one["lines"]) + "\n")
            check = subprocess.run([options.dockwright, "check", "--isolated", "--select", "build,DL1000,SC", "--context", str(context), "--format", "json", str(file)], capture_output=True, text=True)
            is_reported = any(is_failure(found) for found in json.loads(check.stdout)["diagnostics"])
            if options.build and not one.get("network"):
                build = subprocess.run([*options.build.split(), str(file), str(context)], capture_output=True)
                if build.returncode == 0:
                    print("BUILDS", one["kind"], one["lines"])
        if not is_reported:
            print("NOT REPORTED", one["kind"], one["lines"])
        for count in (kinds[one["kind"]], sets[one["set"]]):
            count[0] += 1
            count[1] += is_reported
    for kind, (files, reported) in kinds.items():
        print(f"{kind}: {reported} of {files}")
    for number, (files, reported) in sets.items():
        print(f"set {number}: {reported} of {files} reported")


if __name__ == "__main__":
    main()
