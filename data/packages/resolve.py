"""Resolves the stanzas of a release: packages by id, groups of alternatives as ids, best first.

Alternatives are resolved with their versions here, once, so that the program needs no versions. An alternative has the package of that name and then those that provide it: essential ones, then by priority, then
those first mentioned last, as apt chooses.
"""
import re
from archive import stanzas

PRIORITY = {"required": 0, "important": 1, "standard": 2, "optional": 3, "extra": 4}
RELATION = re.compile(r"^\s*([^\s(:\[]+)(?::([^\s(]+))?\s*(?:\(\s*([<>=]+)\s*([^)\s]+)\s*\))?")


def order(char):
    if char == "~":
        return -1
    return ord(char) if char.isalpha() else ord(char) + 256


def compare_part(left, right):
    while left or right:
        one, other = re.match(r"\D*", left).group(), re.match(r"\D*", right).group()
        left, right = left[len(one):], right[len(other):]
        for at in range(max(len(one), len(other))):
            a = order(one[at]) if at < len(one) else 0
            b = order(other[at]) if at < len(other) else 0
            if a != b:
                return -1 if a < b else 1
        one, other = re.match(r"\d*", left).group(), re.match(r"\d*", right).group()
        left, right = left[len(one):], right[len(other):]
        a, b = int(one or 0), int(other or 0)
        if a != b:
            return -1 if a < b else 1
    return 0


def compare(left, right):
    """Compares two Debian versions."""
    def split(version):
        epoch, colon, rest = version.partition(":")
        if not colon:
            epoch, rest = "0", version
        upstream, dash, revision = rest.rpartition("-")
        return (int(epoch), upstream, revision) if dash else (int(epoch), rest, "0")
    (a, b, c), (d, e, f) = split(left), split(right)
    return (a > d) - (a < d) or compare_part(b, e) or compare_part(c, f)


def holds(version, relation, wanted):
    if relation is None:
        return True
    if version is None:
        return False
    sign = compare(version, wanted)
    return {
        "<<": sign < 0, "<=": sign <= 0, "<": sign <= 0, "=": sign == 0,
        ">=": sign >= 0, ">": sign >= 0, ">>": sign > 0,
    }[relation]


def alternatives(text):
    """Names with relations. `name:i386` is no package of this architecture, so that nothing has that name."""
    found = []
    for one in text.split("|"):
        name, architecture, relation, wanted = RELATION.match(one).groups()
        foreign = architecture not in (None, "any", "native", "amd64")
        found.append((f"{name}:{architecture}" if foreign else name, relation, wanted))
    return found


def clauses(text):
    return [alternatives(clause) for clause in text.split(",") if clause.strip()] if text else []


class Release:
    """The newest version of every package of a release."""

    FIELDS = ["Depends", "Pre-Depends", "Suggests", "Recommends", "Conflicts", "Breaks", "Replaces", "Enhances",
              "Provides"]

    def __init__(self, paths):
        self.packages, self.mention = {}, {}
        self.relations = {}
        for path in paths:
            for stanza in stanzas(path):
                self.add(stanza)
        self.providers = {}
        for name, stanza in self.packages.items():
            for clause in clauses(stanza.get("Provides")):
                (virtual, _, version) = clause[0]
                self.providers.setdefault(virtual, []).append((name, version))
        self.ranked = {}

    def add(self, stanza):
        name = stanza["Package"]
        self.mention.setdefault(name, len(self.mention))
        for field in self.FIELDS:
            text = stanza.get(field)
            if text:
                for clause in re.split(r"[,|]", text):
                    match = RELATION.match(clause)
                    if match:
                        self.mention.setdefault(match.group(1), len(self.mention))
        old = self.packages.get(name)
        if old is None or compare(old["Version"], stanza["Version"]) < 0:
            self.packages[name] = stanza

    def candidates(self, alternative):
        """The packages that satisfy an alternative, best first."""
        name, relation, wanted = alternative
        key = (name, relation, wanted)
        if key not in self.ranked:
            found = []
            own = self.packages.get(name)
            if own and holds(own["Version"], relation, wanted):
                found.append(name)
            provide = [
                provider for provider, version in self.providers.get(name, [])
                if provider != name and holds(version, relation, wanted)
            ]
            provide.sort(key=lambda provider: (
                self.packages[provider].get("Essential") != "yes",
                PRIORITY.get(self.packages[provider].get("Priority"), 3),
                -self.mention[provider],
            ))
            self.ranked[key] = list(dict.fromkeys(found + provide))
        return self.ranked[key]

    def groups(self, name, *fields):
        """The groups of a package: lists of candidates. What the package itself satisfies is omitted."""
        found = []
        for field in fields:
            for clause in clauses(self.packages[name].get(field)):
                group = list(dict.fromkeys(
                    candidate for alternative in clause for candidate in self.candidates(alternative)
                ))
                if name not in group:
                    found.append(group)
        return found

    def depends(self, name):
        return self.groups(name, "Pre-Depends", "Depends")

    def recommends(self, name):
        return [group for group in self.groups(name, "Recommends") if group]

    def conflicts(self, name):
        """Packages that cannot be installed with it."""
        found = []
        for field in ["Conflicts", "Breaks"]:
            for clause in clauses(self.packages[name].get(field)):
                for candidate in self.candidates(clause[0]):
                    if candidate != name and candidate not in found:
                        found.append(candidate)
        return found

    def base(self):
        """The packages of the smallest system: the essential and required packages, and apt."""
        roots = [
            name for name, stanza in self.packages.items()
            if stanza.get("Essential") == "yes" or stanza.get("Priority") == "required"
        ]
        return [*roots, "apt"]
