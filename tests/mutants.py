#!/usr/bin/env python3
"""Make variants of Dockerfiles: flags, quoting, continuations, casing, order and comments changed at random.

usage: mutants.py [--seed N] [--count N] OUT FOLDER...

Writes OUT/NNNNNN.Dockerfile, each made from a random file below the FOLDERs by one to four changes. The same seed
and the same files give the same variants. They are for comparing two programs on input that nobody wrote.
"""
import argparse, os, random, re

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--count", type=int, default=1000)
parser.add_argument("out")
parser.add_argument("folders", nargs="+")
options = parser.parse_args()
random.seed(options.seed)

KEYWORDS = "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split()
FLAGS = ["-y", "--yes", "--assume-yes", "-qq", "-q", "-q=2", "-qy", "--no-install-recommends", "--no-cache", "--no-cache-dir",
         "-n", "--non-interactive", "-t", "--virtual", "-c", "--", "-", "-l", "-u", "--progress=dot:giga", "-nv", "-r", "-rf", "--assumeyes"]
COMMANDS = ["apt-get update", "apt-get install -y curl", "apt install vim", "apk add git", "apk --no-cache add git=1", "pip install flask",
            "pip3 install -r req.txt", "python3 -m pip install x==1", "npm install -g a", "npm install", "yarn install", "yarn cache clean",
            "gem install rake", "yum install -y a", "yum clean all", "dnf install b", "microdnf install -y b-1.2", "zypper in c", "zypper clean",
            "go install x.y/z@latest", "cd /tmp", "sudo ls", "useradd -u 123456 app", "wget http://x/y", "curl -f x | sh", "ln -s a /bin/sh",
            "rm -rf /var/lib/apt/lists/*", "true", "set -o pipefail", "ps", "export A=1", "tar -xf a.tgz"]
LINES = ["USER root", "USER app", "USER 1000:1000", "WORKDIR app", "WORKDIR /app", "CMD x", 'CMD ["x"]', 'ENTRYPOINT ["a"]', "ENTRYPOINT a", "EXPOSE 80",
         "EXPOSE 70000", "HEALTHCHECK NONE", "LABEL a=b", "LABEL Bad_Key=1", "ENV A=1 B=$A", "ENV A 1", "ARG TOKEN", "ARG X=1", "MAINTAINER me",
         'SHELL ["/bin/bash", "-o", "pipefail", "-c"]', "COPY a b", "COPY a b /c", "COPY --from=0 /a /b", "COPY --from=build a b", "ADD a.txt /x",
         "ADD a.tgz /x", "ONBUILD RUN apt-get install x", "ONBUILD USER root", "VOLUME /x", "STOPSIGNAL 9", "FROM alpine", "FROM debian:latest AS build",
         "FROM build", "FROM --platform=linux/amd64 a:1", "FROM a:1 AS a", "# hadolint ignore=DL3008,DL3009", "# hadolint global ignore=DL3059",
         "# a comment", ""] + ["RUN " + c for c in COMMANDS]
BREAKS = [" \\\n    ", " \\\n", " \\\n# note\n  ", " \\\n\n  "]

def lines(text): return text.split("\n")

def keyword_case(text):
    keyword = random.choice(KEYWORDS)
    return re.sub(rf"(?mi)^{keyword}\b", lambda m: random.choice([m[0].lower(), m[0].upper(), m[0].capitalize()]), text, count=random.randint(0, 3))
def near(text, pattern, make):
    found = list(re.finditer(pattern, text))
    if not found: return text
    m = random.choice(found)
    return text[:m.start()] + make(m) + text[m.end():]
def break_line(text): return near(text, r"(?<=[\w/]) (?=[\w/-])", lambda m: random.choice(BREAKS))
def join_line(text): return near(text, r"\s*\\\n\s*", lambda m: random.choice([" ", ""]))
def quote_word(text): return near(text, r"(?<= )[\w./-]+(?=[ \n])", lambda m: random.choice(['"%s"', "'%s'", "$%s", "${%s}", "\\%s"]) % m[0])
def unquote(text): return near(text, r"[\"']", lambda m: "")
def change_flag(text): return near(text, r"(?<= )--?[\w=-]+", lambda m: random.choice(FLAGS + ["", m[0] + "=1", m[0].split("=")[0]]))
def add_flag(text): return near(text, r"(?<=[a-z]) (?=[\w./-])", lambda m: " " + random.choice(FLAGS) + " ")
def connector(text): return near(text, r"&&|\|\||;|\|", lambda m: random.choice(["&&", "||", ";", "|", "&"]))
def add_command(text): return near(text, r"&& ", lambda m: "&& " + random.choice(COMMANDS) + " && ")
def variable(text): return near(text, r"\$\{?\w+\}?", lambda m: random.choice(["$X", "${X}", "${X:-a}", "a", '"$X"']))
def tag(text): return near(text, r"(?mi)(?<=^FROM )\S+", lambda m: random.choice([m[0].split(":")[0], m[0].split(":")[0] + ":latest", m[0] + " AS build", "scratch", "$BASE"]))
def add_line(text):
    all_lines = lines(text)
    all_lines.insert(random.randint(0, len(all_lines)), random.choice(LINES))
    return "\n".join(all_lines)
def drop_line(text):
    all_lines = lines(text)
    del all_lines[random.randrange(len(all_lines))]
    return "\n".join(all_lines)
def copy_line(text):
    all_lines = lines(text)
    all_lines.insert(random.randint(0, len(all_lines)), random.choice(all_lines))
    return "\n".join(all_lines)
def onbuild(text): return near(text, r"(?m)^(?=(RUN|COPY|ENV|USER) )", lambda m: "ONBUILD ")
def mount(text): return near(text, r"(?m)^RUN ", lambda m: "RUN --mount=type=cache,target=" + random.choice(["/var/cache/apt", "/var/lib/apt/lists", "/root/.cache/pip", "/var/cache/apk", "/x"]) + " ")

CHANGES = [keyword_case, break_line, break_line, join_line, quote_word, quote_word, unquote, change_flag, change_flag, add_flag, connector, connector,
           add_command, variable, tag, add_line, add_line, add_line, drop_line, copy_line, onbuild, mount]

sources = sorted(
    os.path.join(root, name) for folder in options.folders for root, _, names in os.walk(folder) for name in names
    if "dockerfile" in name.lower() and os.path.getsize(os.path.join(root, name)) < 20_000)
os.makedirs(options.out, exist_ok=True)
for number in range(options.count):
    with open(random.choice(sources), encoding="utf-8", errors="replace", newline="") as source: text = source.read()
    for _ in range(random.randint(1, 4)): text = random.choice(CHANGES)(text)
    with open(os.path.join(options.out, f"{number:06}.Dockerfile"), "w", encoding="utf-8", newline="") as out: out.write(text)
