#!/usr/bin/env python3
"""Compares the reports of the group `build` with real builds.

    tests/build_failures.py DOCKWRIGHT [--build COMMAND] [--mutants N] [--seed S] [--keep DIR] [--results FILE] [--jobs N]

Generates small Dockerfiles with their build contexts: cases written here, and mutants of Dockerfiles that can be built.
Each is checked with `dockwright check --select build --context DIR` and built. COMMAND builds one file: it is called with
the Dockerfile and the context, and exits with 0 only if the build succeeds (default: `docker build -f FILE CONTEXT`). It
must have the base images `debian:bookworm`, `debian:12-slim`, `python:3.11-slim-bookworm` and `node:20-bookworm-slim`,
or stand-ins for them. Builds run without network access to packages, so a `RUN` that installs something is replaced by one that creates the program that the package provides.

FILE keeps the results of builds, by their content: a second run, with another dockwright, builds only what has changed.

Prints each difference and the totals: reports without a failed build (must be 0), reports of a step other than
the one that fails, and failed builds without a report.
"""
import argparse
import concurrent.futures
import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# What a package provides in the builds: a script with its name.
PACKAGES = {"curl": "curl", "git": "git", "unzip": "unzip", "jq": "jq", "zip": "zip", "rsync": "rsync", "sudo": "sudo", "make": "make", "gcc": "gcc"}
BASES = ["debian:12-slim", "debian:bookworm"]


def project_case(rng):
    """A project in several stages that can be built, as a list of lines, and the files of its context."""
    name = rng.choice(["app", "site", "service"])
    directory = rng.choice([f"/{name}", f"/srv/{name}", f"/opt/{name}"])
    package = {"name": name, "version": "1.0.0", "scripts": {"build": "mkdir -p out && cp src/index.js out/", "test": "true"}}
    lock = {"name": name, "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": name, "version": "1.0.0"}}}
    files = {
        "package.json": json.dumps(package),
        "package-lock.json": json.dumps(lock),
        "src/index.js": "console.log(1)\n",
        "scripts/setup.sh": "#!/bin/sh\necho done\n",
        "conf/site.conf": "a\n",
        "Makefile": "all:\n\ttrue\n",
    }
    user = rng.choice(["web", "runner", "deploy"])
    lines = [
        "FROM node:20-bookworm-slim AS build",
        f"WORKDIR {directory}",
        "COPY package.json package-lock.json ./",
        rng.choice(["RUN npm ci", "RUN set -eux; npm ci", "RUN npm ci && ls"]),
        "COPY . .",
        rng.choice(["RUN npm run build", "RUN npm test && npm run build"]),
        "FROM debian:12-slim",
        f"RUN useradd -m {user}",
        f"WORKDIR {directory}",
        f"COPY --from=build {directory}/package.json {directory}/",
        f"COPY --chmod=755 scripts/setup.sh {directory}/scripts/",
        rng.choice(["RUN ./scripts/setup.sh", f"RUN {directory}/scripts/setup.sh && ls", "RUN set -e; ./scripts/setup.sh; ls"]),
        "RUN --mount=type=bind,source=conf/site.conf,target=/tmp/site.conf cat /tmp/site.conf",
        f"RUN mkdir -p data && chown -R {user}:{user} {directory}",
        rng.choice(["RUN test -f package.json", "RUN [ -f package.json ]", "RUN cat package.json"]),
        f"USER {user}",
        rng.choice(["RUN mkdir cache && touch cache/a", "RUN echo a > data/a", "RUN touch b"]),
    ]
    # The effects of a script are unknown.
    if rng.random() < 0.5:
        lines = [line for line in lines if "setup.sh" not in line]
    return lines, files


