#!/usr/bin/env python3
"""Checks, by running them, that fixes keep the control flow of RUN: the same commands and exit codes in every outcome.

usage: control_flow.py [--scripts N] [--seed N] [--keep DIR] DOCKWRIGHT

Dockerfiles are generated with RUNs of all shapes: `&&`, `||`, `;`, `|`, `!`, groups, subshells, `if`, loops, `case`,
functions, heredocs, on one line and on several, with comments. dockwright fixes them at each level. Then the RUNs of
both texts are run in a chroot, one after the other as a builder does, by `sh` and `bash`, with stub commands: once
with all commands successful, then with each command failing, each program missing, and each directory missing.
The commands (with working directory and an exported variable) and the exit codes are compared. Commands and flags that
fixes are declared to add or remove are not compared. An added clean-up fails unless its program ran successfully.

First, the comparison itself is checked: it must find a difference for each edit in WRONG and none for those in RIGHT.
Needs root, or user namespaces. Exit code 1 if anything differs.
"""
import argparse, os, random, re, shutil, subprocess, sys, tempfile
from run_texts import instructions, shell_text

# DW4005 adds `set -e`, after which a script stops at the first failure. Other faults must not look like that: it runs last.
STOPS = "DW4005"
LEVELS = [([], [STOPS]), (["--unsafe-fixes=low"], [STOPS]), (["--unsafe-fixes=mid"], [STOPS]), (["--unsafe-fixes=high"], [STOPS]), (["--unsafe-fixes=high"], [])]
# The maximum number of outcomes of a Dockerfile that are compared.
OUTCOMES = 10
# These move commands or packages, or add packages; equivalence.py and order_equivalence.py compare them.
MOVING = ["DW1101", "DW1102", "DW1103", "DW2301", "DW5001", "DW5002"]

# One program under many names. $FAIL is the command that fails, $MISSING the program that is not installed, and $KNOWN
# has the clean-ups that the original runs, or `all`. In a pipe, the right side waits for the left one, for a fixed order.
STUB = r"""#!/bin/sh
me=${0##*/}
[ "$PIPES" = no ] || while IFS= read -r _; do :; done
case $me in
  sudo) while :; do case $1 in -*) shift;; *) break;; esac; done; exec "$@";;
  env) while :; do case $1 in *=*) export "$1"; shift;; *) break;; esac; done; exec "$@";;
  timeout) shift; exec "$@";;
  xargs) exec "$@";;
  apt) me=apt-get;;
esac
key=$me; clean=
for a; do
  case $a in
    ""|-y|-l|--no-install-recommends|ca-certificates|--no-cache|--update|-U|--no-cache-dir|--no-document|--progress=*|--setopt=*) ;;
    *) key="$key $a";;
  esac
done
case $key in
  "rm "*/var/lib/apt/lists*|"rm "*/var/cache*|"rm "*/root/*|"rm "*docker-clean|"rm "*got|"rm "*".gem"*|"ln "*/etc/apk/cache*|"rm /etc/apk/cache") clean=rm;;
  *" clean"*|*" cache "*|*" clear-cache"*|"gem env"*|"apk update") clean=$me;;
esac
if [ "$MISSING" = "$me" ]; then exit 127; fi
if [ "$clean" ]; then
  echo "$key" >> /cleaned
  [ "$clean" = rm ] || [ -e "/worked.$clean" ] || case "$KNOWN" in all|*"|$key|"*) ;; *) exit 127;; esac
  exit 0
fi
printf '%s in %s with %s\n' "$key" "$PWD" "${V-}" >> /log
[ "$me" != date ] || echo now
[ "$FAIL" = "$key" ] && exit 3
: > "/worked.$me"
exit 0
"""
NAMES = """apt-get apt apk yum dnf microdnf zypper pip npm yarn gem bundle composer conda make curl wget git tar cat rm ln mkdir
touch useradd date build sudo env timeout xargs tee sed grep id""".split()
# Every image with a shell has these.
BASIC = ["cat", "rm", "ln", "mkdir", "touch", "date", "env", "id", "sed", "grep", "tee", "xargs", "timeout"]
DIRECTORIES = ["/srv/app", "/srv/app/d1", "/opt", "/tmp"]

