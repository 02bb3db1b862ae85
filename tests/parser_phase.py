#!/usr/bin/env python3
"""Compare how `dockwright syntax` reads files with BuildKit's own parser: its first phase, lines to instructions.

usage: parser_phase.py [--jobs N] BINARY FOLDER...

Needs the PyPI package `dockerfile`, which wraps that parser (it takes unknown instructions and flags, so it says
nothing of later phases). For each Dockerfile below the FOLDERs: does the first phase refuse it; if not, has each
instruction the same name, lines, flags and heredocs. A row is printed for each file that differs; the exit code is
1 where any does. The parser in the package is somewhat older than BuildKit of today: a second `check` directive, a
blank in `<< EOF`, heredocs of lines that are joined, and text behind a JSON array are other things to it. 20,000 files that nobody wrote:

  tests/mutants.py --for buildkit --count 20000 OUT FOLDER...
  tests/parser_phase.py target/debug/dockwright OUT
"""
import argparse, bisect, collections, concurrent.futures, json, os, subprocess, sys
import dockerfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--jobs", type=int, default=2)
parser.add_argument("binary")
parser.add_argument("folders", nargs="+")
options = parser.parse_args()


def theirs(text):
    try: commands = dockerfile.parse_string(text)
    except dockerfile.GoParseError as error: return str(error), []
    return None, [((c.cmd or "").upper(), c.start_line, c.end_line, len(c.flags), [h.name for h in c.heredocs]) for c in commands]


def ours(path, text):
    answer = subprocess.run([options.binary, "syntax", path], capture_output=True)
    tree = json.loads(answer.stdout)
    source = text.encode()
    starts = [0] + [at + 1 for at, byte in enumerate(source) if byte == 10]
    line = lambda offset: bisect.bisect_right(starts, offset)
    # A file without any instruction is refused there, too.
    refused = [error["message"] for error in tree["errors"] if error["phase"] == "parse" or error["message"] == "the file is empty"]
    if refused: return refused[0], []
    rows = []
    for item in tree["items"]:
        if item["kind"] != "instruction": continue
        start, end = item["span"]
        # The newline belongs to the item.
        last = end - 1 if end > start and source[end - 1 : end] == b"\n" else end
        # The package has no names for those behind ONBUILD; the lines tell whether they were read.
        heredocs = [] if item["instruction"] == "ONBUILD" else item["heredocs"]
        rows.append(((item["keyword"] or {"text": ""})["text"].upper(), line(start), line(last), len(item["flags"]), [h["name"] for h in heredocs]))
    return None, rows


def compare(path):
    with open(path, "rb") as file: raw = file.read()
    # The package takes text only, and no NUL.
    try: text = raw.decode()
    except ValueError: return path, None
    if "\0" in text: return path, None
    (their_error, their_rows), (our_error, our_rows) = theirs(text), ours(path, text)
    if bool(their_error) != bool(our_error): return path, f"refused: {their_error!r} / {our_error!r}"
    for pair in zip(their_rows + [None] * len(our_rows), our_rows + [None] * len(their_rows)):
        if pair[0] != pair[1]: return path, f"{pair[0]} / {pair[1]}"
    return path, ""


files = sorted(os.path.join(root, name) for folder in options.folders for root, _, names in os.walk(folder) for name in names
               if "dockerfile" in name.lower())
different, refused, skipped, kinds = 0, 0, 0, collections.Counter()
with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
    for path, row in pool.map(compare, files):
        if row is None: skipped += 1
        elif row:
            different += 1
            print(f"{path}\n    {row}", flush=True)
print(f"{len(files) - different - skipped} of {len(files) - skipped} files alike; {skipped} are no UTF-8 text")
sys.exit(1 if different else 0)