def mutate_project(rng, lines, files):
    """One change of a project that may break its build."""
    lines, files = list(lines), dict(files)
    kind = rng.choice(["lock", "script", "mode", "returns", "interpreter", "bash", "owner", "mkdir", "rights", "path", "mount", "stage", "file", "fails", "uid", "none", "ignore", "options", "pattern", "user"])

    def change(old, new):
        found = [at for at, line in enumerate(lines) if old in line]
        if found:
            lines[found[0]] = lines[found[0]].replace(old, new, 1)

    directory = lines[1].split()[1]
    if kind == "lock":
        change("package.json package-lock.json ./", rng.choice(["package.json ./", "package*.json ./", "./package.json ./"]))
        if rng.random() < 0.5:
            files.pop("package-lock.json")
    elif kind == "script":
        change("npm run build", rng.choice(["npm run bulid", "npm run compile", "npm run lint --if-present", "npm run -s test"]))
    elif kind == "mode":
        change("--chmod=755 ", rng.choice(["", "--chmod=644 "]))
    elif kind == "returns":
        files["scripts/setup.sh"] = files["scripts/setup.sh"].replace("\n", "\r\n")
    elif kind == "interpreter":
        files["scripts/setup.sh"] = rng.choice(["#!/usr/bin/env python3\n", "#!/bin/bash\ntrue\n", "#!/usr/bin/perl\n", "#!/usr/bin/env node\n", "true\n"])
    elif kind == "bash":
        lines.insert(8, rng.choice(["RUN source /etc/profile", "RUN [[ -d /etc ]] && ls", "RUN [[ -d /etc ]] || ls", "RUN a=(1 2) && ls", "RUN cat <(ls) || true", "RUN x=abc && echo ${x:0:1}", "RUN echo '<(a)'", "RUN function f { ls; }; f", "RUN bash -c '[[ -d /etc ]]'", "RUN if [[ -d /etc ]]; then ls; fi"]))
    elif kind == "owner":
        user = next(line.split()[-1] for line in lines if line.startswith("USER"))
        change(f"chown -R {user}:{user}", rng.choice([f"chown -R {user}s:{user}", "chown -R nobody:nogroup", "chown -R 1000:1000"]))
    elif kind == "mkdir":
        lines.insert(9, rng.choice([f"RUN mkdir {directory}", f"RUN mkdir {directory}/new", f"RUN mkdir {directory}/a/b", f"RUN rmdir {directory} && mkdir {directory}", "RUN mkdir -m 700 /new", f"RUN mkdir -p {directory}"]))
    elif kind == "rights":
        at = next(at for at, line in enumerate(lines) if "chown -R" in line)
        lines[at] = "RUN mkdir -p data"
    elif kind == "path":
        lines.insert(rng.choice([9, 10]), rng.choice(["RUN cat /data/site.conf", f"RUN cat {directory}/site.conf", "RUN cd /nope && ls", "RUN chmod +x /entrypoint.sh", f"RUN ls {directory}", "RUN rm -f /nope", "RUN sh ./nope.sh", "RUN test -f /nope", "RUN [ -d /nope ] || ls", "RUN make"]))
    elif kind == "mount":
        change("source=conf/site.conf", rng.choice(["source=conf/sites.conf", "source=conf", "source=.", "source=config/site.conf"]))
    elif kind == "stage":
        change(f"--from=build {directory}/package.json", rng.choice([f"--from=build {directory}/packages.json", "--from=build /nope", f"--from=build {directory}/out", f"--from=build {directory}"]))
    elif kind == "file":
        files.pop(rng.choice(sorted(files)))
    elif kind == "fails":
        lines.insert(8, rng.choice(["RUN exit 1", "RUN false || true", "RUN false", "RUN exit 0", "RUN sh -c 'exit 3'", "RUN ls; false", "RUN false; ls"]))
    elif kind == "uid":
        lines.insert(1, rng.choice(["RUN useradd -u 1000 other", "RUN useradd -u 1234 other", "RUN useradd node", "RUN useradd -o -u 1000 other", "RUN groupadd -g 1000 other", "RUN groupadd -f node"]))
    elif kind == "ignore":
        files[".dockerignore"] = rng.choice(["src\n", "scripts\n", "*.json\n", "conf\n", "*.md\n", "*\n!src\n"])
    elif kind == "options":
        lines.insert(8, rng.choice(["RUN adduser -D other", "RUN adduser --disabled-password --gecos '' other", "RUN addgroup -S other", "RUN adduser --system other"]))
    elif kind == "pattern":
        lines.insert(9, rng.choice(["COPY dist/*.js ./", "COPY src/*.js ./", "COPY *.zip ./", "COPY conf/* /etc/"]))
    elif kind == "user":
        lines = [line for line in lines if "useradd" not in line]
    return "project: " + kind, lines, files


