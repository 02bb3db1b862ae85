#!/usr/bin/env python3
"""Compares the results of `dockwright optimize --fix` for each case in `fixtures/rewrites` in real builds.

    tests/rewrite_real_builds.py DOCKWRIGHT REAL_BUILD RESULTS [CASE…]
    tests/rewrite_real_builds.py --table RESULTS

DOCKWRIGHT is the program; REAL_BUILD is a directory with `common.sh`, as for `tests/optimize_real_builds.py`. Each case
is built without a cache, unchanged and with the fixes of each level. Then, for each:

- it builds (V2);
- the flattened root file systems are the same (path, kind, mode, owner, size, content, link targets), except for what a
  fix documents that it drops, and what differs between any two builds, such as logs (V3);
- the configurations of the images are the same, except for what a fix documents (V4);
- after no change, and a change to a source file, a dependency file or build arguments, the rebuild takes no longer than
  before, by the report's times, or else by the clock (V5);
- exactly the steps that the report of that file lists are rebuilt; those that it lists as `maybe` may be rebuilt or not;
- the bytes that the image adds to its base image are within 10 % of those that the report predicts (25 % if it
  estimates packages of pip or npm, of which one version was measured); if some are unknown, they are at least those that
  are known. The cache of pip is not compared if the package index does not allow pip to cache.

The results are written to RESULTS, a JSON file for each case; `--table` converts them to Markdown. The exit status is 1 if
a condition does not hold.
"""

import fnmatch
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import size_real_builds
from optimize_real_builds import docker, ran

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "rewrites"
LEVELS = ["safe", "low", "mid", "high"]
FLAGS = {"safe": [], "low": ["--unsafe-fixes"], "mid": ["--unsafe-fixes=mid"], "high": ["--unsafe-fixes=high"]}
SCENARIOS = ["nothing", "source", "manifest", "argument"]
# The tolerance of a prediction: a share, and the bytes that package managers write in addition to packages.
TOLERANCE, TOLERANCE_OF_PACKAGES, SLACK = 0.1, 0.25, 200_000

# What differs between two builds of the same file: dates, the order of hash tables, host keys.
NOISE = [
    "/var/log/*", "*.pyc", "/etc/ld.so.cache", "/var/cache/ldconfig/aux-cache", "/etc/machine-id",
    "/var/cache/debconf/*-old", "/var/lib/dpkg/*-old", "/var/lib/systemd/*", "/root/.npm/_logs/*",
    "/root/.npm/_update-notifier-last-checked", "/root/.npm/_cacache/index-v5/*", "/root/.cache/go-build/*", "/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-",
    "/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/.dockerenv", "/dev/*", "/proc/*", "/sys/*",
    # The day since the epoch on which a user was created.
    "/etc/subuid-", "/etc/subgid-",
    # Gems have the time of their build, and extensions are compiled in a temporary directory.
    "*.gem", "/var/lib/gems/*/gem_make.out", "/var/lib/gems/*/Makefile",
    # Composer names classes at random if there is no lock file.
    "*/vendor/autoload.php", "*/vendor/composer/autoload_real.php", "*/vendor/composer/autoload_static.php",
    # A certificate that a package creates for the machine, and locks.
    "/etc/ssl/private/ssl-cert-snakeoil.key", "/etc/ssl/certs/ssl-cert-snakeoil.pem", "/etc/ssl/certs/*.0", "/run/adduser",
    # The dates on which certificates were added to the keystore of Java.
    "/etc/ssl/certs/java/cacerts", "/var/lib/dbus/machine-id",
]
LISTS = ["/var/lib/apt/lists/*"]
CACHES = ["/var/cache/apt/*", "/root/.cache", "/root/.cache/*", "/root/.npm", "/root/.npm/*", "*/.cache", "*/.cache/pip*"]
# What the image may lack after a fix.
GONE = {
    "DL3009": LISTS,
    "DL3042": CACHES,
    "DL3046": ["/var/log/lastlog", "/var/log/faillog"],
    "DW1201": LISTS + CACHES,
    "DW2101": CACHES,
    "DW2102": ["/var/lib/gems/*/doc/*"],
    "DW2104": ["/root/.composer/cache", "/root/.composer/cache/*", "/root/.cache/composer/*"],
    "DW2402": ["*/node_modules/*"],
}
# Fixes that name the packages that they remove: the files of those may disappear, and the state of dpkg changes.
FEWER_PACKAGES = {"DL3015"}
OF_PACKAGES = [
    "/usr/*", "/etc/*", "/var/lib/*", "/var/cache/*", "/lib*", "/bin*", "/sbin*", "/opt/*", "/home*",
    "/run/*", "/var/mail", "/var/spool/*", "/var/www*",
]
# Fixes that use another base image: only what the image starts must be the same.
OTHER_BASE = {"DW2401", "DW2002"}
# Names that may disappear from the environment.
OTHER_ENVIRONMENT = {"DW4102", "DW2401"}


