#!/usr/bin/env python3
"""Writes fixtures/shell/scripts/expected.json: what ShellCheck 0.11.0 reports for the scripts there.

usage: shell_scripts.py      with shellcheck on PATH, or named in $SHELLCHECK

Each NAME.Dockerfile has one RUN, whose heredoc is the script, and names its dialect (`sh`, `bash`, `busybox`) on its
first line. The script is the text between the operator and the delimiter, extracted without dockwright. ARG and ENV, and
the variables for proxies, are exported before it. For each file, a sorted list of [line, column, code, severity], with
positions in the file.
"""
import json, os, pathlib, re, subprocess, sys, tempfile

SHELLCHECK = os.environ.get("SHELLCHECK", "shellcheck")
DIRECTORY = pathlib.Path(__file__).resolve().parent.parent / "fixtures" / "shell" / "scripts"
# hadolint also turns off 1090, 1091 and 2187; 1128 and 2148 are about the first line of a file.
PROXIES = [f"{name}_proxy" for name in ("ftp", "http", "https", "no")]
PROXIES += [name.upper() for name in PROXIES]
EXCLUDED = "SC1090,SC1091,SC1128,SC2148,SC2187"


def report(text):
    dialect = re.match(r"# read as: (\w+)\n", text)[1]
    head, delimiter, script = re.search(r"(?s)\A(.*?\n)RUN <<'?(\w+)'?\n(.*)\Z", text).groups()
    script = script[: script.index(f"\n{delimiter}\n") + 1]
    above = head.count("\n") + 1
    names = re.findall(r"(?m)^(?:ARG|ENV) (\w+)", head) + PROXIES
    exports = "".join(f"export {name}=1\n" for name in names)
    # Its `#!` line must come first: ShellCheck reads options there.
    shebang = re.match(r"#!.*\n|", script)[0]
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(shebang + exports + script[len(shebang) :])
        file.flush()
        command = [SHELLCHECK, "--norc", "-s", dialect, "-e", EXCLUDED, "-f", "json1", file.name]
        answer = subprocess.run(command, capture_output=True, text=True)
    shift = above - exports.count("\n")
    rows = json.loads(answer.stdout)["comments"]
    found = [[row["line"] + shift, row["column"], f"SC{row['code']:04}", row["level"]] for row in rows]
    return sorted(row for row in found if row[0] > above)


def main():
    version = subprocess.run([SHELLCHECK, "--version"], capture_output=True, text=True).stdout
    if "0.11.0" not in version:
        sys.exit("ShellCheck 0.11.0 is needed")
    files = sorted(DIRECTORY.glob("*.Dockerfile"))
    lines = [f"{json.dumps(file.name)}: {json.dumps(report(file.read_text()))}" for file in files]
    (DIRECTORY / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