def base_case(rng):
    """A Dockerfile that can be built, as a list of lines, and the files of its context."""
    files = {"app.py": "print(1)\n", "conf/app.conf": "a\n", "requirements.txt": "\n"}
    programs = rng.sample(sorted(PACKAGES), rng.randint(1, 3))
    user = rng.choice(["web", "app", "runner", "svc1"])
    lines = [f"FROM {rng.choice(BASES)}"]
    lines.append("RUN apt-get update && apt-get install -y --no-install-recommends " + " ".join(["ca-certificates"] + programs))
    if rng.random() < 0.7:
        lines.append(rng.choice([f"RUN useradd -m {user}", f"RUN groupadd {user} && useradd -g {user} -m {user}"]))
        lines.append(f"COPY --chown={user} conf/app.conf /srv/conf/")
    lines.append(rng.choice(["COPY app.py requirements.txt /srv/", "COPY app.py /srv/app.py"]))
    lines.append(rng.choice(["WORKDIR /srv", "ENV MODE=x"]))
    for program in programs:
        lines.append(rng.choice([
            f"RUN {program} --version",
            f"RUN mkdir -p /srv/data && {program} --version",
            f"RUN set -eux; {program} --version; ls /",
            f"RUN <<EOF\nset -e\n{program} --version\necho done\nEOF",
            f'RUN ["{program}", "--version"]',
            f"RUN env A=b {program} --version",
        ]))
    if any("useradd" in line for line in lines):
        lines += [f"USER {user}", "RUN id"]
    return lines, files


def mutate(rng, lines, files):
    """One change that may break the build."""
    lines, files = list(lines), dict(files)
    kind = rng.choice(["package", "misspell", "file", "user", "manager", "shell", "ignore", "none", "lenient", "provide"])
    install = next((at for at, line in enumerate(lines) if "install -y" in line), None)
    runs = [at for at, line in enumerate(lines) if line.startswith("RUN") and "--version" in line]
    if kind == "package" and install is not None:
        words = lines[install].split()
        words.remove(rng.choice([word for word in words if word in PACKAGES]))
        lines[install] = " ".join(words)
    elif kind == "misspell" and install is not None:
        word = rng.choice([word for word in lines[install].split() if word in PACKAGES])
        lines[install] = lines[install].replace(f" {word}", f" {word[:-1]}qq{word[-1]}", 1)
    elif kind == "file":
        files.pop(rng.choice(sorted(files)))
    elif kind == "user":
        lines = [line for line in lines if "useradd" not in line]
    elif kind == "manager":
        lines.insert(1, rng.choice(["RUN apk add --no-cache tree", "RUN dnf install -y tree", "RUN apk update || true"]))
    elif kind == "shell":
        lines += ["FROM scratch", "COPY app.py /srv/app.py", rng.choice(["RUN echo a", "CMD [\"/srv/app.py\"]"]) ]
    elif kind == "ignore":
        files[".dockerignore"] = rng.choice(["app.py\n", "conf\n", "*.md\n", "**/*.conf\n"])
    elif kind == "lenient" and runs:
        at = rng.choice(runs)
        program = rng.choice(sorted(PACKAGES))
        lines.insert(at, rng.choice([f"RUN {program} --version || true", f"RUN if {program} -V; then echo a; fi", f"RUN {program} -V; true"]))
    elif kind == "provide":
        lines = [line for line in lines if "install -y" not in line]
        files["bin/curl"] = "#!/bin/sh\n"
        lines.insert(1, rng.choice(["COPY --chmod=755 bin /usr/local/bin", "COPY --chmod=755 bin/curl /usr/bin/curl", "ENV PATH=/opt/bin:$PATH\nCOPY --chmod=755 bin /opt/bin"]))
    return kind, lines, files


