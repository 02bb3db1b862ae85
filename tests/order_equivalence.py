#!/usr/bin/env python3
"""Rewrites of the order of instructions, judged by running: the same exit code, files and calls before and after.

usage: order_equivalence.py [--cases N] [--seed N] [--code CODE]... DOCKWRIGHT

For each rewrite (DW1103, DW1104, DW1105, DW1201) Dockerfiles are made at random with a build context beside them.
dockwright rewrites them, with that one rule only. Then both are built the way a builder would, by `sh` and by `bash`, in
scratch folders: COPY copies, ARG and ENV are exported, RUN runs in front of commands that read the manifests, say what
they are called with and what `GIT_SHA` is, make files, and fail where the case has it. A build that stops is compared up
to there by its exit code only. What a rewrite adds (a fetch, `docker-clean`) is taken out of what is compared, and so is
what a cache mount keeps. Exit code 1 if anything else differs, or if a rewrite is never made.
"""
import argparse, collections, os, random, re, shutil, subprocess, sys, tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--cases", type=int, default=1000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--code", action="append")
parser.add_argument("dockwright")
options = parser.parse_args()
dockwright = shutil.which(options.dockwright) or os.path.abspath(options.dockwright)

# One program under many names: it says what it is called with, needs what the real one needs, and makes what it makes.
STUB = r"""#!/bin/sh
me=${0##*/}; printf '%s|%s|%s\n' "$me $*" "${PWD#$ROOT}" "${GIT_SHA-none}" >> "$ROOT/../log"
for f in $FAIL; do [ "$f" = "$me:$1" ] && exit 3; done
case "$me $1" in
  "npm ci"|"npm install"|"yarn install"|"yarn ") [ -e package.json ] || exit 9; mkdir -p node_modules; cat package.json > node_modules/made;;
  "pip install") for a; do case $a in *.txt) cat "$a" >> "$ROOT/site" || exit 9;; esac; done;;
  "bundle install") cat Gemfile > "$ROOT/gems" || exit 9;;
  "go mod") cat go.mod > "$ROOT/../modules" || exit 9;;
  "go build") cat go.mod main.go > built || exit 9;;
  "npm run"|"yarn build"|"make "*) cat src.txt > "built.$2" || exit 9;;
  "apt-get update") : > "$ROOT/lists";;
  "apt-get install"|"apk add") for a; do case $a in -*|install|add) ;; *) : > "$ROOT/deb.$a";; esac; done;;
esac
exit 0
"""
NAMES = "npm yarn pip bundle go make apt-get apk git build.sh".split()
CONTEXT = {"package.json": "{}", "package-lock.json": "{}", "yarn.lock": "", "requirements.txt": "a\n", "Gemfile": "gem 'a'\n",
           "go.mod": "module a\n", "go.sum": "", "main.go": "package main\n", "src.txt": "source\n", "lib/x.txt": "x\n"}
pick = lambda r, *texts: r.choice(texts)


def joined(r, parts):
    return pick(r, " && ", " \\\n    && ", " && \\\n    ").join(parts)


def split(r):
    base, install, build = pick(r, ("node:22", pick(r, "npm ci", "npm install", "yarn install --production"), ["npm run build", "make all", "echo done > note"]),
        ("python:3.12", "pip install --no-cache-dir -r requirements.txt", ["make all", "cat src.txt > copy"]),
        ("ruby:3.3", "bundle install", ["make all"]), ("golang:1.24", pick(r, "go mod download", "go build -o app"), ["go build -o app", "make all"]))
    before = [pick(r, "set -ex", "export A=b", "apt-get update", "true", "cd /srv/app", "./build.sh")] if r.random() < 0.4 else []
    after = r.sample(build, r.randint(0, len(build))) + (["npm cache clean --force"] if base == "node:22" and r.random() < 0.2 else [])
    between = pick(r, [], ["ENV X=y"], ["", "# why"], ["RUN apt-get update"], ["RUN make x"], ["EXPOSE 80", ""], ["COPY lib /srv/lib"])
    sources = pick(r, ". .", ". /srv/app", "./ /srv/app/")
    run = "RUN " + joined(r, before + [install] + after)
    return [f"FROM {base}", "WORKDIR /srv/app", "# sources", pick(r, "COPY ", "ADD ") + sources, *between, run, *pick(r, [], ["RUN make end"])]


def hoist(r):
    install = joined(r, pick(r, ["apt-get update", "apt-get install -y a b"], ["apk add --no-cache a"], ["apt-get update", "apt-get install -y a", "rm -rf /var/lib/apt/lists/*"]))
    between = [pick(r, "ENV PYTHONUNBUFFERED=1", "WORKDIR /srv/app/lib", "RUN mkdir -p /srv/app/new", "EXPOSE 80", "", "# why", "COPY lib /srv/lib", "RUN make x", "ENV LANG=C") for _ in range(r.randint(0, 3))]
    return ["FROM debian:12", "WORKDIR /srv/app", "COPY . .", *between, "RUN " + install, "RUN make all"]


def sink(r):
    runs = [pick(r, "RUN apt-get update", "RUN mkdir -p /srv/app/a", "RUN npm install -g a", "COPY . .", "RUN make all", "", "# why", "WORKDIR /srv/app") for _ in range(r.randint(1, 4))]
    use = pick(r, "RUN echo $GIT_SHA > sha", "RUN git tag $GIT_SHA", "ENV SHA=$GIT_SHA", "LABEL a=$GIT_SHA")
    return ["FROM debian:12", "WORKDIR /srv/app", *pick(r, [], ["# GIT_SHA is of the pipeline"]), "ARG GIT_SHA=dev", *pick(r, [], [""]), *runs, use, "RUN git log"]


