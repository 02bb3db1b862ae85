#!/usr/bin/env python3
"""Compares fixes of RUN by running them: exit code, files and output must be the same before and after.

usage: equivalence.py [--cases N] [--seed N] [--code CODE]... [--keep DIRECTORY] DOCKWRIGHT

For each fix, random Dockerfiles of one kind are generated: lists with `&&`, `;`, `||`, `if` and groups, on one line and on
several, with comments, as heredocs with and without `set -e`, in one RUN and in several. dockwright fixes them with that
rule only. Then `sh` and `bash` run the RUNs of both in scratch directories, one after the other as a builder does, with
stub commands that only log their arguments, create files, and succeed or fail as the case requires. What the fix is
about (a flag, a cache, a clean-up) is removed before the comparison. Exit status 1 if anything else differs, or if no
Dockerfile of a kind is changed although a fix is expected.
"""
import argparse, os, random, re, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor
from run_texts import instructions, shell_text

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--cases", type=int, default=1000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--code", action="append")
parser.add_argument("--keep", help="where to leave the Dockerfiles of cases that differ")
parser.add_argument("dockwright")
options = parser.parse_args()
dockwright = shutil.which(options.dockwright) or os.path.abspath(options.dockwright)

# Functions, because a process for each command would take ten times as long. Aliases, because a function of sh cannot
# be named `apt-get`. Descriptor 9 is the log; $FAIL has what fails in a case, by command and first operand.
STUBS = r"""
say() { printf '%s\n' "$*" >&9; printf '%s\n' "$*"; }
operand() { for a; do case $a in -*) ;; *) printf %s "$a"; return 0;; esac; done; return 0; }
fate() { case " $FAIL " in *" $1 "*) return 1;; esac; return 0; }
packages() {
  prefix=$1; shift; skip=1
  for a; do case $a in -*) ;; *) if [ $skip = 1 ]; then skip=0; else : > "$S/$prefix.$(printf %s "$a" | { read -r n; printf %s "${n%%/*}"; })"; fi;; esac; done
  return 0
}
wipe() { /bin/rm -rf "$S/$1"; }
f_apt() {
  say "$@"; manager=$1; shift; sub=$(operand "$@")
  case $sub in
    clean|autoclean|autoremove) return 0;;
    update) if fate "apt-get:update"; then : > "$S/lists"; return 0; fi; return 100;;
    install) [ -e "$S/lists" ] || return 100; if fate "apt-get:install"; then packages deb "$@"; return 0; fi; return 100;;
    *) fate "apt-get:$sub";;
  esac
}
f_apk() {
  say "$@"; shift; sub=$(operand "$@")
  case $sub in
    update) if fate apk:update; then : > "$S/apkcache"; return 0; fi; return 1;;
    add)
      case " $* " in *" --no-cache "*) ;; *) : > "$S/apkcache";; esac
      if fate apk:add; then packages apk "$@"; return 0; fi; return 1;;
    *) fate "apk:$sub";;
  esac
}
f_rpm() {
  say "$@"; manager=$1; shift; sub=$(operand "$@")
  case $sub in
    clean) wipe "cache.$manager"; return 0;;
    install|in) : > "$S/cache.$manager"; if fate "rpm:install"; then packages rpm "$@"; return 0; fi; return 1;;
    *) fate "rpm:$sub";;
  esac
}
f_pip() {
  say "$@"; shift; sub=$(operand "$@")
  case " $* " in *" --no-cache-dir "*) ;; *) : > "$S/cache.pip";; esac
  if fate "pip:$sub"; then [ "$sub" != install ] || packages py "$@"; return 0; fi; return 1
}
f_yarn() { say "$@"; shift; case "$*" in "cache clean"*) wipe cache.yarn; return 0;; esac; : > "$S/cache.yarn"; fate "yarn:$(operand "$@")"; }
f_rm() { say "$@"; shift; for a; do case $a in /var/lib/apt/lists*) wipe lists;; /var/cache/apk*) wipe apkcache;; /var/cache/*|/root/.cache*) wipe cache.other;; /*|-*) ;; *) /bin/rm -rf "./$a";; esac; done; return 0; }
f_keeps() {
  say "$@"; key=$1; shift
  case "$*" in *clean*|clear-cache*) wipe "cache.$key"; return 0;; env*) return 0;; esac
  : > "$S/cache.$key"; fate "$key:install"
}
f_any() { say "$@"; key=$1; : > "made.$key"; fate "$key"; }
f_wget() { say "$@"; shift; : > got; fate wget; }
f_sudo() { shift; case $1 in apt-get|apt) f_apt "$@";; *) f_any "$@";; esac; }
alias apt-get='f_apt apt-get' apt='f_apt apt' apk='f_apk apk' yum='f_rpm yum' dnf='f_rpm dnf' microdnf='f_rpm microdnf' zypper='f_rpm zypper'
alias npm='f_keeps npm' gem='f_keeps gem' bundle='f_keeps bundle' composer='f_keeps composer' conda='f_keeps conda'
alias pip='f_pip pip' pip3='f_pip pip3' yarn='f_yarn yarn' rm='f_rm rm' wget='f_wget wget' sudo='f_sudo sudo' useradd='f_any useradd'
alias make='f_any make' curl='f_any curl' git='f_any git' mkdir='f_any mkdir' touch='f_any touch' build='f_any build' date='f_any date'
"""