def own_cases():
    """Cases with a known reason: name, lines, files."""
    d = "FROM debian:12-slim"
    for program in ["curl", "wget", "git", "unzip", "gcc", "make", "jq", "zip", "rsync", "sudo", "ps", "gpg", "node", "npm", "cmake", "svn", "vim", "apk", "dnf", "add-apt-repository"]:
        yield f"missing {program}", [d, f"RUN {program} --version"], {}
        yield f"allowed {program}", [d, f"RUN {program} --version || true"], {}
        yield f"later {program}", [d, f"RUN ls / && {program} --version"], {}
        yield f"piped {program}", [d, f"RUN {program} --version | cat"], {}
    for name in ["web", "app", "runner", "deploy"]:
        yield f"user {name}", [d, f"USER {name}", "RUN id"], {}
        yield f"chown {name}", [d, f"COPY --chown={name} a /a"], {"a": ""}
        yield f"user {name} unused", [d, f"USER {name}"], {}
        yield f"created {name}", [d, f"RUN useradd {name}", f"USER {name}", "RUN id"], {}
    for source in ["x", "d/x", "./y", "a b"]:
        yield f"source {source}", [d, f"COPY {source} /srv/"], {"a": ""}
    yield "no shell", ["FROM scratch", "COPY a /a", "RUN /a"], {"a": ""}
    yield "no shell, exec", ["FROM scratch", "COPY a /a", "CMD [\"/a\"]"], {"a": ""}
    yield "unneeded stage", [d + " AS a", "RUN curl x", d, "RUN ls"], {}
    yield "needed stage", [d + " AS a", "RUN curl x", d, "COPY --from=a /etc/hostname /h"], {}
    yield "ignored", [d, "COPY a /a"], {"a": "", ".dockerignore": "a\n"}
    yield "ignored directory", [d, "COPY d /d"], {"d/a": "", ".dockerignore": "d\n"}
    yield "not ignored", [d, "COPY d /d"], {"d/a": "", ".dockerignore": "*\n!d\n"}
    yield "absolute source", [d, "COPY /a /b"], {"a": ""}
    yield "directory", [d, "COPY d/ /d/"], {"d/a": ""}
    for command in ["chmod +x /run.sh", "cd /app && ls", "rm /a", "mv /a /b", "cp /a /b", "cat /a", "mkdir /a/b", "tar xf /a.tgz", "/run.sh", "ln /a /b"]:
        yield f"path {command}", [d, f"RUN {command}"], {}
        yield f"path created {command}", [d, "COPY . /", f"RUN {command} || true"], {"a": "", "app/x": "", "run.sh": "", "a.tgz": ""}
    for command in ["source /etc/profile", "pushd /tmp", "let x=1", "declare -a x", "set -o pipefail", "set -o pipefail; ls"]:
        yield f"bash {command}", [d, f"RUN {command}"], {}
        yield f"in bash {command}", [d, "SHELL [\"/bin/bash\", \"-c\"]", f"RUN {command}"], {}
    for user in ["1000", "nobody", "www-data"]:
        yield f"not root {user}", [d, f"USER {user}", "RUN apt-get update"], {}
    yield "shell", [d, "SHELL [\"/bin/ash\", \"-c\"]", "RUN ls"], {}


def without_network(lines):
    """Installations become scripts that do the same for the builds here: unknown names fail, known ones create programs."""
    changed = []
    for line in lines:
        if "apt-get install" in line and line.startswith("RUN "):
            words = [word for word in line.split("install", 1)[1].split() if not word.startswith("-")]
            if any(word not in PACKAGES and word != "ca-certificates" for word in words):
                changed.append("RUN exit 100")
                continue
            create = " && ".join(f"printf '#!/bin/sh\\n' > /usr/bin/{PACKAGES[word]} && chmod +x /usr/bin/{PACKAGES[word]}" for word in words if word in PACKAGES)
            changed.append("RUN " + (create or "true"))
        else:
            changed.append(line)
    return changed


def digest(lines, files):
    return hashlib.sha256(json.dumps([lines, sorted(files.items())]).encode()).hexdigest()


def write(directory, lines, files):
    """The Dockerfile, the one that is built, and the context."""
    context = directory / "context"
    context.mkdir()
    for path, text in files.items():
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        (context / path).write_bytes(text.encode())
    (directory / "Dockerfile").write_text("\n".join(lines) + "\n")
    (directory / "build.Dockerfile").write_text("\n".join(without_network(lines)) + "\n")
    return context


