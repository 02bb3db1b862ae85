#!/usr/bin/env python3
"""Parses the GitLab component and runs its script with GitLab's variables.

usage: test_gitlab.py DOCKWRIGHT

Needs sh, git and PyYAML.
"""
import json, os, re, subprocess, sys, tempfile

import yaml

from pre_commit_mirror import HERE

if len(sys.argv) < 2: sys.exit(__doc__)
program = os.path.abspath(sys.argv[1])
with open(os.path.join(HERE, "templates", "dockwright.yml"), encoding="utf-8") as file: text = file.read()
header, body = text.split("\n---\n")
inputs = yaml.safe_load(header)["spec"]["inputs"]
used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", body))
assert used == set(inputs), used ^ set(inputs)
assert [name for name, entry in inputs.items() if "default" not in entry] == ["image"]


def job(**given):
    values = {name: entry.get("default") for name, entry in inputs.items()} | {"image": "image"} | {name.replace("_", "-"): value for name, value in given.items()}
    show = lambda value: str(value).lower() if isinstance(value, bool) else str(value)
    [(name, found)] = yaml.safe_load(re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", lambda use: show(values[use.group(1)]), body)).items()
    assert found["image"] == {"name": "image", "entrypoint": [""]} and found["stage"] == values["stage"] and name == values["job-name"]
    return found


with tempfile.TemporaryDirectory() as directory:
    root, bin = os.path.join(directory, "root"), os.path.join(directory, "bin")
    os.makedirs(root), os.makedirs(bin)
    os.symlink(program, os.path.join(bin, "dockwright"))
    git = lambda *command: subprocess.run(["git", *command], cwd=root, check=True, capture_output=True, text=True).stdout.strip()

    def write(name, text):
        with open(os.path.join(root, name), "w", encoding="utf-8") as out: out.write(text)

    def run(variables={}, **given):
        found = job(**given)
        env = {"PATH": f"{bin}:/usr/bin:/bin", "HOME": directory, "CI": "true", "GITLAB_CI": "true", **{name: str(value) for name, value in found["variables"].items()}, **variables}
        done = subprocess.run(["sh", "-e", "-c", "\n".join(found["script"])], cwd=root, env=env, capture_output=True, text=True)
        with open(os.path.join(root, found["artifacts"]["reports"]["codequality"]), encoding="utf-8") as file: done.report = json.load(file)
        return done

    def expect(what, is_so, done):
        print(("ok    " if is_so else "FAILS ") + what)
        if not is_so: sys.exit(f"{done}")

    git("init", "-q"), git("config", "user.email", "a@example.org"), git("config", "user.name", "a")
    write("Dockerfile", 'FROM debian:latest\nUSER 1000\nCMD ["true"]\n')
    git("add", "-A"), git("commit", "-q", "-m", "a")
    base = git("rev-parse", "HEAD")
    done = run()
    expect("a problem fails the job and is in the report", done.returncode == 1 and [one["check_name"] for one in done.report] == ["DL3007"], done)
    expect("a report has what GitLab requires", {"description", "check_name", "fingerprint", "severity", "location"} <= set(done.report[0]), done)
    expect("args", run(args="--ignore DL3007").returncode == 0, done)
    expect("paths", run(paths="Dockerfile").returncode == 1, done)
    os.makedirs(os.path.join(root, "empty"))
    done = run(paths="empty . nosuch/Dockerfile")
    expect("a path that cannot be read", done.returncode == 2 and done.report, done)
    done = run(paths="empty ./ Dockerfile")
    expect("a directory without Dockerfiles", done.returncode == 1 and "skipped empty" in done.stdout, done)
    expect("only directories without Dockerfiles", run(paths="empty").returncode == 2, done)
    expect("only-changes without a merge request", run(only_changes=True).returncode == 1, done)
    variables = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    expect("only-changes in a merge request", run(variables, only_changes=True).returncode == 0, done)
    write("Dockerfile", 'FROM debian:latest\nADD a /a\nUSER 1000\nCMD ["true"]\n')
    done = run(variables, only_changes=True)
    expect("a changed line", [one["check_name"] for one in done.report] == ["DL3020"], done)