def fits(path, patterns):
    return any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns)


class Image:
    """A Dockerfile, built without a cache."""

    def __init__(self, case, text, name):
        self.case, self.text, self.name = case, text, name
        self.tag = f"dockwright-rewrite-{case.name}-{name}"
        self.file = case.work / f"{name}.Dockerfile"
        self.file.write_text(text)
        ignore = case.context / ".dockerignore"
        if ignore.exists():
            shutil.copy(ignore, f"{self.file}.dockerignore")
        run = subprocess.run(
            [case.dockwright, "optimize", "--format", "json", "--context", str(case.context), str(self.file)],
            capture_output=True, text=True, check=True)
        self.plan = json.loads(run.stdout)["files"][0]
        for name in OWN_BASES:
            text = re.sub(f"(?m)^FROM {name}", f"FROM {OWN_BASES[name]}", text)
        self.file.write_text(text)

    def build(self, *more):
        start = time.monotonic()
        log = docker(self.case.real_build, "buildx", "build", "--network", "host", "--progress", "plain",
                     "-f", str(self.file), "-t", self.tag, *more, str(self.case.context))
        return time.monotonic() - start, ran(log)

    def measure(self):
        """Builds without a cache, and examines the result; None if the build fails."""
        try:
            self.seconds, _ = self.build("--no-cache")
        except RuntimeError as error:
            self.error = "\n".join(str(error).splitlines()[-12:])
            return False
        self.error = None
        about = json.loads(docker(self.case.real_build, "image", "inspect", self.tag))[0]
        self.size, self.layers, self.config = about["Size"], len(about["RootFS"]["Layers"]), about["Config"]
        self.added = self.size - self.base_size()
        self.files = self.flatten()
        self.again = {scenario: self.change(scenario) for scenario in SCENARIOS}
        return True

    def base_size(self):
        """The bytes of the base image; 0 if it does not exist locally, as `scratch`."""
        name = self.plan["base"]["reference"]
        name = OWN_BASES.get(name, name)
        try:
            return size_real_builds.size_of(self.case.real_build, name)
        except RuntimeError:
            return 0

    @property
    def predicted(self):
        """The bytes that the report expects, without a cache of pip if the package index here keeps pip from caching."""
        cached = any(path.startswith("/root/.cache/pip/http") for path in self.files)
        of_pip = (one for one in self.plan["waste"] if one["cause"] == "w4" and one["what"] == ["download cache of pip"])
        return self.plan["before"]["added"]["total"] - (0 if cached else sum(one["bytes"]["total"] for one in of_pip))

    def estimates_language_packages(self):
        """Whether the report estimates the packages of pip or npm, one version of which was measured."""
        shipped = [step for step in self.plan["steps"] if step["ships"]]
        amounts = (amount for step in shipped for amount in step["amounts"])
        # A COPY from another stage has an estimate only if it takes such packages.
        copied = any(step["op"] == "COPY" and step["adds"]["estimated"] for step in shipped)
        return copied or any(
            (amount["source"] or "").startswith(("PyPI packages", "npm packages")) for amount in amounts)

    def deviations(self):
        """The predictions of the report that do not hold."""
        wrong = []
        total, unknown = self.predicted, self.plan["before"]["added"]["unknown"]
        tolerance = TOLERANCE_OF_PACKAGES if self.estimates_language_packages() else TOLERANCE
        allowed = max(tolerance * self.added, SLACK)
        if total > self.added + allowed or (not unknown and total < self.added - allowed):
            least = "at least " if unknown else ""
            wrong.append(f"adds {megabytes(self.added)} MB, not {least}{megabytes(total)} MB")
        for scenario, again in self.again.items():
            of = {one["scenario"]: one for one in self.plan["scenarios"]}[scenario]
            if again is None or of["changes"] != again["changes"]:
                continue
            named, maybe = ({self.plan["steps"][at]["label"] for at in of[key]} for key in ("again", "maybe"))
            # BuildKit makes the first directory of an empty image each time; what follows is cached.
            empty = {
                step["label"]
                for step in self.plan["steps"]
                if step["op"] == "WORKDIR" and self.plan["stages"][step["stage"]]["from"] == "scratch"
            }
            rebuilt = set(again["rebuilt"]) - empty
            if named - rebuilt or rebuilt - named - maybe:
                wrong.append(f"after a change of {scenario} {sorted(rebuilt)} is rebuilt, not {sorted(named)}")
        return wrong

    def flatten(self):
        archive = self.case.work / "root.tar"
        docker(self.case.real_build, "create", "--name", self.tag, self.tag, "true")
        try:
            docker(self.case.real_build, "export", "-o", str(archive), self.tag)
        finally:
            docker(self.case.real_build, "rm", self.tag)
        files = {}
        with tarfile.open(archive) as tar:
            for one in tar:
                content = hashlib.sha256(tar.extractfile(one).read()).hexdigest() if one.isreg() else one.linkname
                size = one.size if one.isreg() else 0
                files["/" + one.name.rstrip("/")] = (one.type, one.mode, one.uid, one.gid, size, content)
        archive.unlink()
        return files

    def change(self, scenario):
        """What is rebuilt after a change, and what that costs; None if there is no such change."""
        # The same change is used for the original file and the fixed ones.
        changes = {one["scenario"]: one for one in self.case.before.plan["scenarios"]}[scenario]["changes"]
        if not changes and scenario != "nothing":
            return None
        costs = {step["label"]: step["rebuild_time"] for step in self.plan["steps"] if step["label"]}
        mark = f"{time.time_ns():b}"
        kept = None
        more = []
        if scenario in ("source", "manifest"):
            path = self.case.context / changes[0]
            kept = path.read_text()
            # White space that has no meaning in any language, different in each build.
            path.write_text(kept + "\n" + "".join(" " if bit == "1" else "\n" for bit in mark) + "\n")
        elif scenario == "argument":
            more = [word for name in changes for word in ("--build-arg", f"{name}=v{mark}")]
        try:
            seconds, again = self.build(*more)
        finally:
            if kept is not None:
                path.write_text(kept)
        weight = sum(costs.get(label, 0) for label in again)
        return {"steps": len(again), "weight": weight, "seconds": round(seconds, 1), "changes": changes,
                "rebuilt": sorted(again)}