def build_once(command, lines, files):
    """Whether the build fails, the line that fails (0 if it is not named), and the end of the output."""
    with tempfile.TemporaryDirectory(prefix="build-failures-") as name:
        context = write(Path(name), lines, files)
        build = subprocess.run([*command.split(), str(Path(name) / "build.Dockerfile"), str(context)], capture_output=True, text=True)
        output = build.stdout + build.stderr
        line = re.search(r"Dockerfile\S*:(\d+)\n", output)
        return build.returncode != 0, int(line.group(1)) if line else 0, output[-300:]


def reports(dockwright, lines, files):
    """The reports of the group: pairs of the first line of the instruction and the code, and the last line."""
    with tempfile.TemporaryDirectory(prefix="build-failures-") as name:
        context = write(Path(name), lines, files)
        check = subprocess.run([dockwright, "check", "--isolated", "--select", "build,DL1000", "--context", str(context), "--format", "json", f"{name}/Dockerfile"], capture_output=True, text=True)
        found = json.loads(check.stdout or "[]")
        found = found if isinstance(found, list) else found["diagnostics"]
        return [(one["code"], one["lines"]) for one in found if one["code"].startswith("DW5") or one["code"] == "DL1000"]


def names_line(found, line):
    """Whether a report is about the instruction at a line; the failing line of a USER is that of the RUN after it."""
    for code, lines in found:
        first, last = (lines["start"], lines["end"]) if isinstance(lines, dict) else (lines[0], lines[-1])
        if first <= line <= last or code == "DW5007":
            return True
    return line == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dockwright")
    parser.add_argument("--build", default="docker build -f")
    parser.add_argument("--mutants", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--results")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    cases = list(own_cases())
    own = len(cases)
    for number in range(options.mutants):
        if number % 2:
            kind, lines, files = mutate(rng, *base_case(rng))
        else:
            kind, lines, files = mutate_project(rng, *project_case(rng))
        cases.append((f"mutant {number} ({kind})", lines, files))
    kept = Path(options.results) if options.results else None
    results = json.loads(kept.read_text()) if kept and kept.exists() else {}
    todo = {digest(lines, files): (lines, files) for _, lines, files in cases if digest(lines, files) not in results}
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = {pool.submit(build_once, options.build, *case): key for key, case in todo.items()}
        for count, future in enumerate(concurrent.futures.as_completed(futures)):
            results[futures[future]] = future.result()
            if kept and (count % 20 == 0 or count + 1 == len(futures)):
                kept.write_text(json.dumps(results))
    wrong, elsewhere, missed, counts = [], [], [], {"own": [0, 0, 0, 0], "mutant": [0, 0, 0, 0]}
    for name, lines, files in cases:
        fails, line, tail = results[digest(lines, files)]
        found = reports(options.dockwright, lines, files)
        codes = sorted({code for code, _ in found})
        text = "\n".join(lines)
        group = counts["mutant" if name.startswith("mutant") else "own"]
        group[0] += 1
        group[1] += fails
        group[2] += fails and bool(codes)
        group[3] += bool(codes) and not fails
        if codes and not fails:
            wrong.append((name, codes, text))
        elif codes and not names_line(found, line):
            elsewhere.append((name, codes, line, text))
        elif fails and not codes:
            missed.append((name, text, tail))
        if options.keep and bool(codes) != fails:
            directory = Path(options.keep) / re.sub(r"[^A-Za-z0-9]+", "-", name)
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir(parents=True)
            write(directory, lines, files)
    for name, codes, text in wrong:
        print(f"WRONG {name}: {', '.join(codes)} reported, but the build succeeds\n{text}\n")
    for name, codes, line, text in elsewhere:
        print(f"ELSEWHERE {name}: {', '.join(codes)} reported, but line {line} fails\n{text}\n")
    for name, text, tail in missed:
        print(f"MISSED {name}\n{text}\n{tail}\n")
    for name, (files, failed, reported, false) in counts.items():
        print(f"{name}: {files} files, {failed} builds failed, {reported} of these reported, {false} reports without a failed build")
    print(f"{len(elsewhere)} reports of another step than the one that fails")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
