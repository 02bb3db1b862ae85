#!/usr/bin/env python3
"""Writes fixtures/hadolint/expected.json: what hadolint 2.15.1 reports for each file there.

usage: hadolint_triples.py      with hadolint on PATH, or named in $HADOLINT

For each NAME.Dockerfile, a list of [line, code, severity], sorted. NAME.args next to it has arguments, one per line.
A file that hadolint cannot parse (DL1000) shows nothing about its rules, so it is an error.
"""
import json, os, pathlib, subprocess, sys, tempfile

HADOLINT = os.environ.get("HADOLINT", "hadolint")
DIRECTORY = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "hadolint"


def ask(files, arguments, config):
    """What hadolint reports for the files, by name."""
    command = [HADOLINT, "--no-fail", "--no-color", "--format", "json", "--config", config, *arguments]
    answer = subprocess.run([*command, *[f.name for f in files]], cwd=DIRECTORY, capture_output=True, text=True)
    if answer.returncode or not answer.stdout:
        sys.exit(f"hadolint gives no answer for {[f.name for f in files]}\n{answer.stderr}")
    found = {f.name: [] for f in files}
    for row in json.loads(answer.stdout):
        if row["code"] == "DL1000":
            sys.exit(f"{row['file']}:{row['line']}: {row['message']}")
        found[row["file"]].append([row["line"], row["code"], row["level"]])
    return found


def main():
    version = subprocess.run([HADOLINT, "--version"], capture_output=True, text=True).stdout
    if "2.15.1" not in version:
        sys.exit(f"hadolint 2.15.1 is wanted, this is {version.strip() or 'none'}")
    files = sorted(DIRECTORY.glob("*.Dockerfile"))
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        # So that no configuration of this machine applies.
        config.write("ignored: []\n")
        config.flush()
        plain = [f for f in files if not f.with_suffix(".args").exists()]
        found = ask(plain, [], config.name)
        for file in sorted(set(files) - set(plain)):
            found |= ask([file], file.with_suffix(".args").read_text().splitlines(), config.name)
    rows = (f"{json.dumps(name)}: {json.dumps(sorted(found[name]))}" for name in sorted(found))
    (DIRECTORY / "expected.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")


if __name__ == "__main__":
    main()
