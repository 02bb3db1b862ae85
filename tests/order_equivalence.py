#!/usr/bin/env python3
"""Compares fixes that reorder instructions by running them: exit code, files and calls must be the same before and after.

usage: order_equivalence.py [--cases N] [--seed N] [--code CODE]... DOCKWRIGHT

For each rule (DL3003, DW1102 to DW1105, DW1201, DW2201, DW2202, DW2401), random Dockerfiles are generated with a build
context. dockwright fixes them with that rule only. Then both are built the way a builder would, by `sh` and by `bash`, in
scratch directories: COPY copies, sets owner and mode, and reads from other stages; ARG and ENV are exported; RUN runs with
stub commands that read the dependency files, log their arguments and the value of `GIT_SHA`, create files, and fail if the
case requires it. If a build stops, only its exit code is compared up to there. What a fix adds (a download, `docker-clean`)
is removed before the comparison, and so is what a cache mount keeps. If a stage is split in two, the program that is
started is compared, and how it is started. Needs root, for owners. Exit status 1 if anything else differs, or if a rule
never fixes anything.
"""
import argparse, collections, glob, os, random, re, shutil, subprocess, sys, tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--cases", type=int, default=1000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--code", action="append")
parser.add_argument("dockwright")
options = parser.parse_args()
dockwright = shutil.which(options.dockwright) or os.path.abspath(options.dockwright)

# One program under many names: it logs its arguments, needs what the real program needs, and creates what it creates.
STUB = r"""#!/bin/sh
me=${0##*/}; printf '%s|%s|%s\n' "$me $*" "${PWD#$ROOT}" "${GIT_SHA-none}" >> "$ROOT/../log"
for f in $FAIL; do [ "$f" = "$me:$1" ] && exit 3; done
case "$me $1" in
  "npm ci"|"npm install"|"yarn install"|"yarn ") [ -e package.json ] || exit 9; mkdir -p node_modules; cat package.json > node_modules/made;;
  "pip install") for a; do case $a in *.txt) cat "$a" >> "$ROOT/site" || exit 9;; esac; done;;
  "bundle install") cat Gemfile > "$ROOT/gems" || exit 9;;
  "go mod") cat go.mod > "$ROOT/../modules" || exit 9;;
  "go build") o=built; for a; do [ "$p" = -o ] && o=$a; p=$a; done; mkdir -p "$(dirname "$o")"; cat go.mod main.go > "$o" || exit 9;;
  "npm run"|"yarn build"|"make "*) cat src.txt > "built.$2" || exit 9;;
  "apt-get update") : > "$ROOT/lists";;
  "apt-get install"|"apk add"|"dnf install"|"yum install") for a; do case $a in -*|install|add) ;; *) : > "$ROOT/deb.$a";; esac; done;;
esac
exit 0
"""
NAMES = "npm yarn pip bundle go make apt-get apk dnf yum git build.sh".split()
CONTEXT = {"package.json": "{}", "package-lock.json": "{}", "yarn.lock": "", "requirements.txt": "a\n", "Gemfile": "gem 'a'\n",
           "go.mod": "module a\n", "go.sum": "", "main.go": "package main\n\nfunc main() {}\n", "run.sh": "#!/bin/sh\n", "src.txt": "source\n", "lib/x.txt": "x\n"}
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


def enter(r):
    """A `cd` to an existing directory at the beginning of a RUN."""
    glue = pick(r, " && ", " && \\\n    ", " \\\n    && ")
    rest = r.sample(["make x", "touch f", "npm run build", "pwd > where", "cat x.txt > y", "git log > log || true", "mkdir new", "cd new", "ls | cat > /srv/list"], r.randint(1, 3))
    run = pick(r, "RUN ", "RUN ", "run ") + glue.join([pick(r, "cd /srv/d1", "cd /srv/d1/", "cd /srv/d1/../d1"), *rest])
    between = pick(r, [], ["# why"], [""], ["EXPOSE 80"], ["ENV X=y"])
    return ["FROM debian:12", *pick(r, [], ["WORKDIR /srv/app"]), "COPY lib src.txt /srv/d1/", *between, run, *pick(r, [], ["", "EXPOSE 80"], ["ENV A=b"]),
            pick(r, "WORKDIR /srv/app", "WORKDIR /srv/d2"), "COPY . .", *pick(r, [], ["RUN make end"])]


def install_twice(r):
    """Two RUNs that install, with the same program or another one, with options and clean-up or without."""
    base, first, add, clean = pick(r, ("alpine:3.20", [], pick(r, "apk add --no-cache", "apk add --no-cache -q"), []),
        ("debian:12", ["apt-get update"], pick(r, "apt-get install -y", "apt-get install -y --no-install-recommends"), pick(r, [], ["rm -rf /var/lib/apt/lists/*"])),
        ("fedora:40", [], "dnf install -y", pick(r, [], ["dnf clean all"])))
    def run():
        names = pick(r, " ", " ", " \\\n        ").join(r.sample(["a", "b", "c", "d", "e-dev", "f=1"], r.randint(1, 3)))
        other = pick(r, add, add, add, add + " -q")
        return "RUN " + joined(r, first + [f"{other} {names}"] + clean)
    between = pick(r, [], [], [""], ["# why"], ["EXPOSE 80"], ["RUN make x"])
    return [f"FROM {base}", "WORKDIR /srv/app", "COPY src.txt .", run(), *between, run(), *pick(r, [], [run()]), "RUN make all"]


