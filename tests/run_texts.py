"""The instructions of generated Dockerfiles, as the test scripts that run them need them. Not a parser for real files."""
import re


def instructions(text):
    """Yields (keyword, shell text, bodies) for each instruction: continued lines are joined, comments are removed.

    `bodies` is the text of the heredocs with their terminators, or an empty string.
    """
    lines, at = text.split("\n"), 0
    while at < len(lines):
        line = lines[at].lstrip()
        at += 1
        if not line or line.startswith("#"):
            continue
        keyword, _, rest = line.partition(" ")
        while rest.endswith("\\"):
            rest = rest[:-1]
            while lines[at].lstrip().startswith("#"):
                at += 1
            rest += lines[at]
            at += 1
        bodies = ""
        for dash, name in re.findall(r"<<(-?)[\"']?(\w+)", rest) if keyword.upper() == "RUN" else []:
            while (lines[at].lstrip("\t") if dash else lines[at]) != name:
                bodies += lines[at] + "\n"
                at += 1
            bodies += lines[at] + "\n"
            at += 1
        yield keyword.upper(), rest, bodies


def shell_text(rest, bodies):
    """What a builder passes to the shell for a RUN without its flags: a heredoc alone is the script itself."""
    alone = re.fullmatch(r"<<(-?)[\"']?(\w+)[\"']?\s*", rest)
    if not alone:
        return rest + "\n" + bodies if bodies else rest
    body = bodies[: bodies.rstrip("\n").rfind("\n") + 1]
    return re.sub(r"(?m)^\t+", "", body) if alone[1] else body