OTHERS = ["make all", "curl -fsSL https://example.org/x", "git clone x", "echo a b", "true", "build --fast", "touch f", "[ -d d1 ]", "printf 'x\\n'", "make > log"]

def installs(manager, flags, packages, sub="install"):
    def command(r):
        names = r.sample(packages, r.randint(1, 4))
        flag = " ".join(r.sample(flags, r.randint(0, min(2, len(flags)))))
        return r.choice([f"{manager} {flag} {sub} {' '.join(names)}", f"{manager} {sub} {flag} {' '.join(names)}"]).replace("  ", " ")
    return command

def words(*texts): return lambda r: r.choice(texts)
def after(first, then): return lambda r: f"{first} && {then(r)}" if r.random() < 0.9 else then(r)

DEB = ["vim", "curl", "git", "gcc", "libpq-dev", "python3"]
apt = after("apt-get update", installs("apt-get", ["-y", "-qq", "--no-install-recommends", "-q", "--yes"], DEB))
def whole(about):
    """Marks a function that generates whole Dockerfiles without the FROM, not one command."""
    about.whole = True
    return about

def neighbors(r):
    """RUNs with one command each; some of the commands delete files."""
    simple = ["make all", "touch f", "curl -fsSL https://example.org/x", "apt-get clean", "rm -rf f", "rm -rf made.make", "rm got",
              "[ -d d1 ]", "echo a > g", "true | make", "mkdir d2", "apt-get -y purge vim", "export X=y", "cd d1", "umask 077", "! make",
              "make || git x", "make; git x", "exit 0", "make &", "make # a comment", "FOO=bar make"]
    lines = []
    for _ in range(r.randint(2, 5)):
        text = r.choice(simple)
        if r.random() < 0.15: text = text.replace(" ", " \\\n    ", 1)
        lines += [""] * (r.random() < 0.1) + ["# why"] * (r.random() < 0.1) + [r.choice(["RUN ", "RUN ", "RUN ", "run ", "  RUN "]) + text]
    return "\n".join(lines)

def brought_and_deleted(r):
    """A file that one RUN downloads and a later one deletes, in lists of all kinds, which may change the shell."""
    fetch = "wget -O got https://example.org/x"
    first = r.choice([fetch, fetch, f"make && {fetch}", f"{fetch} && make", f"{fetch}; make", f"make; {fetch}", f"{fetch} || make", f"cd d1 && make; cd .. && {fetch}",
                      f"{fetch} && cd d1", f"cd d1 && touch g && cd .. && {fetch}", f"export X=y && {fetch}", f"X=y; {fetch} && echo $X", f"set -x && {fetch}", f"set -e; {fetch}; make",
                      f"set -ex && {fetch} && make", f"{fetch} && exit 0", f"{fetch} || exit 3; make", f"( {fetch} )", f"{{ {fetch}; make; }}", f"if [ -d d1 ]; then {fetch}; fi",
                      f"for i in a b; do touch $i; done; {fetch}", f"! make; {fetch}", f"true | {fetch}", f"umask 077; {fetch}", f"{fetch} & wait", f"{fetch} # a comment", f"{fetch};"])
    between = [r.choice(["make all", "touch f", "make; git x", "cd d1", "git x || true", "FOO=bar make", "! make", "export X=z", "true | make"]) for _ in range(r.choice([0, 0, 1, 1, 2]))]
    last = r.choice(["rm got", "rm got", "rm -f got && make", "make && rm got", "make; rm got", "rm got || make", "cd d1 && rm -f ../got && make", "set -e; rm got; make", "pwd && rm got", "echo ${X:-none} && rm got"])
    lines = []
    for text in [first, *between, last]:
        if r.random() < 0.2: text = text.replace(" && ", r.choice([" && \\\n    ", " \\\n && "]))
        lines += [""] * (r.random() < 0.2) + ["# why"] * (r.random() < 0.1) + ["RUN " + text]
    return "\n".join((['SHELL ["/bin/sh", "-ec"]'] if r.random() < 0.05 else []) + lines)

