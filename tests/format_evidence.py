#!/usr/bin/env python3
"""Compares what other programs read before and after `dockwright format`, on real files, mutants and generated scripts.

usage: format_evidence.py [options] DOCKWRIGHT DIR...
       format_evidence.py --scripts N DOCKWRIGHT

Copies the Dockerfiles below the DIRs and formats the copies. Comments that mark a file as generated are changed in the
copies, so that these files are formatted, too. Then it compares, file by file: what Docker's parser reads (the package
`dockerfile` from PyPI; run this with a Python that has it), the comments, and with --hadolint and --shellcheck the codes
that these programs report, without their positions. A second run must change nothing. With --dockerfmt, the same is done
with that formatter. --scripts generates N Dockerfiles and compares the effects of their RUNs under `sh` and `bash` in
scratch directories. Exit status 1 if anything differs.

Options:
  --hadolint PATH     compare the codes of hadolint
  --shellcheck PATH   compare the codes of ShellCheck for every command whose text changes
  --dockerfmt MODULE  directory of the npm package `@reteps/dockerfmt`, run with `node`
  --keep DIR          copy files that differ to this directory
  --seed N            seed for --scripts
"""
import argparse, collections, json, os, random, re, shutil, subprocess, sys, tempfile
from concurrent.futures import ThreadPoolExecutor

parser = argparse.ArgumentParser(usage=__doc__)
parser.add_argument("--hadolint")
parser.add_argument("--shellcheck")
parser.add_argument("--dockerfmt")
parser.add_argument("--keep")
parser.add_argument("--scripts", type=int)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("dockwright")
parser.add_argument("dirs", nargs="*")
options = parser.parse_args()
program = shutil.which(options.dockwright) or os.path.abspath(options.dockwright)

def shell_tokens(text):
    """The text with one space for each run of white space outside quotes, substitutions and escapes, and none around
    operators: an independent reading that shares no code with dockwright."""
    out, at, quotes = [], 0, []
    while at < len(text):
        c = text[at]
        top = quotes[-1] if quotes else ""
        if c == "\\" and top != "'":
            out.append(text[at:at + 2]); at += 2; continue
        if top == "'":
            if c == "'": quotes.pop()
        elif c == "'" and top != '"': quotes.append("'")
        elif c == '"':
            if top == '"': quotes.pop()
            else: quotes.append('"')
        elif c == "`":
            if top == "`": quotes.pop()
            else: quotes.append("`")
        elif text.startswith("$(", at): quotes.append(")"); out.append("$("); at += 2; continue
        elif text.startswith("${", at): quotes.append("}"); out.append("${"); at += 2; continue
        elif top == ")" and c == "(": quotes.append(")")
        elif top in (")", "}") and c == top: quotes.pop()
        elif not quotes and c == "#" and (at == 0 or text[at - 1] in " \t;&|("):
            out.append(text[at:]); break
        if not quotes and c in " \t":
            while at < len(text) and text[at] in " \t": at += 1
            out.append("\0"); continue
        if not quotes and c in ";&|()" :
            out += ["\0", c, "\0"]; at += 1; continue
        out.append(c); at += 1
    return re.sub("\0+", " ", "".join(out)).strip()

def read(data):
    """What Docker's parser reads; None if it rejects the file."""
    import dockerfile
    try: commands = dockerfile.parse_string(data.decode("utf-8", "surrogateescape"))
    except Exception: return None
    found = []
    for command in commands:
        kind = command.cmd.upper()
        value = list(command.value)
        sub = command.sub_cmd.upper() if command.sub_cmd else None
        if kind in ("RUN", "CMD", "ENTRYPOINT") and not command.json: value = [shell_tokens(one) for one in value]
        if kind == "HEALTHCHECK" and not command.json:
            value = [value[0].upper()] + [shell_tokens(one) for one in value[1:]] if value else value
        if kind == "FROM": value = [one.upper() if one.lower() == "as" else one for one in value]
        if kind == "ONBUILD":
            text = " ".join(command.original.split(None, 1)[1:])
            words = text.split(None, 1)
            sub = words[0].upper() if words else None
            value = [re.sub(r"\s+", "", shell_tokens(words[1]))] if len(words) > 1 else []
        heredocs = [(one.content, one.name if hasattr(one, "name") else "") for one in command.heredocs]
        found.append((kind, sub, command.json, command.flags, tuple(value), tuple(heredocs)))
    return found