OTHERS = ["make all", "curl -fsSL https://example.org/x", "git clone x", "build --fast", "touch f", "[ -d d1 ]", "true", "false", "make > out",
          "useradd -u 123456 app", "wget -O got https://example.org/x", "rm -rf f", "export V=a", "V=b", "cd /opt", "cd d1", "sed -i x f", "echo $A > note",
          "echo `date`", "touch $A", "git tag $(date)", "set -e", "set -ex", "umask 022", "sleep=1", ":", "id app", "mkdir -p new", "tar xzf got", "grep x f", "build 2>&1", "exit 0", "exit 3"]
MANAGERS = {
    "debian:12": ["apt-get update", "apt-get install -y vim", "apt-get install curl git", "apt-get -qq install -y gcc make", "apt install -y wget", "apt-get clean",
                  "rm -rf /var/lib/apt/lists/*", "sudo apt-get install -y vim", "/usr/bin/apt-get install -y vim", "env DEBIAN_FRONTEND=noninteractive apt-get install -y tzdata",
                  "timeout 60 apt-get update", "xargs apt-get install -y", "apt-get update && apt-get install -y git", "apt-get purge -y gcc"],
    "centos:7": ["yum install -y vim", "yum install gcc make", "yum -y update", "yum clean all", "sudo yum install -y git", "yum makecache"],
    "fedora:40": ["dnf install -y vim", "dnf install gcc", "dnf clean all", "dnf -y upgrade", "microdnf install -y git"],
    "opensuse/leap:15.5": ["zypper install -y vim", "zypper -n install gcc", "zypper clean", "zypper in git"],
    "alpine:3.20": ["apk add vim", "apk add --no-cache git", "apk update", "apk add --update gcc", "rm -rf /var/cache/apk/*", "apk del gcc"],
    "python:3.12": ["pip install x", "pip install --no-cache-dir y", "pip install -r requirements.txt", "rm -rf /root/.cache/pip"],
    "node:20": ["npm ci", "npm install -g x", "yarn install", "yarn cache clean", "npm cache clean --force", "npm run build"],
    "ruby:3.3": ["gem install rake", "bundle install"],
    "php:8.3-cli": ["composer install", "composer require x/y"],
    "continuumio/miniconda3:24.5.0-0": ["conda install -y numpy", "conda clean -ay", "pip install x"],
}

# Texts of a RUN: what must be found to differ, and what must be equal. The image has no yum in one of the outcomes.
WRONG = [("yum install -y a || make b", "yum install -y a || make b && yum clean all"), ("yum install -y a; make b", "yum install -y a; make b && yum clean all"),
         ("make a || true", "make a && true"), ("make a; make b", "make a && make b"), ("make a | make b", "make a && make b"), ("! make a && make b", "make a && make b"),
         ("make a && make b || make c", "make a && { make b || make c; }"), ("(cd d1; make a); make b", "cd d1; make a; make b"), ("make a || { make b; make c; }", "make a || make b; make c"),
         ("if make a; then yum install -y b; fi", "if make a; then yum install -y b; fi && yum clean all"), ("export V=a && make b", "make b && export V=a"),
         ("make a\nmake b", "make a && make b"), ("set -e; make a; make b || true", "make a; make b || true"), ("cd d1; make a", "cd d1 && make a"),
         ("make a; exit 0", "make a"), ("make a & wait", "make a"), ("yum install -y a | make b", "yum install -y a | make b && yum clean all")]
RIGHT = [("yum install -y a || make b", "{ yum install -y a && yum clean all; } || make b"), ("yum install -y a; make b", "yum install -y a && yum clean all; make b"),
         ("make a && make b || make c", "{ make a && make b; } || make c"), ("apt install -y a && make b", "apt-get install -y --no-install-recommends a ca-certificates && rm -rf /var/lib/apt/lists/* && make b"),
         ("apk update && apk add a", "apk add --no-cache a"), ("echo `date`", "echo $(date)"), ("cd d1; make a", "cd d1 || exit; make a"), ("make a", "make a\n")]