def virtual(r):
    """Packages that only a build needs, installed before it, in the same RUN or in the previous one."""
    names = r.sample(["gcc", "musl-dev", "libffi-dev", "make", "g++", "zlib-dev", "curl", "git", "tzdata", "bash"], r.randint(2, 6))
    flags = " ".join(r.sample(["--no-cache", "-q", "--update"], r.randint(0, 2)))
    add = f"apk {flags} add " + r.choice([" ", " ", " \\\n        "]).join(names) if r.random() < 0.3 else f"apk add {flags} ".replace("  ", " ") + " ".join(names)
    glue = r.choice([" && ", " && ", " && \\\n    ", " \\\n && "])
    before = r.sample(["mkdir d2", "apk update", "touch f"], r.randint(0, 1))
    build = ["pip install --no-cache-dir x"] + r.sample(["make all", "touch g", "[ -d d1 ]", "git x", "cd d1"], r.randint(0, 2))
    if r.random() < 0.4: r.shuffle(build)
    if r.random() < 0.5: text = "RUN " + glue.join([*before, add, *build])
    else: text = "RUN " + glue.join([*before, add]) + r.choice(["\n", "\n\n", "\n# why\n"]) + "RUN " + r.choice([glue, glue, "; "]).join(build)
    return text + r.choice(["", "", "\nRUN touch h", "\nRUN pip install y"]) + '\nCMD ["python"]'

def update_apart(r):
    """The lists are downloaded in one RUN and used in another."""
    first = r.choice(["", "", "make && ", "touch f && ", "cd d1 && ", "make; "]) + "apt-get update" + r.choice(["", "", " -qq", " && make", " || true", "; git x"])
    glue = r.choice([" && ", " && \\\n    ", " \\\n && ", "; "])
    second = glue.join(r.sample(["make", "git clone x", "touch g"], r.randint(0, 2)) + [installs("apt-get", ["-y", "-qq"], DEB)(r)])
    between = r.choice(["", "", "", "\n# why", "\n", "\nRUN touch h", "\nENV X=y"])
    return f"RUN {first}{between}\nRUN {second}"

REMOVED = r"(?m)^(rm -rf? /var/(lib/apt/lists|cache)\S*.*|(yum|dnf|microdnf|zypper) clean.*|yarn cache clean.*|rm -rf? /root/.cache.*)\n"

KEPT = r"(?m)^(npm cache clean|composer clear-cache|conda clean|gem env|rm -rf gem env).*\n"

