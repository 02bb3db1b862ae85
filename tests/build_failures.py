#!/usr/bin/env python3
"""Compares the reports of the group `build` with real builds.

    tests/build_failures.py DOCKWRIGHT [--build COMMAND] [--mutants N] [--seed S] [--keep DIR]

Generates small Dockerfiles with their build contexts: cases written here, and mutants of Dockerfiles that can be built.
Each is checked with `dockwright check --select build --context DIR` and built. COMMAND builds one file: it is called with
the Dockerfile and the context, and exits with 0 only if the build succeeds (default: `docker build -f FILE CONTEXT`). It
must have the base images `debian:bookworm`, `debian:12-slim`, `python:3.11-slim-bookworm` and `node:20-bookworm-slim`,
or stand-ins for them. Builds run without network access to packages, so that a `RUN` that installs something is replaced
by one that creates the program that the package provides.

Prints each difference and the figures: reports without a failed build (must be 0), and failed builds without a report.
"""
import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

# What a package provides in the builds: a script of its name.
PACKAGES = {"curl": "curl", "git": "git", "unzip": "unzip", "jq": "jq", "zip": "zip", "rsync": "rsync", "sudo": "sudo", "make": "make", "gcc": "gcc"}
BASES = ["debian:12-slim", "debian:bookworm"]


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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dockwright")
    parser.add_argument("--build", default="docker build -f")
    parser.add_argument("--mutants", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    cases = [(name, lines, files) for name, lines, files in own_cases()]
    own = len(cases)
    for number in range(options.mutants):
        kind, lines, files = mutate(rng, *base_case(rng))
        cases.append((f"mutant {number} ({kind})", lines, files))
    wrong, missed, failed, reported = [], [], 0, 0
    for name, lines, files in cases:
        folder = Path(tempfile.mkdtemp(prefix="build-failures-"))
        context = folder / "context"
        context.mkdir()
        for path, text in files.items():
            (context / path).parent.mkdir(parents=True, exist_ok=True)
            (context / path).write_text(text)
        text = "\n".join(lines) + "\n"
        (folder / "Dockerfile").write_text(text)
        (folder / "build.Dockerfile").write_text("\n".join(without_network(lines)) + "\n")
        check = subprocess.run([options.dockwright, "check", "--isolated", "--select", "build", "--context", str(context), "--format", "json", str(folder / "Dockerfile")], capture_output=True, text=True)
        found = json.loads(check.stdout or "[]")
        found = found if isinstance(found, list) else found.get("diagnostics", found.get("problems", []))
        codes = sorted({one["code"] for one in found if one["code"].startswith("DW5")})
        build = subprocess.run([*options.build.split(), str(folder / "build.Dockerfile"), str(context)], capture_output=True, text=True)
        fails = build.returncode != 0
        failed += fails
        reported += bool(codes)
        if codes and not fails:
            wrong.append((name, codes, text))
        if fails and not codes:
            missed.append((name, text, (build.stdout + build.stderr)[-300:]))
        if options.keep and ((codes and not fails) or (fails and not codes)):
            shutil.copytree(folder, Path(options.keep) / name.replace(" ", "-").replace("/", "_"), dirs_exist_ok=True)
        shutil.rmtree(folder)
    for name, codes, text in wrong:
        print(f"WRONG {name}: {', '.join(codes)} reported, but the build succeeds\n{text}")
    for name, text, tail in missed:
        print(f"MISSED {name}\n{text}{tail}\n")
    print(f"{own} cases, {options.mutants} mutants; {failed} builds failed, {reported} files reported")
    print(f"{len(wrong)} reports without a failed build, {len(missed)} failed builds without a report")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
