#!/usr/bin/env python3
"""Compares the report of `dockwright optimize` for each case in `fixtures/optimize` with real builds.

    tests/optimize_real_builds.py DOCKWRIGHT REAL_BUILD [CASE…]

DOCKWRIGHT is the program; REAL_BUILD is a directory with `common.sh`, which defines `rb_docker` (a Docker client with
BuildKit that has the images `debian:bookworm-slim`, `python:3.11-slim` and `node:20-slim`). Each case is built, changed
as each scenario of the report assumes, and built again: nothing, a source file, a dependency file, build arguments, the
base image. Exactly the steps that the report lists must be rebuilt; steps that it lists as `maybe` may be rebuilt or not.
Then the sizes of the layers are compared with the report. Writes Markdown to standard output; the exit status is 1 if a
step is rebuilt that is not listed, or is listed and not rebuilt.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "optimize"
BASES = ["debian:bookworm-slim", "python:3.11-slim", "node:20-slim"]


def docker(real_build, *args):
    script = '. "$0/common.sh"; rb_docker "$@"'
    run = subprocess.run(["bash", "-c", script, real_build, *args], capture_output=True, text=True)
    if run.returncode != 0:
        raise RuntimeError(f"docker {' '.join(args[:3])}: {run.stderr[-2000:]}")
    return run.stdout + run.stderr


def own_base(name):
    return "dockwright-proof/" + name


def ran(log):
    """Labels of the steps that did not come from the cache."""
    names, cached, done = {}, set(), set()
    for line in log.splitlines():
        match = re.match(r"#(\d+) (.*)", line)
        if not match:
            continue
        number, rest = match.groups()
        label = re.match(r"\[([^\]]*?\d+/\d+)\] (?!FROM )", rest)
        if label:
            names.setdefault(number, " ".join(label.group(1).split()))
        elif rest == "CACHED":
            cached.add(number)
        elif rest.startswith("DONE"):
            done.add(number)
    return {name for number, name in names.items() if number in done and number not in cached}


class Case:
    def __init__(self, dockwright, real_build, directory, work, number):
        self.real_build = real_build
        # Each case changes something different, because the cache has what the case before has built.
        self.mark = f"{int(time.time())}-{number}"
        self.change = "\n" + "".join(" " if bit == "1" else "\n" for bit in f"{int(time.time()):b}{number:06b}") + "\n"
        self.name = directory.name
        self.context = Path(work) / directory.name
        shutil.copytree(directory, self.context)
        output = subprocess.run(
            [dockwright, "optimize", "--format", "json", "--context", ".", "Dockerfile"],
            cwd=self.context, capture_output=True, text=True, check=True)
        self.report = json.loads(output.stdout)["files"][0]
        self.scenarios = {one["scenario"]: one for one in self.report["scenarios"]}
        # The base images are changed under separate names.
        self.dockerfile = Path(work) / f"{directory.name}.Dockerfile"
        text = (self.context / "Dockerfile").read_text()
        text = re.sub(r"(?m)^FROM (debian|python|node):", r"FROM dockwright-proof/\1:", text)
        self.dockerfile.write_text(text)
        ignore = self.context / ".dockerignore"
        if ignore.exists():
            shutil.copy(ignore, f"{self.dockerfile}.dockerignore")

    def build(self, which="one", fresh=False):
        args = ["buildx", "build", "--network", "host", "--progress", "plain", "-f", str(self.dockerfile),
                "-t", f"dockwright-proof-{self.name}"]
        if fresh:
            args.append("--no-cache")
        for name in self.scenarios["argument"]["changes"]:
            args += ["--build-arg", f"{name}={self.value(name, which)}"]
        return ran(docker(self.real_build, *args, str(self.context)))

    def value(self, name, which):
        if name == "RELEASE":  # a tag: it stands in FROM
            return {"one": "bookworm-slim", "two": "bookworm-slim-two"}[which]
        return f"/srv/{which}-{self.mark}" if name == "APP_HOME" else f"{which}-{self.mark}"

    def after(self, scenario):
        """Builds after the change, and undoes the change; None if there is no such change."""
        changes = self.scenarios[scenario]["changes"]
        if scenario == "nothing":
            return self.build()
        if not changes:
            return None
        if scenario in ("source", "manifest"):
            path = self.context / changes[0]
            text = path.read_text()
            path.write_text(text + self.change)
            try:
                return self.build()
            finally:
                path.write_text(text)
        if scenario == "argument":
            return self.build("two")
        name = own_base(changes[0])
        move(self.real_build, changes[0], self.mark)
        try:
            return self.build()
        finally:
            docker(self.real_build, "tag", changes[0], name)

    def compare(self, scenario, again):
        """Listed and not rebuilt; rebuilt and not listed; how many of the `maybe` steps were rebuilt, and were not."""
        steps = self.report["steps"]

        def of(key):
            return {steps[at]["label"] for at in self.scenarios[scenario][key]}

        named, maybe = of("again"), of("maybe")
        return named - again, again - named - maybe, len(maybe & again), len(maybe - again)

    def layers(self):
        """The layers of the image: the step and its real size."""
        out = docker(self.real_build, "history", "--human=false", "--no-trunc", "--format",
                     "{{.Size}}\t{{.CreatedBy}}", f"dockwright-proof-{self.name}")
        rows = [line.split("\t", 1) for line in out.splitlines() if re.match(r"\d+\t", line)]
        real = [int(size) for size, by in rows if re.match(r"(RUN|COPY|ADD|WORKDIR) ", by)]
        steps = [step for step in self.report["steps"] if step["ships"] and step["layer"]]
        return list(zip(steps, reversed(real[: len(steps)])))


def move(real_build, name, mark, tag=None):
    """Changes the content of the image."""
    with tempfile.TemporaryDirectory() as empty:
        (Path(empty) / "Dockerfile").write_text(f"FROM {name}\nRUN echo {mark} > /moved\n")
        docker(real_build, "buildx", "build", "--network", "host", "-t", tag or own_base(name), empty)


def prepare(real_build):
    for name in BASES:
        docker(real_build, "tag", name, own_base(name))
    move(real_build, BASES[0], f"two-{time.time()}", own_base(BASES[0] + "-two"))


def main():
    dockwright, real_build, *wanted = sys.argv[1:]
    dockwright = str(Path(dockwright).resolve())
    prepare(real_build)
    wrong = checked = 0
    sizes = []
    print("| case | no change | source | dependencies | argument | base |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as work:
        for number, directory in enumerate(sorted(FIXTURES.iterdir())):
            if wanted and directory.name not in wanted:
                continue
            case = Case(dockwright, real_build, directory, work, number)
            case.build(fresh=True)
            cells = []
            for scenario in ("nothing", "source", "manifest", "argument", "base"):
                again = case.after(scenario)
                if again is None:
                    cells.append("–")
                    continue
                missed, surplus, did, did_not = case.compare(scenario, again)
                checked += 1
                text = f"{len(again)}"
                if did or did_not:
                    text += f" ({did} of {did + did_not} maybe)"
                if missed or surplus:
                    wrong += 1
                    text += f" WRONG named in vain {sorted(missed)}, not named {sorted(surplus)}"
                cells.append(text)
            print(f"| {case.name} | {' | '.join(cells)} |", flush=True)
            case.build()
            sizes += [(case.name, step, real) for step, real in case.layers()]
    print("\n| case | line | step | exact | estimated | unknown parts | real bytes |")
    print("| --- | ---: | --- | ---: | ---: | ---: | ---: |")
    off = 0
    for name, step, real in sizes:
        adds = step["adds"]
        text = step["text"][:50].replace("|", "\\|")
        estimated = adds["measured"] + adds["estimated"]
        exact = adds["unknown"] == 0 and estimated == 0
        mark = " WRONG" if exact and adds["known"] != real else ""
        off += bool(mark)
        print(f"| {name} | {step['line']} | `{text}` | {adds['known']} | {estimated} | {adds['unknown']} "
              f"| {real}{mark} |")
    print(f"\n{checked} rebuilds, {wrong} not as named; {len(sizes)} layers, {off} known sizes not as built.")
    return 1 if wrong or off else 0


if __name__ == "__main__":
    sys.exit(main())