class Case:
    def __init__(self, dockwright, real_build, directory, work):
        self.dockwright, self.real_build, self.name = dockwright, real_build, directory.name
        self.work = Path(work) / directory.name
        self.context = self.work / "context"
        shutil.copytree(directory, self.context)
        # Only the mode bits that git stores.
        for path in self.context.rglob("*"):
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        self.source = (self.context / "Dockerfile").read_text()
        self.before = Image(self, self.source, "before")

    def fixed(self, level):
        file = self.work / "fixed.Dockerfile"
        file.write_text(self.source)
        ignore = self.context / ".dockerignore"
        if ignore.exists():
            shutil.copy(ignore, f"{file}.dockerignore")
        command = [self.dockwright, "optimize", "--fix", *FLAGS[level], "--context", str(self.context), str(file)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stderr)
        return file.read_text()

    def result(self):
        before = self.before
        result = {"case": self.name, "wrong": [], "after": []}
        result["refused"] = [
            {"code": one["code"], "line": one["line"], "why": one["refused"]}
            for one in before.plan["problems"] if one["refused"]]
        texts = [self.fixed(level) for level in LEVELS]
        if not before.measure():
            result["wrong"].append(f"it does not build as it is: {before.error}")
            return result
        result["before"] = figures(before)
        result["wrong"] += [f"unchanged: {what}" for what in before.deviations()]
        known = {self.source: None}
        for level, after, text in zip(LEVELS, before.plan["after"], texts):
            if text in known:
                if known[text]:
                    known[text]["levels"].append(level)
                continue
            image = Image(self, text, level)
            codes = sorted({made["code"] for made in after["made"]})
            entry = {"levels": [level], "made": codes, "diff": after["diff"]}
            known[text] = entry
            result["after"].append(entry)
            if image.measure():
                entry |= figures(image)
                result["wrong"] += [f"{level}: {what}" for what in compare(before, image, set(codes)) + image.deviations()]
            else:
                result["wrong"].append(f"{level}: it does not build: {image.error}")
            remove(self.real_build, image.tag)
        remove(self.real_build, before.tag)
        return result