def between_copy_and_change(r):
    return [pick(r, "RUN make x", "ENV X=y", "", "# why", "EXPOSE 80", "RUN mkdir -p /srv/new", "RUN touch /srv/new.txt", "USER 0", "COPY lib /srv/lib/", "RUN apt-get update") for _ in range(r.randint(0, 3))]


def mode_later(r):
    """A file that a COPY adds and whose mode is changed later."""
    path = pick(r, "/srv/app/run.sh", "/srv/app/other.sh")
    copy = pick(r, f"COPY run.sh {path}", "COPY run.sh .", "COPY run.sh ./", "COPY run.sh src.txt ./", "ADD run.sh /srv/app/", "COPY --chown=1:2 run.sh .")
    change = pick(r, f"chmod 755 {path}", f"chmod 0750 {path}", "chmod 755 run.sh", "chmod 500 ./run.sh", "chmod -R 755 /srv/app", "chmod 755 run.sh && make x")
    return ["FROM debian:12", "WORKDIR /srv/app", "COPY src.txt .", copy, *between_copy_and_change(r), f"RUN {change}", *pick(r, [], ["RUN make all"], ["USER 5", "RUN make all"])]


def owner_later(r):
    """Files that COPYs add and whose owner is changed later."""
    copies = r.sample(["COPY . .", "COPY lib ./lib/", "COPY src.txt /srv/app/", "COPY --chmod=700 run.sh .", "COPY package.json package-lock.json ./", "ADD lib /srv/app/more/", "COPY run.sh /srv/run.sh"], r.randint(1, 3))
    path = pick(r, "/srv/app", "/srv/app", "/srv/app", ".", "/srv/app/src.txt", "/srv/app/lib")
    change = pick(r, f"chown -R 1000:1000 {path}", f"chown -R 1000:1000 {path}", f"chown --recursive 5 {path}", f"chown -R 7:8 {path}", f"chown 1000:1000 {path}")
    return ["FROM debian:12", "WORKDIR /srv/app", *copies, *between_copy_and_change(r), f"RUN {change}", *pick(r, [], ["RUN make all"], ["USER 1000", "RUN make all"])]


def go_program(r):
    """A Go program that is built in the stage that starts it."""
    out = pick(r, "/srv/bin/app", "/srv/app/app", "/srv/tool")
    build = pick(r, "", "CGO_ENABLED=0 ") + "go build " + pick(r, "", "-v ", "-trimpath ") + f"-o {out}" + pick(r, "", " .")
    said = r.sample(["EXPOSE 80", "ENV MODE=fast", "LABEL a=b", "STOPSIGNAL SIGTERM", "USER 5"], r.randint(0, 2))
    copies = pick(r, ["COPY go.mod go.sum ./", "RUN go mod download", "COPY *.go ./"], ["COPY go.mod go.sum main.go ./"], ["COPY go.mod go.sum ./", "COPY *.go ./"])
    start = pick(r, f'CMD ["{out}"]', f'ENTRYPOINT ["{out}"]', f'ENTRYPOINT ["{out}"]\nCMD ["--fast"]', f"CMD {out}")
    return [pick(r, "FROM golang:1.24", "FROM golang:1.24-bookworm", "FROM golang:1.24-alpine"), "WORKDIR /srv/app", *copies,
            *pick(r, [], ["# why"], [""]), f"RUN {build}", *said, start]


FAMILIES = {"DL3003": enter, "DW1102": install_twice, "DW2201": mode_later, "DW2202": owner_later, "DW2401": go_program, "DW1103": hoist, "DW1104": split, "DW1105": sink, "DW1201": mount}
# Calls that a fix adds, removes, or changes the options of.
ADDED = {"DW1102": r"(apt-get|apk|dnf) ", "DW1104": r"go mod download", "DW1201": r"(npm cache|apt-get clean)"}
# Fixes about owners and modes.
METADATA = {"DW2201", "DW2202"}


def instructions(text):
    text = re.sub(r"(?m)^\s*#.*\n", "", text)
    return [line for line in re.sub(r"\\\n\s*", " ", text).splitlines() if line.strip()]


def paths_below(directory):
    return [os.path.join(path, name) for path, directories, names in os.walk(directory) for name in directories + names]