def mount(r):
    run = pick(r, ["pip install -r requirements.txt", "rm -rf /root/.cache/pip"], ["npm ci", "npm cache clean --force", "npm run build"],
        ["apt-get update", "apt-get install -y a", "apt-get clean"], ["go mod download", "go build -o app"], ["set -e", "npm ci"])
    base = {"p": "python:3.12", "n": "node:22", "a": "debian:12", "g": "golang:1.24", "s": "node:22"}[run[0][0]]
    return [f"FROM {base} AS b", "WORKDIR /srv/app", "COPY . .", "RUN " + joined(r, run), "RUN make all", "FROM scratch", "COPY --from=b /srv/app /app"]


FAMILIES = {"DW1103": hoist, "DW1104": split, "DW1105": sink, "DW1201": mount}
# Calls that a rewrite adds, takes away, or makes with other options.
ADDED = {"DW1104": r"go mod download", "DW1201": r"(npm cache|apt-get clean)"}


def instructions(text):
    text = re.sub(r"(?m)^\s*#.*\n", "", text)
    return [line for line in re.sub(r"\\\n\s*", " ", text).splitlines() if line.strip()]


def build(shell, text, fail, folder, context, code):
    """The exit code, the files and the calls of a build."""
    root, programs = f"{folder}/root", f"{folder}/bin"
    os.makedirs(root), os.makedirs(programs)
    for name in NAMES:
        with open(f"{programs}/{name}", "w") as program:
            program.write(STUB)
        os.chmod(f"{programs}/{name}", 0o755)
    inside = lambda path: path.replace("/srv/", f"{root}/srv/").replace("/var/", f"{root}/var/").replace("/root/.", f"{root}/home/.")
    env, directory, status = {"PATH": f"{programs}:/usr/bin:/bin", "ROOT": root, "FAIL": fail}, root, 0
    for line in instructions(text):
        word, _, rest = line.partition(" ")
        rest = re.sub(r"^(--\S+ +)+", "", rest.strip())
        if word == "FROM" and rest == "scratch":
            break
        if word == "WORKDIR":
            directory = inside(rest)
            os.makedirs(directory, exist_ok=True)
        elif word in ("COPY", "ADD"):
            *sources, target = rest.split()
            target = inside(target) if target.startswith("/") else os.path.join(directory, target)
            os.makedirs(target, exist_ok=True)
            for source in sources:
                path = os.path.join(context, source)
                if os.path.isdir(path):
                    shutil.copytree(path, target, dirs_exist_ok=True)
                else:
                    shutil.copy(path, target)
        elif word in ("ARG", "ENV"):
            name, _, value = rest.partition("=")
            env[name] = value.replace("$GIT_SHA", env.get("GIT_SHA", ""))
        elif word == "RUN":
            done = subprocess.run([shell, "-c", inside(rest)], cwd=directory, env=env, capture_output=True)
            status = done.returncode
            if status:
                break
    files = {}
    for path, _, names in os.walk(root):
        for name in names:
            with open(os.path.join(path, name)) as file:
                files[os.path.relpath(os.path.join(path, name), root)] = file.read()
    log = f"{folder}/log"
    calls = collections.Counter(open(log).read().splitlines() if os.path.exists(log) else [])
    calls = collections.Counter({call.split("|")[0] if code == "DW1103" else call: count for call, count in calls.items()
                                 if not re.match(ADDED.get(code, "$^"), call)})
    if code == "DW1105":
        # Who does not use the variable may run without it.
        calls = collections.Counter(call for call in calls if "git tag" in call or "echo" in call)
    return status, (files, calls) if not status else None


def fixed(code, text, context):
    path = f"{context}/Dockerfile"
    with open(path, "w") as file:
        file.write(text)
    subprocess.run([dockwright, "check", "--isolated", "--preview", "--select", code, "--context", context, "--fix",
                    "--unsafe-fixes=mid", path], capture_output=True)
    with open(path) as file:
        after = file.read()
    os.remove(path)
    return after


def main():
    bad = 0
    for code in options.code or FAMILIES:
        r, changed, compared = random.Random(f"{options.seed} {code}"), 0, 0
        tries = 0
        while changed < options.cases and tries < options.cases * 20:
            tries += 1
            text = "\n".join(FAMILIES[code](r)) + "\n"
            with tempfile.TemporaryDirectory() as folder:
                context = f"{folder}/context"
                for name, content in CONTEXT.items():
                    os.makedirs(os.path.dirname(f"{context}/{name}"), exist_ok=True)
                    with open(f"{context}/{name}", "w") as file:
                        file.write(content)
                after = fixed(code, text, context)
                if after == text:
                    continue
                changed += 1
                fail = pick(r, "", "", "npm:ci", "npm:run", "make:all", "apt-get:install", "go:build", "pip:install", "git:log")
                for shell in ("sh", "bash"):
                    results = [build(shell, one, fail, f"{folder}/{shell}{at}", context, code) for at, one in enumerate((text, after))]
                    compared += 1
                    if results[0] != results[1]:
                        bad += 1
                        if bad < 6:
                            print(f"{code} differs under {shell}, failing `{fail}`:\n{text}-- becomes\n{after}-- {results[0]}\n-- {results[1]}\n")
        print(f"{code}: {changed} rewritten of {tries}, {compared} compared")
        bad += changed == 0
    return 1 if bad else 0


sys.exit(main())