# code: base image, commands that the rule is about, what to remove from log and output (pattern, text), files that do not count
FAMILIES = {
    "DL3014": ("debian:12", apt, [(r" (-y|--yes|-qq|-q)\b", "")], []),
    "DL3030": ("centos:7", installs("yum", ["-y", "-q"], DEB), [(r" -y\b", "")], []),
    "DL3034": ("opensuse/leap:15.5", installs("zypper", ["-n", "-q"], DEB), [(r" (-n|-y|--non-interactive)\b", "")], []),
    "DL3038": ("fedora:40", installs("dnf", ["-y", "-q"], DEB), [(r" -y\b", "")], []),
    "DL3015": ("debian:12", apt, [(r" (--no-install-recommends|ca-certificates)\b", "")], ["deb.ca-certificates"]),
    "DL3009": ("debian:12", apt, [(REMOVED, "")], ["lists"]),
    "DL3019": ("alpine:3.20", lambda r: r.choice(["apk update && ", "", ""]) + installs("apk", ["--update", "--no-cache", "-U", "-q"], DEB, "add")(r) + r.choice(["", " && rm -rf /var/cache/apk/*"]), [(REMOVED, ""), (r"(?m)^apk update.*\n", ""), (r" (--no-cache|--update|-U|--update-cache)\b", "")], ["apkcache"]),
    "DL3027": ("debian:12", after("apt update", installs("apt", ["-y", "-qq"], DEB)), [(r"(?m)^apt ", "apt-get ")], []),
    "DL3032": ("centos:7", installs("yum", ["-y"], DEB), [(REMOVED, "")], ["cache.yum"]),
    "DL3036": ("opensuse/leap:15.5", installs("zypper", ["-n"], DEB), [(REMOVED, "")], ["cache.zypper"]),
    "DL3040": ("fedora:40", installs("dnf", ["-y"], DEB), [(REMOVED, "")], ["cache.dnf"]),
    "DL3042": ("python:3.12", installs("pip", ["-q", "-U"], DEB), [(r" --no-cache-dir\b", "")], ["cache.pip"]),
    "DL3046": ("debian:12", words("useradd -u 123456 app", "useradd --uid 1000000 -m app"), [(r" -l\b", "")], []),
    "DL3047": ("debian:12", lambda r: "apt-get update && apt-get install -y wget && wget https://example.org/x", [(r" --progress=\S+", "")], []),
    "DL3060": ("node:20", words("yarn install --production", "yarn install --frozen-lockfile --non-interactive", "yarn install --pure-lockfile", "yarn install"), [(REMOVED, "")], ["cache.yarn"]),
    "DL3004": ("debian:12", words("sudo make all", "sudo apt-get update && sudo apt-get install -y vim", "sudo curl x"), [], []),
    "DL3059": ("debian:12", whole(neighbors), [], []),
    "DW2001": ("debian:12", whole(brought_and_deleted), [], []),
    "DW2101": ("node:22", words("npm ci", "npm install", "npm install -g x", "npm ci --omit=dev"), [(KEPT, "")], ["cache.npm"]),
    "DW2102": ("debian:12", installs("gem", ["-q", "-N", "--conservative"], ["rake", "rails", "json", "puma", "rack"]), [(r" --no-document\b", "")], []),
    "DW2103": ("ruby:3.3", words("bundle install", "bundle install --jobs 4", "bundle install -q", "bundle"), [(KEPT, "")], ["cache.bundle", "cache.gem"]),
    "DW2104": ("php:8.3-cli", words("composer install", "composer install --no-dev", "composer update", "composer require x/y"), [(KEPT, "")], ["cache.composer"]),
    "DW2105": ("continuumio/miniconda3:24.5.0-0", words("conda install -y numpy", "conda create -n x python", "conda update -y conda"), [(KEPT, "")], ["cache.conda"]),
    "DW2301": ("python:3.12-alpine", whole(virtual), [(r"(?m)^apk (?!update).*\n", "")], ["apk..build-deps", "apk.libgcc", "apk.libstdc++", "apk.libffi", "apk.zlib"]),
    "DW1101": ("debian:12", whole(update_apart), [], []),
    "SC2006": ("debian:12", words("echo `date`", "make `date +%s` x", "touch \"`date`\"", "echo a`date`b"), [], []),
    "SC2086": ("debian:12", words("echo $FOO", "curl $FOO/x", "touch ${FOO}", "build --x=$FOO ${FOO}"), [], []),
    "SC2046": ("debian:12", words("echo $(date)", "make $(date +%s)"), [], []),
    "SC2164": ("debian:12", words("cd d1; make x", "cd d2; build", "cd d1\nmake"), [], []),
}
# Fixes that are equivalent only at the level at which they are safe: a later step may need what they delete.
ONLY_SAFE = {"DL3009", "DL3019"}
# The fix stops the script at a failure: the log may end earlier, and the exit code may differ.
STOPS = {"SC2164"}
# A fix is not required: it may be a suggestion.
OPTIONAL = {"DL3004", "DL3047", "SC2046", "SC2164"}

def run_of(r, about):
    """The text of one RUN."""
    parts = [part for _ in range(r.randint(0, 2)) for part in [r.choice(OTHERS)]]
    for _ in range(r.choice([1, 1, 1, 2])): parts.insert(r.randint(0, len(parts)), about(r))
    shape = r.random()
    if shape < 0.14:
        body = "\n".join(line for part in parts for line in re.split(r" && |; ", part))
        return "RUN <<EOF\n" + r.choice(["", "set -e\n", "set -eu\n", "# a comment\n"]) + body + "\nEOF"
    parts = [part.replace("\n", "; ") for part in parts]
    if shape < 0.24: return f"RUN if [ -d d1 ]; then {' && '.join(parts)}; fi"
    if shape < 0.30: return f"RUN ({' && '.join(parts)}) || echo no"
    if shape < 0.36: return "RUN set -e; " + "; ".join(parts)
    glue = r.choices([" && ", "; ", " || ", " && \\\n    ", " \\\n && ", " \\\n  # a comment\n  && ", "; \\\n  "], [6, 2, 1, 5, 3, 2, 2])[0]
    text = "RUN " + glue.join(parts)
    if " install " in text and r.random() < 0.2: text = re.sub(r"(?<=[a-z0-9]) (?=(vim|curl|git|gcc)\b)", " \\\\\n      ", text)
    return text

