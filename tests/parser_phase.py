#!/usr/bin/env python3
"""Compares how `dockwright syntax` reads files with the first phase of BuildKit's parser, from lines to instructions.

usage: parser_phase.py [--jobs N] BINARY DIRECTORY...

Needs the PyPI package `dockerfile`, which wraps that parser (it accepts unknown instructions and flags, so it shows
nothing about later phases). For each Dockerfile below the DIRECTORYs: whether the first phase rejects it; if not, whether
each instruction has the same name, lines, flags and heredocs. A row is printed for each file that differs; the exit status
is then 1. The parser in the package is older than current BuildKit: it reads a second `check` directive, a space in
`<< EOF`, heredocs of joined lines, and text after a JSON array differently. 20,000 generated variants:

  tests/mutants.py --for buildkit --count 20000 OUT DIRECTORY...
  tests/parser_phase.py target/debug/dockwright OUT
"""
import argparse, bisect, collections, concurrent.futures, json, os, subprocess, sys
import dockerfile

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--jobs", type=int, default=2)
parser.add_argument("binary")
parser.add_argument("directories", nargs="+")
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
    # A file without instructions is rejected there, too.
    refused = [error["message"] for error in tree["errors"] if error["phase"] == "parse" or error["message"] == "the file is empty"]
    if refused: return refused[0], []
    rows = []
    for item in tree["items"]:
        if item["kind"] != "instruction": continue
        start, end = item["span"]
        # The newline belongs to the item.
        last = end - 1 if end > start and source[end - 1 : end] == b"\n" else end
        # The package has no names for instructions after ONBUILD; the lines show whether they were read.
        heredocs = [] if item["instruction"] == "ONBUILD" else item["heredocs"]
        rows.append(((item["keyword"] or {"text": ""})["text"].upper(), line(start), line(last), len(item["flags"]), [h["name"] for h in heredocs]))
    return None, rows


def compare(path):
    with open(path, "rb") as file: raw = file.read()
    # The package accepts only text without NUL.
    try: text = raw.decode()
    except ValueError: return path, None
    if "\0" in text: return path, None
    (their_error, their_rows), (our_error, our_rows) = theirs(text), ours(path, text)
    if bool(their_error) != bool(our_error): return path, f"refused: {their_error!r} / {our_error!r}"
    for pair in zip(their_rows + [None] * len(our_rows), our_rows + [None] * len(their_rows)):
        if pair[0] != pair[1]: return path, f"{pair[0]} / {pair[1]}"
    return path, ""


files = sorted(os.path.join(root, name) for directory in options.directories for root, _, names in os.walk(directory) for name in names
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