def comments(data):
    """The texts of all lines that begin with `#`; parser directives without spaces around `=`."""
    lines = data.decode("utf-8", "replace").splitlines()
    texts = [line.strip().lstrip("#").strip() for line in lines if line.strip().startswith("#")]
    return [re.sub(r"^(syntax|escape|check)\s*=\s*", r"\1=", text) for text in texts]

def codes_of_hadolint(paths):
    """The codes by path; None for files that it rejects."""
    done = subprocess.run([options.hadolint, "--no-fail", "--config", "/dev/null", "-f", "json", *paths], capture_output=True, text=True)
    found = {path: collections.Counter() for path in paths}
    try: results = json.loads(done.stdout)
    except ValueError: return None
    for one in results: found.setdefault(one["file"], collections.Counter())[one["code"]] += 1
    return found

def in_batches(paths, call, size=60):
    """The codes of files, many at a time; one at a time if a file stops the others."""
    batches = [paths[at:at + size] for at in range(0, len(paths), size)]
    found = {}
    def work(batch):
        result = call(batch)
        if result is not None: return result
        return {path: (call([path]) or {path: None})[path] for path in batch}
    with ThreadPoolExecutor(2) as pool:
        for result in pool.map(work, batches): found.update(result)
    return found

def codes_of_shellcheck(paths):
    done = subprocess.run([options.shellcheck, "-s", "sh", "-f", "json", *paths], capture_output=True, text=True)
    found = {path: collections.Counter() for path in paths}
    try: results = json.loads(done.stdout)
    except ValueError: return None
    for one in results: found[one["file"]][one["code"]] += 1
    return found

def shell_texts(data):
    import dockerfile
    try: commands = dockerfile.parse_string(data.decode("utf-8", "surrogateescape"))
    except Exception: return []
    return [command.value[0] for command in commands if command.cmd.upper() == "RUN" and not command.json and command.value]

def unmarked(data):
    def line(found):
        return re.sub(rb"(?i)generated by", b"made by", re.sub(rb"(?i)do not edit", b"may edit", found[0]))
    return re.sub(rb"(?m)^\s*#.*$", line, data)

def is_name(name): return "dockerfile" in name.lower() or "containerfile" in name.lower()