def connector(r, heredoc):
    if heredoc:
        return r.choices([" && ", " || ", "; ", "\n", " && \\\n    ", " ||\n  ", "\n# a comment (with ' and `\n", "\n\n"], [4, 3, 2, 8, 2, 1, 1, 1])[0]
    return r.choices([" && ", " || ", "; ", " && \\\n    ", " \\\n && ", " \\\n  # a comment (with ' and `\n  || ", "; \\\n  ", " || \\\n  "], [6, 4, 4, 3, 2, 1, 1, 1])[0]


def simple(r, base):
    return r.choice(MANAGERS[base]) if r.random() < 0.55 else r.choice(OTHERS)


def command(r, base, depth, heredoc):
    shape = r.random()
    if depth > 1 or shape < 0.62:
        return simple(r, base)
    inner = lambda: sequence(r, base, depth + 1, heredoc, r.choice([1, 1, 2, 2, 3]))
    end = "\n" if heredoc and r.random() < 0.5 else "; "
    if shape < 0.70: return f"({inner()})" if r.random() < 0.5 else f"( {inner()} )"
    if shape < 0.78: return "{ " + inner() + end + "}"
    if shape < 0.85: return f"if {inner()}; then {inner()}{end}" + (f"else {inner()}{end}" if r.random() < 0.4 else "") + "fi"
    if shape < 0.89: return f"for i in a b; do {inner()}{end}done"
    if shape < 0.92: return f"while make loop; do {inner()}; break{end}done"
    if shape < 0.95: return f"case $A in one) {inner()} ;; *) {simple(r, base)} ;; esac"
    if shape < 0.97: return f"f() {{ {inner()}{end}}}; f"
    return f"V=$({simple(r, base)})"


def pipeline(r, base, depth, heredoc):
    text = command(r, base, depth, heredoc)
    shape = r.random()
    if not r.pipes: return text
    if shape < 0.10: return f"{text} | {simple(r, base)}"
    if shape < 0.13: return f"make list | {text}"
    return "! " + text if shape < 0.18 and not text.startswith("!") else text


def sequence(r, base, depth, heredoc, count):
    text = pipeline(r, base, depth, heredoc)
    for _ in range(count - 1):
        text += connector(r, heredoc) + pipeline(r, base, depth, heredoc)
    return text


def run(r, base):
    count = r.choice([1, 2, 2, 2, 3, 3, 4])
    shape = r.random()
    if shape > 0.3: return "RUN " + sequence(r, base, 0, False, count)
    body = sequence(r, base, 0, True, count)
    if shape < 0.03 and not r.pipes: return f"RUN make one && cat <<EOF > f && {simple(r, base)}\ntext\nEOF"
    if not r.pipes and shape < 0.2: return f"RUN {r.choice(['sh', 'bash', 'sh -e', 'bash -ex'])} <<'EOF' {r.choice(['', '|| make b', '&& make b'])}\n{body}\nEOF"
    start = r.choice(["", "", "", "set -e\n", "set -eu\n", "#!/bin/sh\n", "#!/bin/sh -e\n", "#!/bin/bash\n", "# a comment\n"])
    if r.random() < 0.1: return "RUN <<-EOF\n\t" + (start + body).replace("\n", "\n\t") + "\n\tEOF"
    return f"RUN <<{r.choice(['EOF', chr(39) + 'EOF' + chr(39)])}\n{start}{body}\nEOF"


def dockerfile(r):
    base = r.choice(list(MANAGERS))
    # Commands must not read the script of `sh <<EOF`, so they cannot wait for their standard input there.
    r.pipes = r.random() < 0.85
    lines = [f"FROM {base}", "ARG A=one", *r.choice([["WORKDIR /srv/app"], ["WORKDIR /srv/app"], []])]
    for _ in range(r.choice([1, 1, 1, 2])): lines.append(run(r, base))
    return "\n".join(lines) + "\n"


