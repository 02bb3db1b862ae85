#!/usr/bin/env python3
"""Runs the script of the GitHub Action with a runner's environment.

usage: test_action.py DOCKWRIGHT

Needs bash and git; PyYAML to read action.yml.
"""
import json, os, subprocess, sys, tempfile

import yaml

from pre_commit_mirror import HERE

if len(sys.argv) < 2: sys.exit(__doc__)
program = os.path.abspath(sys.argv[1])
with open(os.path.join(HERE, "action.yml"), encoding="utf-8") as file: action = yaml.safe_load(file)
[step] = action["runs"]["steps"]

HADOLINT = """dockerfile config recursive output-file no-color no-fail verbose format failure-threshold override-error
override-warning override-info override-style ignore trusted-registries""".split()
WARNS = 'FROM debian:latest\nUSER 1000\nCMD ["true"]\n'
LOOSE = 'FROM debian:12 as base\nADD a /a\nUSER 1000\nCMD ["true"]\n'


class Workspace:
    def __init__(self, directory, files):
        self.directory, self.action = directory, HERE
        self.bin, self.temp, self.root = (os.path.join(directory, name) for name in ("bin", "temp", "root"))
        for path in (self.bin, self.temp, self.root): os.makedirs(path)
        os.symlink(program, os.path.join(self.bin, "dockwright"))
        for name, text in files.items(): self.write(name, text)
        for command in ("init -q", "config user.email a@example.org", "config user.name a", "add -A", "commit -q -m a"):
            subprocess.run(["git", *command.split()], cwd=self.root, check=True)

    def write(self, name, text):
        path = os.path.join(self.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out: out.write(text)

    def read(self, name):
        with open(os.path.join(self.root, name), encoding="utf-8") as file: return file.read()

    def run(self, **given):
        given = {name.replace("_", "-"): value for name, value in given.items()}
        assert set(given) <= set(action["inputs"]), given
        inputs = {name: given.get(name, entry.get("default", "")) for name, entry in action["inputs"].items()}
        output, summary = os.path.join(self.directory, "output"), os.path.join(self.directory, "summary")
        for path in (output, summary): open(path, "w").close()
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": self.directory, "RUNNER_TEMP": self.temp, "RUNNER_OS": "Linux", "RUNNER_ARCH": "X64",
               "GITHUB_OUTPUT": output, "GITHUB_STEP_SUMMARY": summary, "GITHUB_WORKSPACE": self.root}
        # The runner replaces the expressions of `env`.
        for name, value in step["env"].items():
            value = value.strip("${} ")
            env[name] = self.action if value == "github.action_path" else inputs[value.removeprefix("inputs.")]
        done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=self.root, env=env, capture_output=True, text=True)
        with open(output, encoding="utf-8") as file: done.output = file.read()
        with open(summary, encoding="utf-8") as file: done.summary = file.read()
        return done


def expect(what, is_so, done):
    print(("ok    " if is_so else "FAILS ") + what)
    if not is_so: sys.exit(f"exit {done.returncode}\n{done.stdout}{done.stderr}\n{done.output}\n{done.summary}")