def figures(image):
    unknown = image.plan["before"]["added"]["unknown"]
    return {"size": image.size, "layers": image.layers, "seconds": round(image.seconds, 1), "again": image.again,
            "added": image.added, "predicted": image.predicted, "unknown": unknown,
            "estimate": image.estimates_language_packages()}


def remove(real_build, tag):
    try:
        docker(real_build, "image", "rm", "-f", tag)
    except RuntimeError:
        pass


def compare(before, after, codes):
    """The differences that no fix documents."""
    wrong = []
    gone = [pattern for code in codes for pattern in GONE.get(code, [])]
    changed = []
    if codes & FEWER_PACKAGES:
        gone, changed = gone + OF_PACKAGES, changed + OF_PACKAGES
    if "DW2402" in codes:
        changed = changed + ["*/node_modules/.package-lock.json"]
    paths = sorted(before.files.keys() | after.files.keys())
    if codes & OTHER_BASE:
        start = (before.config.get("Entrypoint") or before.config.get("Cmd") or [""])[0]
        paths = []
        if not look_up(before.files, start) or look_up(before.files, start) != look_up(after.files, start):
            wrong.append(f"`{start}`, which the image starts, is not the same")
    for path in paths:
        old, new = before.files.get(path), after.files.get(path)
        if old == new or fits(path, NOISE):
            continue
        if new is None and not fits(path, gone):
            wrong.append(f"`{path}` is gone")
        elif old is None:
            wrong.append(f"`{path}` is new")
        elif new is not None and not fits(path, changed) and not only_order(path, old, new):
            of_entry = ["kind", "mode", "uid", "gid", "size", "content"]
            parts = [f"{name} {a} is {b}" for name, a, b in zip(of_entry, old, new) if a != b]
            wrong.append(f"`{path}`: {', '.join(parts)}")
    wrong = wrong[:12] + ([f"and {len(wrong) - 12} more"] if len(wrong) > 12 else [])
    for key in sorted(before.config.keys() | after.config.keys()):
        old, new = before.config.get(key) or None, after.config.get(key) or None
        if old == new:
            continue
        if key == "Env" and codes & OTHER_ENVIRONMENT and names(new) <= names(old):
            # Another base image has other values.
            if codes & OTHER_BASE or set(new or []) <= set(old or []):
                continue
        # DL3025 converts the shell form to the exec form.
        if key in ("Cmd", "Entrypoint") and "DL3025" in codes and (old or [""])[0] == "/bin/sh":
            continue
        wrong.append(f"configuration: {key} {old} is {new}")
    for scenario, old in before.again.items():
        new = after.again[scenario]
        # If a step was split into two, their times are compared by the clock.
        slower = old and new and new["seconds"] > old["seconds"] * 1.25 + 3
        if old and new and new["weight"] > old["weight"] * 1.1 + 5 and (slower or new["steps"] <= old["steps"]):
            wrong.append(f"after a change of {scenario} {new['weight']:.0f} s are rebuilt in place of {old['weight']:.0f} s")
    return wrong


def names(environment):
    return {entry.split("=", 1)[0] for entry in environment or []}


def look_up(files, path):
    """What is at a path; `/bin` and similar directories may be links into `/usr`."""
    return files.get(path) or files.get("/usr" + path)


def only_order(path, old, new):
    """The same bytes in another order: a list that package managers keep in the order of installation."""
    return path in ("/var/lib/dpkg/status", "/var/lib/apt/extended_states") and old[:5] == new[:5]