class Root:
    """A directory to chroot into, with the shells and the stubs."""

    def __init__(self, path):
        self.path = path
        for name in ("usr/bin", "bin", "stub"): os.makedirs(os.path.join(path, name))
        for shell in ("sh", "bash"):
            program = os.path.realpath(shutil.which(shell))
            shutil.copy(program, os.path.join(path, "bin", shell))
            for library in re.findall(r"(/\S+) \(0x", subprocess.run(["ldd", program], capture_output=True, text=True).stdout):
                os.makedirs(path + os.path.dirname(library), exist_ok=True)
                shutil.copy(library, path + library)
        with open(os.path.join(path, "stub/stub"), "w") as out: out.write(STUB)
        os.chmod(os.path.join(path, "stub/stub"), 0o755)
        for name in NAMES: os.symlink("/stub/stub", os.path.join(path, "usr/bin", name))
        self.kept = set(os.listdir(path))
        chroot = shutil.which("chroot") or "/usr/sbin/chroot"
        self.enter = [chroot, path] if os.geteuid() == 0 else [shutil.which("unshare"), "-r", chroot, path]

    def build(self, shell, steps, outcome):
        """The commands that ran, the exit code, the clean-ups, and whether a `cd` failed."""
        for name in set(os.listdir(self.path)) - self.kept:
            where = os.path.join(self.path, name)
            shutil.rmtree(where) if os.path.isdir(where) else os.remove(where)
        for name in DIRECTORIES:
            if outcome.get("directory") != name: os.makedirs(self.path + name, exist_ok=True)
        os.makedirs(self.path + "/dev", exist_ok=True)
        open(self.path + "/dev/null", "w").close()
        open(self.path + "/log", "w").close()
        open(self.path + "/cleaned", "w").close()
        open(self.path + "/errors", "w").close()
        lines = []
        for number, (directory, text) in enumerate(steps):
            first = re.match(r"#!/bin/(sh|bash)(.*)\n", text)
            with open(f"{self.path}/script{number}", "w") as out: out.write(text)
            how = f"{first[1]}{first[2]} /script{number}" if first else f'{shell} -c "$(cat_file /script{number})"'
            lines.append(f"(cd {directory} || exit 9; {how}) </dev/null >/dev/null 2>>/errors || exit $?")
        driver = 'cat_file() { while IFS= read -r l || [ "$l" ]; do printf "%s\\n" "$l"; done < "$1"; }\n' + "\n".join(lines)
        environment = {"PATH": "/usr/bin:/bin", "A": "one", "FAIL": outcome.get("fail", ""), "MISSING": outcome.get("missing", ""), "KNOWN": outcome.get("known", ""),
                       "PIPES": "no" if any("<<" in text for _, text in steps) else "yes"}
        code = subprocess.run([*self.enter, "/bin/sh", "-c", driver], env=environment, stdin=subprocess.DEVNULL, timeout=60).returncode
        read = lambda name: open(self.path + name).read().splitlines()
        with open(self.path + "/errors", errors="replace") as errors: cd_failed = " cd: " in errors.read()
        return read("/log"), code, read("/cleaned"), cd_failed


def steps(text):
    """The working directory and the shell text of each RUN."""
    found, directory = [], "/"
    for keyword, rest, bodies in instructions(text):
        if keyword == "WORKDIR": directory = os.path.normpath(os.path.join(directory, rest))
        if keyword == "RUN": found.append((directory, shell_text(re.sub(r"^(--\S+\s+)+", "", rest), bodies)))
    return found


def same(first, second, outcome, stops):
    """`first` and `second`: the commands that ran, and the exit code. `stops`: what makes scripts stop that a fix has added."""
    plain = lambda log: log if "directory" not in outcome else [re.sub(r" in \S+", "", line) for line in log]
    if plain(first[0]) == plain(second[0]) and first[1] == second[1]: return True
    if "set -e" in stops and second[1] != 0 and first[0][: len(second[0])] == second[0]: return True
    # In a subshell of a pipe, `|| exit` and `set -e` skip the rest of the subshell only.
    rest = iter(first[0])
    is_shorter = all(line in rest for line in second[0]) and (second[1] != 0 or first[1] == 0)
    return is_shorter and (("|| exit" in stops and first[3]) or ("set -e" in stops and bool(outcome)))