expect_inputs = set(HADOLINT) | {"fix", "since", "optimize"}
assert set(action["inputs"]) == expect_inputs, set(action["inputs"]) ^ expect_inputs
print("ok    the inputs are hadolint-action's 15, and fix, since, optimize")
with tempfile.TemporaryDirectory() as directory:
    work = Workspace(directory, {"Dockerfile": WARNS, "sub/Dockerfile": WARNS, "sub/app.Dockerfile": LOOSE, "a": "x"})
    done = work.run()
    expect("a problem fails the job", done.returncode == 1, done)
    expect("annotations", "::warning file=Dockerfile,line=1" in done.stdout and "sub/" not in done.stdout, done)
    expect("job summary", "DL3007" in done.summary, done)
    expect("outputs", "results<<" in done.output and "DL3007" in done.output and "\x1b" not in done.output, done)
    sarif = next(line for line in done.output.splitlines() if line.startswith("sarif-file=")).split("=", 1)[1]
    with open(sarif, encoding="utf-8") as file: results = json.load(file)["runs"][0]["results"]
    expect("SARIF file", [result["ruleId"] for result in results] == ["DL3007"], done)
    expect("no-fail", work.run(no_fail="true").returncode == 0, done)
    expect("failure-threshold", work.run(failure_threshold="error").returncode == 0 and work.run(failure_threshold="none").returncode == 1, done)
    done = work.run(recursive="true")
    expect("recursive", "sub/Dockerfile" in done.stdout and "sub/app.Dockerfile" in done.stdout, done)
    done = work.run(recursive="true", dockerfile="*.Dockerfile")
    expect("recursive with a pattern", "sub/app.Dockerfile" in done.stdout and "file=Dockerfile" not in done.stdout, done)
    expect("recursive with a pattern prints nothing else", "find:" not in done.stderr, done)
    done = work.run(dockerfile="*/Dockerfile")
    expect("a pattern", "file=sub/Dockerfile" in done.stdout and "file=Dockerfile" not in done.stdout, done)
    expect("a missing file", work.run(dockerfile="nosuch").returncode == 2, done)
    os.symlink("nosuch", os.path.join(work.root, "dangling.Dockerfile"))
    done = work.run(recursive="true")
    reported = all("DL3007" in text for text in (done.stdout, done.summary, done.output))
    expect("an unreadable file: the others are reported", done.returncode == 2 and reported and "DW0010" in done.stdout and "sarif-file=" in done.output, done)
    os.remove(os.path.join(work.root, "dangling.Dockerfile"))
    expect("ignore", work.run(ignore="DL3007, DL3008").returncode == 0, done)
    done = work.run(override_error="DL3007", override_style="DL3007,DL3006")
    expect("overrides: the worst counts", "::error file=Dockerfile" in done.stdout, done)
    done = work.run(override_info="DL3007")
    expect("override-info", done.returncode == 0 and "::notice file=Dockerfile" in done.stdout, done)
    done = work.run(trusted_registries="ghcr.io, *.example.org", ignore="DL3007")
    expect("trusted-registries", "DL3026" in done.stdout, done)
    work.write("ci/d.toml", '[rules]\nignore = ["DL3007"]\n')
    expect("config", work.run(config="ci/d.toml").returncode == 0, done)
    expect("config with overrides", work.run(config="ci/d.toml", override_error="DL3006").returncode == 0, done)
    done = work.run(format="json", output_file="out.json")
    expect("format and output-file", "DL3007" in json.dumps(json.loads(work.read("out.json"))), done)
    for name in ("tty", "gitlab_codeclimate", "codacy", "checkstyle"):
        done = work.run(format=name, output_file="out")
        expect(f"format {name}", done.returncode == 1 and "DL3007" in work.read("out"), done)
    done = work.run(recursive="true", format="codacy", output_file="out")
    expect("recursive with format codacy", done.returncode == 1 and "sub/Dockerfile" in work.read("out"), done)
    expect("no-color", "\x1b[" in work.run().stdout and "\x1b[" not in work.run(no_color="true").stdout, done)
    expect("verbose", "Dockerfile: no configuration file" in work.run(verbose="true").stderr, done)
    expect("since", work.run(since="HEAD").returncode == 0, done)
    done = work.run(dockerfile="sub/app.Dockerfile", fix="true")
    expect("fix", work.read("sub/app.Dockerfile").startswith("FROM debian:12 AS base\nADD"), done)
    done = work.run(optimize="true")
    expect("optimize", done.summary.count("Dockerfile") > 1 and len(done.summary) > len(work.run().summary), done)
    with open(os.path.join(HERE, "packaging/action.sh"), encoding="utf-8") as script:
        work.write("dockwright/packaging/action.sh", script.read())
    work.write("dockwright/own.Dockerfile", WARNS)
    work.action = os.path.join(work.root, "dockwright")
    for given in ({}, {"dockerfile": "*.Dockerfile"}):
        done = work.run(recursive="true", optimize="true", **given)
        expect(f"a checkout of the action is not checked {given}", "own.Dockerfile" not in done.stdout + done.summary, done)
    work.action = HERE
    os.remove(os.path.join(work.bin, "dockwright"))
    done = work.run()
    expect("without a program, a release or a toolchain", done.returncode == 2 and "::error title=dockwright::no release" in done.stdout, done)