PYTHON = "python:3.11-slim-bookworm"
LOCAL_PYTHON = "python:3.11-slim"
NODE = "node:20-slim"
# Stand-ins with the packages of the official image, and without byte code, which the official one does not have either.
OWN_BASES = {
    size_real_builds.DEBIAN: size_real_builds.OWN_DEBIAN,
    PYTHON: "dockwright-bases/" + PYTHON,
    NODE: "dockwright-bases/" + NODE,
}
# Debian's packages of which the official images of Python and Node have no record: apt installs them again.
FORGET = """RUN awk -v RS= -v ORS='\\n\\n' -v kept=" {packages} " '{{ if (index(kept, " " $2 " ")) print }}' /var/lib/dpkg/status > /tmp/status \\
 && mv /tmp/status /var/lib/dpkg/status \\
 && apt-get update && apt-get install -y --fix-broken --no-install-recommends {packages} && rm -rf /var/lib/apt/lists/*
"""
NODE_WITHOUT_RECORDS = f"FROM {NODE}\n" + FORGET
# The pip of the official image, in place of Debian's: pip replaces itself only there.
PYTHON_WITH_ITS_PIP = f"""FROM {LOCAL_PYTHON}
RUN python3 -m pip install --no-cache-dir --ignore-installed pip==24.0 setuptools==79.0.1 wheel==0.45.1 \\
 && dpkg --purge --force-depends python3-pip python3-setuptools python3-wheel \\
 && find /usr -name __pycache__ -prune -exec rm -rf {{{{}}}} +
""" + FORGET
GOLANG = """FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends golang-go ca-certificates \\
 && rm -rf /var/lib/apt/lists/*
ENV GOPATH=/go PATH=/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /go
"""
JAVA = """FROM debian:bookworm-slim
RUN mkdir -p /usr/share/man/man1 && apt-get update && apt-get install -y --no-install-recommends openjdk-17-{}-headless \\
 && rm -rf /var/lib/apt/lists/*
"""
STATIC = """FROM debian:bookworm-slim AS certificates
RUN mkdir -p /root-of/etc/ssl/certs && cp /etc/passwd /etc/group /root-of/etc/
FROM scratch
COPY --from=certificates /root-of/ /
"""


def prepare(real_build):
    """Stand-ins for the base images of the cases, made from Debian packages."""
    try:
        docker(real_build, "image", "inspect", size_real_builds.OWN_DEBIAN)
    except RuntimeError:
        size_real_builds.prepare(real_build)
    packages = " ".join(size_real_builds.minimal_packages())
    for names, text in [
        ([OWN_BASES[PYTHON]], PYTHON_WITH_ITS_PIP.format(packages=f"{packages} ca-certificates netbase tzdata openssl libssl3")),
        ([OWN_BASES[NODE]], NODE_WITHOUT_RECORDS.format(packages=packages)),
        (["golang:1.22"], GOLANG),
        (["eclipse-temurin:17-jdk"], JAVA.format("jdk")),
        (["eclipse-temurin:17-jre"], JAVA.format("jre")),
        (["gcr.io/distroless/static-debian12", "gcr.io/distroless/static-debian12:latest"], STATIC),
    ]:
        try:
            docker(real_build, "image", "inspect", names[0])
        except RuntimeError:
            with tempfile.TemporaryDirectory() as empty:
                (Path(empty) / "Dockerfile").write_text(text)
                tags = [word for name in names for word in ("-t", name)]
                docker(real_build, "buildx", "build", "--network", "host", *tags, empty)


def megabytes(size):
    return f"{size / 1e6:.1f}"


HEAD = """# Fixes in real builds

Generated by `tests/rewrite_real_builds.py` from the cases in `fixtures/rewrites`. Each case is built without a cache,
unchanged and with the fixes of each level of `dockwright optimize --fix`. The base images are stand-ins made from
Debian packages. The script checks two facts:

- The images before and after the fixes have the same files and configuration, except for differences that the page of
  the rule documents.
- After each change, exactly the steps that the report names are rebuilt. According to the times in the report, the
  rebuild takes no longer than without the fixes.

"MB" is the size of the whole image, "added" is the part of it that the Dockerfile adds to the base image, and
"predicted" is the estimate of that part in the report. `~` marks estimates for pip and npm packages. `≥` means that the
size of a part is unknown. Estimates are within 10 % of the real size, or within 25 % for pip and npm packages, except
for the deviations listed at the end. "source", "dependencies" and "argument" are the times of a rebuild after a change
to a source file, a dependency file or a build argument. Times are from a small, busy machine and only show the order of
magnitude. In the column "fixes up to", "none" means that the file is unchanged. `–` means that a value was not
measured.
"""