def copy(sources, target, flags):
    """As the builder does: existing files keep their owner and mode, except those that are overwritten."""
    top = os.path.dirname(target.rstrip("/"))
    while not os.path.isdir(top):
        top = os.path.dirname(top)
    old = {path for path in paths_below(top) if os.path.isdir(path)}
    new = []
    if len(sources) == 1 and os.path.isfile(sources[0]) and not target.endswith("/") and not os.path.isdir(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copy(sources[0], target)
        new.append(target)
    else:
        os.makedirs(target, exist_ok=True)
        for source in sources:
            if os.path.isdir(source):
                shutil.copytree(source, target, dirs_exist_ok=True)
                new += [os.path.join(target, os.path.relpath(path, source)) for path in paths_below(source) if not os.path.isdir(path)]
            else:
                new.append(shutil.copy(source, target))
    new += [path for path in paths_below(top) if os.path.isdir(path) and path not in old]
    for path in new:
        if "chmod" in flags:
            os.chmod(path, int(flags["chmod"], 8))
        if "chown" in flags:
            user, _, group = flags["chown"].partition(":")
            os.chown(path, int(user), int(group or user))


def build(shell, text, fail, directory, context, code):
    """The exit code, the files and the calls of a build."""
    root, programs = f"{directory}/root", f"{directory}/bin"
    os.makedirs(root), os.makedirs(programs)
    for name in NAMES:
        with open(f"{programs}/{name}", "w") as program:
            program.write(STUB)
        os.chmod(f"{programs}/{name}", 0o755)
    said, stages = [], {}
    def inside(path):
        return path.replace("/srv/", f"{root}/srv/").replace("/var/", f"{root}/var/").replace("/root/.", f"{root}/home/.")
    env, directory, status = {"PATH": f"{programs}:/usr/bin:/bin", "ROOT": root, "FAIL": fail}, root, 0
    for line in instructions(text):
        word, _, rest = line.partition(" ")
        word = word.upper()
        flags = dict(re.findall(r"--(\w+)=(\S+)", rest))
        rest = re.sub(r"^(--\S+ +)+", "", rest.strip())
        if word == "FROM":
            if rest == "scratch" and code != "DW2401":
                break
            if stages:
                root = f"{directory}/root{len(stages)}"
                os.makedirs(root)
                env, directory, said = {"PATH": f"{programs}:/usr/bin:/bin", "ROOT": root, "FAIL": fail}, root, []
            stages[rest.lower().partition(" as ")[2] or str(len(stages))] = root
        elif word == "WORKDIR":
            directory = os.path.normpath(inside(rest))
            os.makedirs(directory, exist_ok=True)
        elif word in ("COPY", "ADD"):
            *sources, target = rest.split()
            target = inside(target) if target.startswith("/") else os.path.join(directory, target)
            if "from" in flags:
                other = stages[flags["from"]]
                # Files of the base image do not exist here.
                sources = [other + source for source in sources if source.startswith("/srv/")]
            else:
                sources = [path for source in sources for path in sorted(glob.glob(os.path.join(context, source)))]
            if sources:
                copy(sources, target, flags)
        elif word in ("ARG", "ENV"):
            name, _, value = rest.partition("=")
            env[name] = value.replace("$GIT_SHA", env.get("GIT_SHA", ""))
            said.append(line) if word == "ENV" else None
        elif word == "RUN":
            done = subprocess.run([shell, "-c", inside(rest)], cwd=directory, env=env, capture_output=True)
            status = done.returncode
            if status:
                break
        else:
            said.append(line)
    files = {}
    for path in paths_below(root):
        name, state = os.path.relpath(path, root), os.lstat(path)
        about = (state.st_mode, state.st_uid, state.st_gid) if code in METADATA else ()
        if os.path.isfile(path):
            with open(path) as file:
                files[name] = (file.read().replace(root, ""), *about)
        elif about:
            files[name] = about
    log = f"{directory}/log"
    calls = collections.Counter(open(log).read().replace(f"{directory}/root", "").splitlines() if os.path.exists(log) else [])
    calls = collections.Counter({call.split("|")[0] if code == "DW1103" else call: count for call, count in calls.items()
                                 if not re.match(ADDED.get(code, "$^"), call)})
    if code == "DW1105":
        # A command that does not use the variable may run without it.
        calls = collections.Counter(call for call in calls if "git tag" in call or "echo" in call)
    if code == "DW2401" and not status:
        started = re.search(r'^(?:CMD|ENTRYPOINT) (?:\[")?/(srv/[^"\s]+)', "\n".join(said), re.M)[1]
        files = {started: files.get(started), "said": sorted(said), "directory": directory.replace(root, "")}
    return status, (files, calls) if not status else None


def fixed(code, text, context):
    path = f"{context}/Dockerfile"
    with open(path, "w") as file:
        file.write(text)
    subprocess.run([dockwright, "check", "--isolated", "--preview", "--select", code, "--context", context, "--fix",
                    "--unsafe-fixes=high" if code == "DW2401" else "--unsafe-fixes=mid", path], capture_output=True)
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
            with tempfile.TemporaryDirectory() as directory:
                context = f"{directory}/context"
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
                    results = [build(shell, one, fail, f"{directory}/{shell}{at}", context, code) for at, one in enumerate((text, after))]
                    compared += 1
                    if results[0] != results[1]:
                        bad += 1
                        if bad < 6:
                            print(f"{code} differs under {shell}, failing `{fail}`:\n{text}-- becomes\n{after}-- {results[0]}\n-- {results[1]}\n")
        print(f"{code}: {changed} rewritten of {tries}, {compared} compared")
        bad += changed == 0
    return 1 if bad else 0


sys.exit(main())
