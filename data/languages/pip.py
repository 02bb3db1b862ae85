#!/usr/bin/env python3
"""Measures what `pip install` adds: pip.tsv, which pack.py packs for the program.

    python3.12 data/languages/pip.py DIRECTORY [--count 300] [--jobs 2]

Run it with a CPython on Linux (x86-64) that has `pip`, `uv` and `packaging`. The names in pip-names.txt (most used
in Dockerfiles first) are resolved one by one with `uv pip compile`, until `--count` of them have been. Every
distribution that this finds is fetched once with `pip wheel --no-deps` and read:

    files      bytes of the unpacked files, with the scripts that pip generates
    compiled   bytes of the byte code that pip writes next to the modules
    archive    bytes of the archive, which is what pip's cache keeps
    needs      what it requires on this platform; an extra is a row of its own, `uvicorn[standard]`

DIRECTORY keeps what was resolved and measured, so that an interrupted run continues. GPU libraries, and archives of
more than LIMIT bytes, are written without sizes.
"""
import argparse
import json
import marshal
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from email.parser import Parser
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-cache-dir"]
LIMIT = 400_000_000
BATCH = 12
# GPU libraries: too large to download for a table.
LARGE = ("nvidia-", "torch", "tensorflow", "triton", "jaxlib", "cupy", "vllm", "tensorrt", "xformers", "flashinfer")
# pip generates a script for each entry point.
SCRIPT = 220
SITE = f"/usr/local/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages/"


def resolve(name, cache):
    """What an installer would take for a name: name -> version, or None."""
    kept = cache / f"{name}.resolved"
    if not kept.exists():
        command = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--no-header", "--no-annotate", "-"]
        try:
            done = subprocess.run(command, input=name, capture_output=True, text=True, timeout=240, check=False)
        except subprocess.TimeoutExpired:
            return None
        kept.write_text(done.stdout if done.returncode == 0 else "")
    lines = [line.split(";")[0].strip() for line in kept.read_text().splitlines()]
    found = dict(line.split("==") for line in lines if "==" in line and " " not in line)
    return {canonicalize_name(name): version for name, version in found.items()} or None


def needs(requirements, extra=None):
    """The requirements that hold on this platform, in this extra only if one is named."""
    found = []
    for text in requirements:
        requirement = Requirement(text)
        marker = requirement.marker
        always = marker is None or marker.evaluate({"extra": ""})
        holds = not always and marker.evaluate({"extra": extra}) if extra else always
        if not holds:
            continue
        name = canonicalize_name(requirement.name)
        extras = sorted(map(canonicalize_name, requirement.extras))
        found += [f"{name}[{one}]" for one in extras] or [name]
    return sorted(set(found))


def measure(wanted, cache):
    """Measures distributions that were not measured before."""
    wanted = [one for one in wanted if not one[0].startswith(LARGE) and not kept(*one, cache).exists()]
    for batch in [wanted, *([one] for one in wanted)]:
        missing = [one for one in batch if not kept(*one, cache).exists()]
        if not missing:
            continue
        with tempfile.TemporaryDirectory() as directory:
            command = [*PIP, "wheel", "-q", "--no-deps", "-w", directory, *("==".join(one) for one in missing)]
            try:
                subprocess.run(command, capture_output=True, timeout=900, check=False)
            except subprocess.TimeoutExpired:
                pass
            for path in Path(directory).glob("*.whl"):
                name = canonicalize_name(path.name.split("-")[0])
                version = next((version for own, version in missing if own == name), None)
                if version and path.stat().st_size <= LIMIT:
                    kept(name, version, cache).write_text(json.dumps(unpacked(path)))


def kept(name, version, cache):
    return cache / f"{name}-{version}.size"


def unpacked(path):
    files = compiled = 0
    requires = []
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            files += entry.file_size
            name = entry.filename
            if name.endswith(".dist-info/METADATA"):
                requires = Parser().parsestr(archive.read(entry).decode(errors="replace")).get_all("Requires-Dist", [])
            if name.endswith("entry_points.txt"):
                lines = archive.read(entry).decode(errors="replace").splitlines()
                files += SCRIPT * sum("=" in line for line in lines if not line.startswith("["))
            if name.endswith(".py") and ".data/scripts/" not in name:
                compiled += byte_code(archive.read(entry), SITE + name.split(".data/purelib/")[-1])
    return [files, compiled, path.stat().st_size, requires]


def byte_code(source, name):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return 16 + len(marshal.dumps(compile(source, name, "exec", dont_inherit=True)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("directory", type=Path)
    arguments.add_argument("--count", type=int, default=300)
    arguments.add_argument("--jobs", type=int, default=2)
    arguments = arguments.parse_args()
    cache = arguments.directory.absolute()
    cache.mkdir(parents=True, exist_ok=True)
    names = HERE.joinpath("pip-names.txt").read_text().split()
    resolved = {}
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for at in range(0, len(names), 20):
            batch = names[at : at + 20]
            for name, found in zip(batch, pool.map(lambda name: resolve(name, cache), batch)):
                if found and len(resolved) < arguments.count:
                    resolved[name] = found
            if len(resolved) >= arguments.count:
                break
        votes = defaultdict(Counter)
        for found in resolved.values():
            for name, version in found.items():
                votes[name][version] += 1
        # Those that most names need come first.
        by_use = sorted(votes.items(), key=lambda one: (-one[1].total(), one[0]))
        chosen = {name: count.most_common(1)[0][0] for name, count in by_use}
        all_of = list(chosen.items())
        batches = [all_of[at : at + BATCH] for at in range(0, len(all_of), BATCH)]
        list(pool.map(lambda batch: measure(batch, cache), batches))
    rows, requires = {}, {}
    for name, version in chosen.items():
        size = kept(name, version, cache)
        files, compiled, archive, requires[name] = json.loads(size.read_text()) if size.exists() else ["", "", "", []]
        rows[name] = [name, version, files, compiled, archive, needs(requires[name])]
    # Extras that Dockerfiles ask for, or that others need; with what they need if all of it was found.
    asked = {one for row in rows.values() for one in row[-1] if "[" in one}
    asked |= set(HERE.joinpath("pip-extras.txt").read_text().split())
    while asked:
        one = asked.pop()
        name, extra = one.rstrip("]").split("[")
        if one in rows or name not in chosen:
            continue
        of_extra = [need for need in needs(requires[name], extra) if need.split("[")[0] in chosen]
        rows[one] = [one, chosen[name], 0, 0, 0, sorted({name, *of_extra})]
        asked |= {need for need in of_extra if "[" in need}
    pip = subprocess.run([*PIP, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    lines = [f"# measured on {date.today()} with CPython {'.'.join(map(str, sys.version_info[:3]))} and pip {pip}"]
    lines.append("name version files compiled archive needs".replace(" ", "\t"))
    lines += ["\t".join(map(str, [*row[:-1], " ".join(row[-1])])) for _, row in sorted(rows.items())]
    HERE.joinpath("pip.tsv").write_text("\n".join(lines) + "\n")
    measured = sum(row[2] != "" for name, row in rows.items() if "[" not in name)
    print(f"{len(resolved)} names, {len(chosen)} distributions, {measured} measured")


if __name__ == "__main__":
    main()
