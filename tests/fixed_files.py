#!/usr/bin/env python3
"""Checks files after all fixes with other programs: a program that could read a file before must be able to afterwards.

usage: fixed_files.py [--engine COMMAND --sample N] [--unsafe LEVEL] [--cache FILE] DOCKWRIGHT DIRECTORY...

Copies the Dockerfiles below the DIRECTORYs, applies all fixes up to LEVEL (default: high) to the copies, and parses both
with the package `dockerfile` from PyPI, which is Docker's parser; run this with a Python that has it. With --engine, a
random sample of N changed files is passed to COMMAND FILE before and after: it must still accept what it accepted (it
exits with 0, and if it prints a JSON object, that has no "error"); the results are cached by content. Exit status 1 if a
file is rejected after the fixes only.
"""
import argparse, hashlib, json, os, random, re, shlex, subprocess, sys, tempfile

import dockerfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--engine")
parser.add_argument("--sample", type=int, default=500)
parser.add_argument("--unsafe", default="high")
parser.add_argument("--cache")
parser.add_argument("dockwright")
parser.add_argument("directories", nargs="+")
options = parser.parse_args()

def parsed(data):
    """The kinds of the instructions; None if the parser rejects the file."""
    try: return [command.cmd.lower() for command in dockerfile.parse_string(data.decode("utf-8", "surrogateescape"))]
    except Exception: return None

def error(output):
    """1 for a JSON object that reports an error."""
    try: return int(bool(json.loads(output).get("error")))
    except (ValueError, AttributeError): return 0

def reason(output):
    """The error of the engine, without names of files, images and lines."""
    try: text = json.loads(output)["error"]
    except (ValueError, KeyError, TypeError): text = output.splitlines()[-1] if output else "no answer"
    return re.sub(r'"[^"]*"|\S*[/:@]\S+|\b\d+\b', "…", str(text))[:100]

def is_name(name): return "dockerfile" in name.lower() or "containerfile" in name.lower()

sources = sorted(os.path.join(root, name) for directory in options.directories for root, _, names in os.walk(directory) for name in names if is_name(name))
with tempfile.TemporaryDirectory() as directory:
    before = {}
    for number, path in enumerate(sources):
        with open(path, "rb") as source: data = source.read()
        copy = os.path.join(directory, f"{number:06}.Dockerfile")
        with open(copy, "wb") as out: out.write(data)
        before[copy] = (path, data)
    command = [os.path.abspath(options.dockwright), "check", "--isolated", "--quiet", "--fix-only", f"--unsafe-fixes={options.unsafe}", directory]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    worse, changed, unreadable = [], [], 0
    for copy, (path, old) in before.items():
        with open(copy, "rb") as source: new = source.read()
        if new == old: continue
        changed.append((path, old, new))
        first, second = parsed(old), parsed(new)
        unreadable += first is None
        if first is not None and second is None: worse.append(path)
    print(f"{len(before)} files, {len(changed)} changed, of which Docker's parser refuses {unreadable} before; {len(worse)} only after")
    for path in worse: print(f"  {path}")

    if options.engine:
        known = {}
        if options.cache and os.path.exists(options.cache):
            with open(options.cache) as source: known = json.load(source)
        def answer(data):
            key = hashlib.sha256(data).hexdigest()
            if key not in known:
                copy = os.path.join(directory, "Dockerfile")
                with open(copy, "wb") as out: out.write(data)
                done = subprocess.run(shlex.split(options.engine) + [copy], capture_output=True, text=True)
                known[key] = [done.returncode or error(done.stdout), (done.stdout + done.stderr).strip()[-400:]]
                if options.cache:
                    with open(options.cache, "w") as out: json.dump(known, out)
            return known[key]
        random.seed(1)
        sample = random.sample(changed, min(options.sample, len(changed)))
        accepted = still = refused = 0
        reasons = {}
        for path, old, new in sample:
            first, second = answer(old), answer(new)
            accepted += first[0] == 0
            still += second[0] == 0
            if first[0]:
                reasons.setdefault(reason(first[1]), []).append(second[0] == 0)
            if first[0] == 0 and second[0] != 0:
                refused += 1
                worse.append(path)
                print(f"  {path}: the engine rejects it now\n    {second[1]}")
        print(f"{len(sample)} changed files at the engine, {accepted} accepted before and {still} after; {refused} accepted before and rejected after")
        for text, accepted_after in sorted(reasons.items(), key=lambda one: -len(one[1])):
            print(f"  {len(accepted_after)} rejected before ({sum(accepted_after)} of them accepted after): {text}")
sys.exit(bool(worse))