def difference(root, shell, before, variants):
    """The first outcome in which one of the variants differs from `before`, and what differs."""
    old, outcomes, seen, tried = steps(before), [{}], set(), 0
    r = random.Random(before)
    while outcomes and tried < OUTCOMES:
        outcome = outcomes.pop(r.randrange(len(outcomes)))
        tried += 1
        first = root.build(shell, old, outcome | {"known": "all"})
        for line in first[0]:
            for one in ({"fail": line.split(" in /")[0]}, {"missing": line.split(" ")[0]}):
                if str(one) not in seen and one.get("missing") not in BASIC: outcomes.append(one); seen.add(str(one))
        if not outcome: outcomes += [{"directory": name} for name in DIRECTORIES[1:3] if f"cd {name}" in before or f"cd {os.path.basename(name)}" in before]
        for variant in variants:
            new = steps(variant)
            # A directory that WORKDIR creates cannot be missing.
            if "directory" in outcome and variant.count("WORKDIR") != before.count("WORKDIR"): continue
            second = root.build(shell, new, outcome | {"known": "|" + "|".join(first[2]) + "|"})
            stops = [text for text in ("|| exit", "set -e") if variant.count(text) > before.count(text)]
            # Both sides of a pipe may finish in another order on a busy machine.
            for _ in range(4 if "|" in variant else 0):
                if same(first, second, outcome, stops): break
                first = root.build(shell, old, outcome | {"known": "all"})
                second = root.build(shell, new, outcome | {"known": "|" + "|".join(first[2]) + "|"})
            if not same(first, second, outcome, stops): return outcome, first[:2], second[:2], variant
    return None


def check_comparison(root):
    frame = "FROM debian:12\nWORKDIR /srv/app\nRUN <<EOF\n{}\nEOF\n"
    wrong = []
    for expected, pairs in ((True, WRONG), (False, RIGHT)):
        for before, after in pairs:
            if (difference(root, "sh", frame.format(before), [frame.format(after)]) is not None) != expected: wrong.append((before, after, expected))
    for before, after, expected in wrong:
        print(f"the comparison {'misses' if expected else 'reports'} {before!r} -> {after!r}")
    return not wrong


def fixed(dockwright, texts):
    """The texts after the fixes of each level: a list of sets."""
    results = [set() for _ in texts]
    for level, without in LEVELS:
        with tempfile.TemporaryDirectory(prefix="control-flow-") as directory:
            names = [os.path.join(directory, f"{number:05}.Dockerfile") for number in range(len(texts))]
            for name, text in zip(names, texts):
                with open(name, "w") as out: out.write(text)
            subprocess.run([dockwright, "check", "--isolated", "--quiet", "--preview", "--select=ALL", f"--ignore={','.join(MOVING + without)}", "--fix", *level, directory], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for name, text, result in zip(names, texts, results):
                with open(name) as source: after = source.read()
                if after != text: result.add(after)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scripts", type=int, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="where to write the Dockerfiles that differ")
    parser.add_argument("dockwright")
    options = parser.parse_args()
    dockwright = shutil.which(options.dockwright) or os.path.abspath(options.dockwright)
    with tempfile.TemporaryDirectory(prefix="control-flow-") as directory:
        root = Root(os.path.join(directory, "root"))
        if not check_comparison(root): return 1
        r = random.Random(options.seed)
        texts = [dockerfile(r) for _ in range(options.scripts)]
        # A script with a syntax error compares nothing.
        texts = [text for text in texts if all(subprocess.run(["bash", "-n", "-c", script], capture_output=True).returncode == 0 for _, script in steps(text))]
        changed = differ = variants = 0
        for number, (text, after) in enumerate(zip(texts, fixed(dockwright, texts))):
            changed += bool(after)
            variants += len(after)
            for shell in ("sh", "bash") if number % 3 == 0 else ("sh",):
                found = difference(root, shell, text, sorted(after)) if after else None
                if found is None: continue
                differ += 1
                outcome, first, second, variant = found
                print(f"case {number} under {shell}, {outcome}\n  {first}\n  {second}\n--- before\n{text}--- after\n{variant}", flush=True)
                if options.keep:
                    os.makedirs(options.keep, exist_ok=True)
                    with open(os.path.join(options.keep, f"{number:05}.Dockerfile"), "w") as out: out.write(text)
                break
        print(f"{len(texts)} Dockerfiles, {changed} changed by fixes ({variants} different results), {differ} differ")
        return int(differ > 0 or changed * 3 < len(texts))


if __name__ == "__main__":
    sys.exit(main())