def compare(name, run):
    """Formats copies with `run(paths)`, which formats files in place, and compares."""
    sources = sorted(os.path.join(root, one) for directory in options.dirs for root, _, names in os.walk(directory) for one in names if is_name(one))
    with tempfile.TemporaryDirectory() as directory:
        before = {}
        for number, path in enumerate(sources):
            with open(path, "rb") as source: data = unmarked(source.read())
            copy = os.path.join(directory, f"{number:06}.Dockerfile")
            with open(copy, "wb") as out: out.write(data)
            before[copy] = (path, data)
        notes = run(list(before))
        after = {}
        for copy in before:
            with open(copy, "rb") as source: after[copy] = source.read()
        run(list(before))
        again = 0
        for copy, data in after.items():
            with open(copy, "rb") as source: again += source.read() != data
        changed = [copy for copy in before if after[copy] != before[copy][1]]
        read_differently = [copy for copy in changed if (first := read(before[copy][1])) is not None and first != read(after[copy])]
        lost = [copy for copy in changed if comments(before[copy][1]) != comments(after[copy])]
        print(f"{name}: {len(before)} files, {len(changed)} changed, {len(read_differently)} read differently by Docker's parser, "
              f"{len(lost)} with other comments, {again} changed by a second run{notes}", flush=True)
        different = {"parser": read_differently, "comments": lost}
        def write(which):
            for copy in changed:
                with open(copy, "wb") as out: out.write(before[copy][1] if which == "before" else after[copy])
        if options.hadolint:
            write("before"); first = in_batches(changed, codes_of_hadolint)
            write("after"); second = in_batches(changed, codes_of_hadolint)
            different["hadolint"] = [copy for copy in changed if first.get(copy) != second.get(copy)]
            print(f"{name}: {len(different['hadolint'])} files for which hadolint reports other codes", flush=True)
            for copy in different["hadolint"][:20]:
                print("  ", before[copy][0], "gone:", dict((first[copy] or collections.Counter()) - (second[copy] or collections.Counter())), "new:", dict((second[copy] or collections.Counter()) - (first[copy] or collections.Counter())))
        if options.shellcheck:
            pairs = []
            for copy in changed:
                one, other = shell_texts(before[copy][1]), shell_texts(after[copy])
                pairs += [(copy, a, b) for a, b in zip(one, other) if a != b]
            texts = {}
            for _, a, b in pairs:
                for text in (a, b):
                    if text not in texts:
                        texts[text] = os.path.join(directory, f"{len(texts):06}.sh")
                        with open(texts[text], "w", errors="surrogateescape") as out: out.write(text + "\n")
            found = in_batches(list(texts.values()), codes_of_shellcheck)
            wrong = [(copy, a, b) for copy, a, b in pairs if found[texts[a]] != found[texts[b]]]
            different["shellcheck"] = sorted({copy for copy, _, _ in wrong})
            print(f"{name}: {len(pairs)} commands with another text, {len(wrong)} for which ShellCheck reports other codes", flush=True)
            for copy, a, b in wrong[:10]: print("  ", before[copy][0], found[texts[a]], found[texts[b]])
        for what, copies in different.items():
            for copy in copies[:20]: print(f"  {what}: {before[copy][0]}")
            if options.keep:
                os.makedirs(options.keep, exist_ok=True)
                for copy in copies:
                    base = os.path.join(options.keep, f"{name}-{what}-{os.path.basename(copy)}")
                    with open(base, "wb") as out: out.write(before[copy][1])
                    with open(base + ".after", "wb") as out: out.write(after[copy])
        return any(different.values()) or again

def with_dockwright(paths):
    done = subprocess.run([program, "format", "--isolated", os.path.dirname(paths[0])], capture_output=True, text=True)
    reasons = collections.Counter(re.sub(r"`[^`]*`", "…", one) for one in re.findall(r"not formatted: (.*)", done.stderr))
    unproved = [line for line in done.stderr.splitlines() if line.startswith("dockwright: error")]
    for line in unproved[:20]: print("  ", line)
    return f"; {len(unproved)} not proved; left alone: {dict(reasons)}"

NODE = """
import { formatDockerfileContents } from MODULE;
import fs from "fs";
for (const path of fs.readFileSync(0, "utf8").split("\\n").filter(Boolean)) {
  try {
    const old = fs.readFileSync(path, "utf8");
    const text = await formatDockerfileContents(old, { indent: 4, trailingNewline: true, spaceRedirects: false });
    if (text !== old) fs.writeFileSync(path, text);
  } catch (error) { console.log("failed " + path); }
}
"""

def with_dockerfmt(paths):
    failed = 0
    module = os.path.abspath(options.dockerfmt)
    entry = json.load(open(os.path.join(module, "package.json")))
    exports = entry.get("exports") or entry.get("main")
    while isinstance(exports, dict): exports = exports.get(".") or exports.get("node") or exports.get("import") or exports.get("default") or next(iter(exports.values()))
    code = NODE.replace("MODULE", json.dumps("file://" + os.path.join(module, exports)))
    with tempfile.NamedTemporaryFile("w", suffix=".mjs") as script:
        script.write(code); script.flush()
        # A file may stop the whole program: small batches.
        for at in range(0, len(paths), 50):
            batch = paths[at:at + 50]
            try:
                done = subprocess.run(["node", script.name], input="\n".join(batch), capture_output=True, text=True, timeout=300)
                failed += done.stdout.count("failed ") + (len(batch) if done.returncode else 0)
            except subprocess.TimeoutExpired: failed += len(batch)
    return f"; {failed} failed"

WORDS = ["a", "b c", "'x  y'", '"x  $A"', "$A", "${B:-n o}", "*.t", "$(echo 1  2)", "`echo q  r`", "a\\ b", "--f=1", "-n", "'#h'", "h#i"]