def case(r, base, about):
    lines = [f"FROM {base}", "ARG A=one", "ARG B=two"]
    if hasattr(about, "whole"): return "\n".join(lines + [about(r)]) + "\n"
    for _ in range(r.choice([1, 1, 1, 2, 3])):
        lines.append(run_of(r, about) if r.random() < 0.8 else "RUN " + " && ".join(r.sample(OTHERS, 2)))
    if r.random() < 0.2: lines.append("USER app")
    return "\n".join(lines) + "\n"

def runs(text):
    """The shell text of each RUN, as a builder passes it to the shell."""
    return [shell_text(rest, bodies) for keyword, rest, bodies in instructions(text) if keyword == "RUN"]

def behavior(shell, text, fail, scratch):
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(os.path.join(scratch, "d1"))
    log = scratch + ".log"
    out, code = "", 0
    prelude = ("shopt -s expand_aliases\n" if shell == "bash" else "") + STUBS
    with open(log, "wb") as sink:
        for command in runs(text):
            done = subprocess.run([shell, "-c", f"exec 9>>'{log}'\n{prelude}\n{command}"], cwd=scratch, capture_output=True, text=True, timeout=60,
                                  env={"PATH": "/nonexistent", "S": scratch, "FAIL": fail, "A": "one", "B": "two", "FOO": "three"}, executable=shutil.which(shell))
            out += done.stdout
            code = done.returncode
            if code: break
    files = sorted(os.path.relpath(os.path.join(root, name), scratch) for root, directories, names in os.walk(scratch) for name in names + directories)
    with open(log, encoding="utf-8") as source: return code, files, source.read(), out

def differs(code, before, after, removed, ignored):
    def reduced(text):
        for pattern, instead in removed: text = re.sub(pattern, instead, text)
        return text
    def plain(one): return one[0], [name for name in one[1] if name not in ignored], reduced(one[2]), reduced(one[3])
    before, after = plain(before), plain(after)
    if before == after: return None
    if code in STOPS and after[0] != 0 and before[2].startswith(after[2]) and set(after[1]) <= set(before[1]): return None
    return "; ".join(f"{what}: {a!r} became {b!r}" for what, a, b in zip(["exit code", "files", "log", "output"], before, after) if a != b)

def family(code):
    base, about, removed, ignored = FAMILIES[code]
    r = random.Random(f"{options.seed} {code}")
    directory = tempfile.mkdtemp(prefix="equivalence-")
    try:
        cases = {}
        for number in range(options.cases):
            text = case(r, base, about)
            keys = ["apt-get:update", "apt-get:install", "apk:add", "rpm:install", "pip:install", "make", "curl", "git", "build", "date", "useradd", "wget"]
            keys += [f"{name}:install" for name in ("npm", "gem", "bundle", "composer", "conda") if code.startswith("DW210")]
            cases[number] = (text, " ".join(key for key in keys if r.random() < 0.12))
            with open(os.path.join(directory, f"{number:05}.Dockerfile"), "w") as out: out.write(text)
        unsafe = [] if code in ONLY_SAFE else ["--unsafe-fixes=high"]
        subprocess.run([dockwright, "check", "--isolated", "--quiet", "--preview", f"--fix-only={code}", f"--extend-select={code}", *unsafe, directory],
                       stdout=subprocess.DEVNULL, check=False)
        changed, wrong = 0, []
        for number, (before, fail) in cases.items():
            with open(os.path.join(directory, f"{number:05}.Dockerfile")) as source: after = source.read()
            if after == before: continue
            changed += 1
            for shell in shells:
                scratch = os.path.join(directory, "scratch")
                first = behavior(shell, before, fail, scratch)
                second = behavior(shell, after, fail, scratch)
                difference = differs(code, first, second, removed, ignored)
                if difference: wrong.append((number, shell, fail, difference, before, after))
        return code, changed, wrong
    finally:
        shutil.rmtree(directory, ignore_errors=True)

shells = [shell for shell in ("sh", "bash") if shutil.which(shell)]
codes = options.code or list(FAMILIES)
bad = False
with ThreadPoolExecutor(2) as pool:
    for code, changed, wrong in pool.map(family, codes):
        print(f"{code}: {options.cases} cases, {changed} changed, {len(wrong)} differ", flush=True)
        bad |= bool(wrong) or (not changed and code not in OPTIONAL)
        for number, shell, fail, difference, before, after in wrong[:3]:
            print(f"  case {number} under {shell}, failing: {fail}\n  {difference}\n--- before\n{before}--- after\n{after}")
        if options.keep:
            os.makedirs(options.keep, exist_ok=True)
            for number, shell, fail, difference, before, after in wrong:
                with open(os.path.join(options.keep, f"{code}-{number}-{shell}.Dockerfile"), "w") as out: out.write(f"# {fail} | {difference}\n{before}\n{after}")
sys.exit(bad)
