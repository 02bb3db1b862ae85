#!/usr/bin/env python3
"""Assembles the downloads of a release, and checks them.

usage: layout.py pack OUT SYSTEM-ARCH PROGRAM
       layout.py check OUT [SYSTEM-ARCH…]

`pack` adds the downloads for one platform (linux-x86_64, …) to OUT:

    dockwright-SYSTEM-ARCH[.exe]     the program alone
    dockwright-SYSTEM-ARCH.tar.gz    (.zip for Windows) with completions, man pages and licenses
    hadolint-SYSTEM-ARCH[.exe]       the same program under hadolint's names, which other tools download

PROGRAM must run on this machine, because it prints completions and man pages, or DOCKWRIGHT must name one that does.
`check` requires all downloads of the platforms (all platforms, if none is given), with the right content, and the
checksums of all of them in `sha256.txt`, which it writes if there is none.
"""
import hashlib, io, os, subprocess, sys, tarfile, zipfile

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
# The names of the platforms in hadolint's releases, for its replacement.
PLATFORMS = {
    "linux-x86_64": "hadolint-linux-x86_64",
    "linux-arm64": "hadolint-linux-arm64",
    "macos-x86_64": "hadolint-macos-x86_64",
    "macos-arm64": "hadolint-macos-arm64",
    "windows-x86_64": "hadolint-windows-x86_64.exe",
}
SHELLS = {"bash": "dockwright.bash", "zsh": "_dockwright", "fish": "dockwright.fish", "elvish": "dockwright.elv", "powershell": "dockwright.ps1"}
TEXTS = ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"]


def suffix(platform): return ".exe" if platform.startswith("windows") else ""
def program_name(platform): return f"dockwright-{platform}{suffix(platform)}"
def archive_name(platform): return f"dockwright-{platform}" + (".zip" if platform.startswith("windows") else ".tar.gz")
PROGRAMS = [program_name(platform) for platform in PLATFORMS]


def output(program, *arguments):
    return subprocess.run([program, *arguments], check=True, capture_output=True).stdout


def commands(program):
    """Every subcommand, those of subcommands too: `config update`."""
    pages = output(program, "man", "--list").decode().split("\n")
    return [page for page in pages if page]


def content(platform, program, runs):
    """Path in the archive, content and mode of each file."""
    yield f"dockwright{suffix(platform)}", open(program, "rb").read(), 0o755
    for text in TEXTS: yield text, open(os.path.join(HERE, text), "rb").read(), 0o644
    for shell, name in SHELLS.items(): yield f"completions/{name}", output(runs, "completions", shell), 0o644
    for page in commands(runs):
        words = page.split("-")[1:]
        yield f"man/{page}.1", output(runs, "man", *words), 0o644


def pack(out, platform, program):
    os.makedirs(out, exist_ok=True)
    binary = open(program, "rb").read()
    for name in (program_name(platform), PLATFORMS[platform]):
        with open(os.path.join(out, name), "wb") as file: file.write(binary)
        os.chmod(os.path.join(out, name), 0o755)
    directory = f"dockwright-{platform}"
    files = list(content(platform, program, os.environ.get("DOCKWRIGHT", program)))
    path = os.path.join(out, archive_name(platform))
    if path.endswith(".zip"):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data, _ in files: archive.writestr(f"{directory}/{name}", data)
    else:
        with tarfile.open(path, "w:gz") as archive:
            for name, data, mode in files:
                info = tarfile.TarInfo(f"{directory}/{name}")
                info.size, info.mode = len(data), mode
                archive.addfile(info, io.BytesIO(data))


def digest(path):
    with open(path, "rb") as file: return hashlib.sha256(file.read()).hexdigest()


def names_in(path):
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive: return {info.filename: info.file_size for info in archive.infolist()}
    with tarfile.open(path) as archive: return {member.name: member.size for member in archive.getmembers()}


def check(out, platforms):
    faults = []
    expected = []
    for platform in platforms:
        program, archive, other = program_name(platform), archive_name(platform), PLATFORMS[platform]
        expected += [program, archive, other]
        missing = [name for name in (program, archive, other) if not os.path.isfile(os.path.join(out, name))]
        faults += [f"{name} is missing" for name in missing]
        if missing: continue
        if digest(os.path.join(out, program)) != digest(os.path.join(out, other)): faults.append(f"{other} is another program than {program}")
        held = names_in(os.path.join(out, archive))
        directory = f"dockwright-{platform}"
        required = [f"dockwright{suffix(platform)}", *TEXTS, *(f"completions/{name}" for name in SHELLS.values())]
        required += [f"man/dockwright{page}.1" for page in ("", "-check", "-optimize", "-format", "-pin", "-rule", "-lsp", "-config", "-config-update", "-policy-test", "-hadolint")]
        faults += [f"{archive} has no {name}" for name in required if not held.get(f"{directory}/{name}")]
        faults += [f"{archive} has {name} outside {directory}" for name in held if not name.startswith(f"{directory}/")]
        if held.get(f"{directory}/dockwright{suffix(platform)}") != os.path.getsize(os.path.join(out, program)): faults.append(f"the program in {archive} is another one")
    sums = os.path.join(out, "sha256.txt")
    if not os.path.exists(sums) and not faults:
        with open(sums, "w", encoding="utf-8") as file:
            for name in sorted(expected): file.write(f"{digest(os.path.join(out, name))}  {name}\n")
    if os.path.exists(sums):
        with open(sums, encoding="utf-8") as file: known = dict(line.split()[::-1] for line in file)
        faults += [f"the checksum of {name} is wrong or missing" for name in expected if os.path.exists(os.path.join(out, name)) and known.get(name) != digest(os.path.join(out, name))]
    for fault in faults: print(fault)
    if not faults: print(f"{len(expected)} downloads are complete")
    return bool(faults)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["pack", out, platform, program] if platform in PLATFORMS: pack(out, platform, program)
        case ["check", out, *platforms] if set(platforms) <= set(PLATFORMS): sys.exit(check(out, platforms or list(PLATFORMS)))
        case _: sys.exit(__doc__)