def script(r, depth=0):
    """A command that prints or writes files."""
    simple = lambda: r.choice(["echo", "printf '[%s]'", "say", "X=1 say"]) + "".join(" " + r.choice(WORDS) for _ in range(r.randint(1, 4))) + r.choice(["", "", " > f1", " >>f2", " 2>&1"])
    if depth > 2 or r.random() < 0.45: return simple()
    inner = lambda: script(r, depth + 1)
    glue = lambda one, other: one + r.choice([" && ", "&&", " || ", "; ", " ;", " | cat && ", " & wait; "]) + other
    return r.choice([
        lambda: glue(inner(), inner()), lambda: f"{{ {inner()}; }}", lambda: f"({inner()})", lambda: f"( {inner()} ; {inner()} )", lambda: f"! {{ {inner()}; }}",
        lambda: f"if {inner()}; then {inner()}; " + r.choice(["", f"else {inner()}; ", f"elif {inner()} ;then {inner()}; "]) + "fi",
        lambda: f"for i in {r.choice(WORDS)} {r.choice(WORDS)}; do {inner()}; done", lambda: f"case $A in o*|x) {inner()};; (*) {inner()} ;; esac",
        lambda: f"f() {{ {inner()}; }}; f", lambda: f"n=0; while [ $n -lt 2 ]; do n=$((n+1)); {inner()}; done", lambda: f"Y=$({inner()}) && echo \"$Y\"", lambda: f"{inner()} | sort > s{r.randrange(10 ** 6)}",
    ])()

def broken(r, text):
    """The text with line breaks, comments and empty lines at spaces outside quotes."""
    out, quote, depth = [], "", 0
    for at, c in enumerate(text):
        if c == "\\" or (at and text[at - 1] == "\\"): out.append(c); continue
        if quote: quote = "" if c == quote else quote
        elif c in "'\"`": quote = c
        elif text.startswith("$(", at) or text.startswith("${", at): depth += 1
        elif depth and c in ")}": depth -= 1
        if c == " " and not quote and not depth and r.random() < 0.25:
            out.append(r.choice([" \\\n    ", " \\\n", " \\\n# c\n ", " \\\n\n  ", "   \\  \n\t", " \\\n  \\\n  "]))
        else: out.append(c)
    return "".join(out)

def effects(shell, text, scratch):
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    prelude = "say() { printf '<%s>' \"$@\"; echo; }; A=one; B=; "
    done = subprocess.run([shell, "-c", prelude + text], cwd=scratch, capture_output=True, text=True, timeout=20, env={"PATH": os.environ["PATH"]})
    files = {name: open(os.path.join(scratch, name)).read() for name in sorted(os.listdir(scratch))}
    return done.returncode, done.stdout, files, bool(done.stderr)

def scripts():
    r = random.Random(options.seed)
    wrong = changed = unproved = 0
    with tempfile.TemporaryDirectory() as directory:
        texts = {}
        for number in range(options.scripts):
            path = os.path.join(directory, f"{number:05}.Dockerfile")
            lines = " && ".join(script(r) for _ in range(r.randint(1, 3)))
            texts[path] = "FROM debian:12\nRUN " + broken(r, lines) + "\n"
            with open(path, "w") as out: out.write(texts[path])
        done = subprocess.run([program, "format", "--isolated", directory], capture_output=True, text=True)
        unproved = done.stderr.count("dockwright: error")
        for path, before in texts.items():
            with open(path) as source: after = source.read()
            if after == before: continue
            changed += 1
            one, other = shell_texts(before.encode()), shell_texts(after.encode())
            for shell in ("sh", "bash"):
                first, second = (effects(shell, text[0], os.path.join(directory, "scratch")) for text in (one, other))
                if first != second:
                    wrong += 1
                    if wrong < 4: print(f"{shell}\n{before}{after}{first}\n{second}")
    print(f"scripts: {options.scripts} generated, {changed} changed, {unproved} not proved, {wrong} with other effects under sh or bash")
    return wrong or unproved

bad = scripts() if options.scripts else False
if options.dirs:
    bad |= bool(compare("dockwright", with_dockwright))
    if options.dockerfmt: compare("dockerfmt", with_dockerfmt)
sys.exit(bool(bad))
