#!/usr/bin/env python3
"""Compares `check --select buildkit` with the real `docker build --check`.

usage: buildkit_compare.py [--jobs N] [--every N] [--keep FILE] BINARY CHECK DIRECTORY...

CHECK is a program that prints, for a Dockerfile and a context directory, {"warnings": [{"rule", "line"}], "error": TEXT
or null, "error_line": LINE or null}: the result of `docker build --check`. (`--call=check,format=json` provides it:
`.warnings[]`, `.buildError.message` and `.buildError.location.ranges[0].start.line`. Images that the engine cannot
resolve must be replaced by one that it can.) Each Dockerfile below the DIRECTORYs (every N-th) is checked by both, alone
in an empty context and without digests. A row is printed for each difference: the pairs (rule, line) that only one of
them reports, or another result (rejected or not, and the line of the first error). --keep stores the results of CHECK by
content, so that a second run is quick. Exit status 1 if anything differs.

To compare on generated variants:
  tests/mutants.py --for buildkit --image debian:bookworm-slim --count 2000 OUT DIRECTORY...
  tests/buildkit_compare.py --keep answers.json target/debug/dockwright CHECK OUT
"""
import argparse, concurrent.futures, collections, hashlib, json, os, re, subprocess, sys, tempfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--jobs", type=int, default=2)
parser.add_argument("--every", type=int, default=1)
parser.add_argument("--keep")
parser.add_argument("binary")
parser.add_argument("check")
parser.add_argument("directories", nargs="+")
options = parser.parse_args()

kept = json.load(open(options.keep)) if options.keep and os.path.exists(options.keep) else {}
files = sorted(
    os.path.join(root, name) for directory in options.directories for root, _, names in os.walk(directory) for name in names
    if "dockerfile" in name.lower())[:: options.every]


def refusal_line(text):
    """The line that an error names, or None."""
    found = re.search(r"parse error on line (\d+)", text) or re.search(r"^Dockerfile:(\d+)", text, re.M)
    return int(found[1]) if found else None


def compare(path):
    text = re.sub(rb"@sha256:[0-9a-f]{64}", b"", open(path, "rb").read())
    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "Dockerfile")
        context = os.path.join(directory, "context")
        os.mkdir(context)
        with open(file, "wb") as out: out.write(text)
        key = hashlib.sha1(text).hexdigest()
        if key not in kept:
            answer = subprocess.run([options.check, file, context], capture_output=True, text=True, errors="replace")
            try: kept[key] = json.loads(answer.stdout)
            except ValueError: return path, "no answer: " + (answer.stderr or answer.stdout)[-200:]
        theirs = kept[key]
        answer = subprocess.run([options.binary, "check", "--isolated", "--select", "buildkit", "--context", context, "--format", "json", file], capture_output=True)
        ours = json.loads(answer.stdout)["diagnostics"]
    warnings = collections.Counter((w["rule"], w["line"]) for w in theirs["warnings"])
    mine = collections.Counter((d["code"], d["lines"]["start"]) for d in ours if d["code"] != "DL1000")
    refused = sorted(d["lines"]["start"] for d in ours if d["code"] == "DL1000" and d["severity"] in ("error", "warning"))
    messages = [d["message"] for d in ours if d["code"] == "DL1000"]
    rows = [f"only docker: {rule} line {line} ×{n}" for (rule, line), n in sorted((warnings - mine).items(), key=str)]
    rows += [f"only dockwright: {rule} line {line} ×{n}" for (rule, line), n in sorted((mine - warnings).items(), key=str)]
    if (theirs["error"] or "").startswith("lint violation found") and any(d["severity"] == "error" for d in ours):
        # `error=true`: the warnings are the error.
        return path, "\n".join("    " + row for row in rows)
    line = theirs.get("error_line") or refusal_line(theirs["error"] or "")
    if bool(theirs["error"]) != bool(refused):
        rows.append(f"verdict: docker {'refuses' if theirs['error'] else 'accepts'}: {theirs['error'] or messages}")
    elif refused and line and [line] != refused:
        rows.append(f"refused at line {line} by docker, {refused} by dockwright: {theirs['error'][:200]} / {messages}")
    return path, "\n".join("    " + row for row in rows)


def keep():
    """Stores the results, so that an interrupted run can continue."""
    with open(options.keep + ".new", "w") as out: json.dump(dict(kept), out)
    os.replace(options.keep + ".new", options.keep)


different, kinds = 0, collections.Counter()
with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
    for number, (path, rows) in enumerate(pool.map(compare, files), 1):
        if options.keep and number % 100 == 0: keep()
        if rows:
            different += 1
            print(path + "\n" + rows, flush=True)
            kinds.update(re.sub(r"\d+", "N", row.strip())[:70] for row in rows.split("\n"))
if options.keep: keep()
for kind, n in kinds.most_common(): print(f"{n:5} {kind}")
print(f"{len(files) - different} of {len(files)} files alike")
sys.exit(1 if different else 0)
