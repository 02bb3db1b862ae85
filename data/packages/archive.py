"""Debian's package lists, fetched through apt into a separate directory.

The mirrors are those of this machine's apt configuration, or those given; nothing of the machine's own state is
touched. Debian 12 and later verify the signatures of all releases with the installed keyring.
"""
import hashlib
import os
import subprocess
from pathlib import Path

RELEASES = {"bullseye": 11, "bookworm": 12, "trixie": 13}
SUITES = ["{}", "{}-updates", "{}-security"]


def mirrors():
    """The addresses of the archive and of its security updates, from this machine's apt."""
    form = "$(CREATED_BY)|$(REPO_URI)|$(CODENAME)|$(LABEL)"
    lines = subprocess.run(
        ["apt-get", "indextargets", "--format", form], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    found = {}
    for line in lines:
        created_by, uri, codename, label = line.split("|")
        if created_by == "Packages" and label.startswith("Debian"):
            found.setdefault("security" if codename.endswith("-security") else "main", uri)
    if len(found) != 2:
        raise SystemExit("apt knows no Debian mirror here; name them with --mirror and --security-mirror")
    return found["main"], found["security"]


def options(root):
    """Options that keep apt inside `root`."""
    state = {
        "Dir::Etc::sourcelist": root / "sources.list",
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State": root / "state",
        "Dir::State::status": root / "status",
        "Dir::Cache": root / "cache",
        "APT::Architecture": "amd64",
        "APT::Architectures": "amd64",
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
        "Acquire::GzipIndexes": "false",
    }
    return [word for key, value in state.items() for word in ("-o", f"{key}={value}")]


def fetch(root, release, main, security):
    """Fetches the lists of a release; `root` becomes its own apt directory."""
    root = Path(root)
    for directory in ["state/lists/partial", "cache/archives/partial"]:
        (root / directory).mkdir(parents=True, exist_ok=True)
    (root / "status").touch()
    lines = []
    for suite in SUITES:
        uri = security if suite.endswith("-security") else main
        lines.append(f"deb {uri} {suite.format(release)} main\n")
    (root / "sources.list").write_text("".join(lines))
    subprocess.run(["apt-get", *options(root), "-qq", "update"], check=True)


def lists(root, release):
    """The lists of a fetched release, in apt's order: release, updates, security."""
    form = "$(CREATED_BY)|$(CODENAME)|$(FILENAME)"
    lines = subprocess.run(
        ["apt-get", *options(Path(root)), "indextargets", "--format", form],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()
    files = {}
    for line in lines:
        created_by, codename, filename = line.split("|")
        if created_by == "Packages":
            files[codename] = filename
    return [(suite.format(release), files[suite.format(release)]) for suite in SUITES]


def checksum(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def day_of(root, release):
    """The latest date of the Release files: `2026-11-20`."""
    from email.utils import parsedate_to_datetime

    days = []
    for path in Path(root, "state/lists").glob("*Release"):
        for line in path.read_text().splitlines():
            if line.startswith("Date:"):
                days.append(parsedate_to_datetime(line.removeprefix("Date:").strip()).date().isoformat())
    return max(days)


def stanzas(path):
    """The stanzas of a list, as dictionaries of what is asked for."""
    stanza = {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if line == "\n":
                if stanza:
                    yield stanza
                stanza = {}
            elif line[0] not in " \t":
                key, _, value = line.partition(":")
                stanza[key] = value.strip()
    if stanza:
        yield stanza


if __name__ == "__main__":
    import sys

    where = Path(os.path.abspath(sys.argv[1]))
    main_uri, security_uri = mirrors()
    for name in RELEASES:
        fetch(where / name, name, main_uri, security_uri)
        print(name, day_of(where / name, name), *(checksum(path) for _, path in lists(where / name, name)))