def table(results):
    print(HEAD)
    cases = [json.loads(path.read_text()) for path in sorted(Path(results).glob("*.json"))]
    again = {"source": "source", "manifest": "dependencies", "argument": "argument"}
    print("| case | fixes up to | rules | layers | MB | added, MB | predicted | full build, s | " +
          " | ".join(f"{name}, s" for name in again.values()) + " |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |" + " ---: |" * len(again))
    for case in (case for case in cases if "before" in case):
        old = case["before"]
        rows = [("none", "", old, None)]
        rows += [(", ".join(one["levels"]), ", ".join(one["made"]), one, old)
                 for one in case["after"] if "size" in one]
        for at, (level, made, new, _) in enumerate(rows):
            least = "≥ " if new.get("unknown") else "~" if new.get("estimate") else ""
            sizes = [megabytes(new["added"]), least + megabytes(new["predicted"])] if "added" in new else ["–", "–"]
            cells = [case["case"] if at == 0 else "", level, made, str(new["layers"]), megabytes(new["size"]),
                     *sizes, f"{new['seconds']:.1f}"]
            cells += [f"{new['again'][name]['seconds']:.1f}" if new["again"][name] else "–" for name in again]
            print("| " + " | ".join(cells) + " |")
    rows = [row for case in cases if "before" in case for row in [case["before"], *case["after"]] if "added" in row]
    complete = [row for row in rows if not row["unknown"]]
    least = [row for row in rows if row["unknown"]]

    def off(row):
        return abs(row["predicted"] - row["added"])

    within = sum(off(row) <= max(TOLERANCE * row["added"], SLACK) for row in complete)
    wider = sum(off(row) <= max(TOLERANCE_OF_PACKAGES * row["added"], SLACK) for row in complete)
    above = sum(row["predicted"] > row["added"] + max(TOLERANCE * row["added"], SLACK) for row in least)
    above = f"{above} are" if above else "none is"
    wider = "all" if wider == len(complete) else wider
    print(f"\nOf {len(complete)} predictions without `≥`, {within} are within 10 % of the real size, and {wider} are "
          f"within 25 %. Of {len(least)} predictions with `≥`, {above} more than "
          f"10 % above the real size.")
    wrong = sum(len(case["wrong"]) for case in cases)
    texts = sum(len(case["after"]) for case in cases)
    unchanged = sum("before" not in case for case in cases)
    print(f"\n{len(cases)} cases, {texts} fixed files, {wrong} deviations. The table omits {unchanged} cases that no fix "
          "changes.")
    print("\nNot fixed, or not at a safer level:\n\n| case | line | rule | reason |\n| --- | ---: | --- | --- |")
    for case in cases:
        for one in case["refused"]:
            print(f"| {case['case']} | {one['line']} | {one['code']} | {'; '.join(one['why'])} |")
    if wrong:
        print("\nDeviations:\n")
    for case in cases:
        for what in case["wrong"]:
            print(f"- {case['case']}, {what}")
    return 1 if wrong else 0


def main():
    if sys.argv[1] == "--table":
        return table(sys.argv[2])
    dockwright, real_build, results, *wanted = sys.argv[1:]
    dockwright = str(Path(dockwright).resolve())
    Path(results).mkdir(parents=True, exist_ok=True)
    prepare(real_build)
    wrong = 0
    for directory in sorted(FIXTURES.iterdir()):
        if wanted and directory.name not in wanted:
            continue
        with tempfile.TemporaryDirectory() as work:
            result = Case(dockwright, real_build, directory, work).result()
        (Path(results) / f"{directory.name}.json").write_text(json.dumps(result, indent=1))
        made = ["+".join(one["levels"]) + ":" + "/".join(one["made"]) for one in result["after"]]
        print(f"{directory.name}: {', '.join(made) or 'nothing to rewrite'}", flush=True)
        for what in result["wrong"]:
            print(f"  WRONG {what}", flush=True)
        wrong += len(result["wrong"])
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
