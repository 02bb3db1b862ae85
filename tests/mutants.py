#!/usr/bin/env python3
"""Generates variants of Dockerfiles: flags, quoting, continuations, casing, order and comments changed at random.

usage: mutants.py [--seed N] [--count N] [--for hadolint|buildkit] [--image NAME] OUT DIRECTORY...

Writes OUT/NNNNNN.Dockerfile, each a random file below the DIRECTORYs with one to four changes. The same seed
and the same files give the same variants. Use them to compare two programs on unusual input.
--for buildkit makes changes that matter to BuildKit's parser and checks: names and flags of instructions, mounts,
heredocs, references to stages, exec forms, quotes. --image NAME replaces the base images by that image, so
that an engine that has no other one can resolve them.
"""
import argparse, os, random, re

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--count", type=int, default=1000)
parser.add_argument("--for", dest="purpose", choices=["hadolint", "buildkit"], default="hadolint")
parser.add_argument("--image")
parser.add_argument("out")
parser.add_argument("directories", nargs="+")
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

# What matters to BuildKit.
WORDS = ["a", "a b", '"a b"', "'a", "a\"", "$A", "${A}", "${A:-b}", "${A", "${A^}", "${A:=b}", "${A:?no}", "${A/b/c}", "${A#b*}", "$$", "\\$A", "a\\", "a=b", "=b", "a=", "", "#", "--", "-", "à",
         "~/a", "/", ".", "..", "*", "a//b", "http://x.y/z", "https://x.y/z.git", "git@x.y:z", "C:\\a", "Ab", "0", "70000", "<<E", "[", '["a"]', '["a", 1]', "['a']", '["a",]', "[]"]
BUILD_FLAGS = ["--from=0", "--from=9", "--from=build", "--from=BUILD", "--from=later", "--from=$A", "--from=Ab", "--from=", "--from", "--form=build", "--chown=1:1", "--chown=$A", "--chmod=755", "--chmod=999",
               "--chmod=u+x", "--chmod=u+", "--chmod=$A", "--link", "--link=true", "--link=maybe", "--link=", "--platform=linux/amd64", "--platform=linux/arm/v7", "--platform=$BUILDPLATFORM",
               "--platform=$TARGETPLATFORM", "--platform=", "--platform=a/b/c/d", "--platfrom=linux", "--network=none", "--network=x", "--exclude=a", "--checksum=sha256:00", "--keep-git-dir",
               "--interval=5s", "--interval=5", "--retries=3", "--retries=-1", "--timeout=0", "--start-period=1us", "--nope", "--nope=1", "--", "--FROM=build"]
MOUNTS = ["type=cache,target=/x", "type=bind,target=/x", "type=bind", "type=cache", "type=secret,id=a", "type=secret", "type=ssh", "type=tmpfs,target=/x,size=1m", "size=1m,type=tmpfs,target=/x",
          "type=tmpfs,target=/x,size=1q", "type=cach,target=/x", "target=/x", "target=x", "target=/", "dst=/x,ro", "target=/x,rw=maybe", "target=/x,sharing=locked", "type=cache,target=/x,sharing=mine",
          "type=cache,target=/x,mode=0999", "type=cache,target=/x,mode=0755,uid=1,gid=a", "type=bind,from=build,target=/x", "type=bind,from=later,target=/x", "type=bind,from=$A,target=/x",
          "type=bind,from=Ab,target=/x", "type=bind,target=/x,", "type=bind,target=/x,nope", "type=bind,target=/x,nope=1", "type=bind,tagret=/x", "type=secret,id=a,required=x", "type=ssh,source=a",
          "type=secret,id=a,env=B", "type=bind,target=$A", "type=bind,target=${A", "", "type=BIND,TARGET=/x", '\\"type=bind\\",target=/x', "type=cache,id=$A,target=/x"]
BUILD_LINES = ["FROM {i} AS build", "FROM {i} AS later", "FROM build", "FROM Build", "FROM {i} as BUILD", "FROM scratch AS scratch", "FROM {i} AS 1a", "FROM {i} AS", "FROM", "FROM {i} build", "FROM $A", "FROM ${A:-{i}}",
               "FROM --platform=$TARGETPLATFORM {i} AS t", "FROM --platform=linux/amd64 {i}", "ARG A={i}", "ARG A", "ARG", "ARG =1", "ARG A B=2", "ARG TOKEN", "ENV A", "ENV A b", "ENV A=b c", "ENV A=b B=$A", "ENV =b",
               "ENV A='b", "LABEL a", "LABEL a=b c=d", "LABEL a b", "LABEL \"a b\"=c", "EXPOSE 80", "EXPOSE 80/TCP", "EXPOSE 80:80", "EXPOSE $A", "EXPOSE 80-70", "EXPOSE x", "EXPOSE 80/x", "EXPOSE", "VOLUME /a", "VOLUME",
               'VOLUME ["a", ""]', "VOLUME [a", "USER", "USER $A", "WORKDIR", "WORKDIR a", "WORKDIR $A", "WORKDIR /a # b", "STOPSIGNAL 9", "STOPSIGNAL SIGX", "STOPSIGNAL 0", "SHELL sh", 'SHELL ["sh"]', "SHELL []", "CMD", "CMD a",
               'CMD ["a"]', 'CMD ["a", 1]', "CMD ['a']", "ENTRYPOINT a", 'ENTRYPOINT ["a"]', "ENTRYPOINT []", "HEALTHCHECK NONE", "HEALTHCHECK NONE a", "HEALTHCHECK CMD", "HEALTHCHECK CMD a", "HEALTHCHECK", "HEALTHCHECK X",
               "HEALTHCHECK --interval=1 CMD a", "ONBUILD RUN a", "ONBUILD FROM a", "ONBUILD ONBUILD RUN a", "ONBUILD", "ONBUILD CMD a", "ONBUILD WORKDIR a", "ONBUILD NOPE", "ONBUILD ENV a", "MAINTAINER a", "MAINTAINER",
               "RUN", "RUN <<E\na\nE", "RUN <<E\na", "RUN cat <<E > a\n$x\nE", "RUN cat <<-E\n\ta\n\tE", "RUN cat <<E)\na\nE)", "COPY <<E /a\n$x\nE", "COPY <<'E' /a\n$x\nE", "COPY <<E <<F /a/\nx\nE\ny\nF", "COPY a <<E\nx\nE",
               "COPY a", "COPY a b", "COPY", "COPY $A b", "COPY http://x.y/z b", 'COPY ["a", "b"]', 'COPY ["a"]', "COPY --from=build a b", "ADD a b", "ADD https://x.y/z.git b", "ADD --checksum=sha256:0 http://x.y/z b",
               "RUN a \\\n\n  b", "RUN a \\\n# c\n  b", "RUN a \\", "\\", "# check=skip=all", "# check=error=true", "# check=skip", "# escape=`", "# escape=x", "# syntax=a", "#!/bin/sh", "NOPE", "RNU a", "COPPY a b", "from {i}", "Run a"]

def on(kinds, value): return lambda text: near(text, rf"(?mi)(?<=^)({kinds})[ \t]+", lambda m: m[0] + random.choice(value()) + " ")
build_flag = on("COPY|ADD|FROM|RUN|HEALTHCHECK|ENV|CMD|ARG", lambda: BUILD_FLAGS)
copy_flag = on("COPY|ADD", lambda: BUILD_FLAGS[:24])
build_mount = on("RUN", lambda: ["--mount=" + mount for mount in MOUNTS])
def build_line(text):
    all_lines = lines(text)
    all_lines[random.randint(0, len(all_lines)):0] = [random.choice(BUILD_LINES).replace("{i}", options.image or "alpine")]
    return "\n".join(all_lines)
def top_line(text): return random.choice(BUILD_LINES).replace("{i}", options.image or "alpine") + "\n" + text
def word(text): return near(text, r"(?<=[ =/:])[\w./-]+(?=[ \n:/])", lambda m: random.choice(WORDS))
def letter(text): return near(text, r"(?m)^[A-Za-z]+(?= )", lambda m: near(m[0], r"[A-Za-z]", lambda c: random.choice(["", c[0] * 2, "X", c[0].swapcase()])))
def character(text): return near(text, r"(?s).", lambda m: random.choice(["", m[0] * 2, *"\\\"'$ \n\t[]{}<#=,`", "\r"]))
def cut(text): return text[:random.randint(0, len(text))]
def move_line(text):
    all_lines = lines(text)
    line = all_lines.pop(random.randrange(len(all_lines)))
    all_lines.insert(random.randint(0, len(all_lines)), line)
    return "\n".join(all_lines)

BUILD_CHANGES = [keyword_case, break_line, join_line, quote_word, unquote, variable, tag, drop_line, copy_line, onbuild, build_flag, build_flag, copy_flag, build_mount, build_mount,
                 build_line, build_line, build_line, build_line, top_line, word, word, letter, character, character, cut, move_line]

def with_image(text, image):
    """The text with `image` for every base image that is neither a stage nor a variable."""
    stages = {name.lower() for name in re.findall(r"(?mi)^\s*FROM\s.*\sAS\s+(\S+)", text)}
    def base(m): return m[0] if m[2] in stages | {"scratch"} or "$" in m[2] else m[1] + image
    text = re.sub(r"(?mi)^(\s*FROM\s+(?:--\S+\s+)*)([\w./:@-]+)", base, text)
    text = re.sub(r"(?mi)^(\s*ARG\s+\w*(?:image|base|from)\w*=)([\w./:@-]+)$", base, text)
    return re.sub(r"(--from=|[,=]from=)([\w.-]+[:/][\w./:@-]+)", base, text)

sources = sorted(
    os.path.join(root, name) for directory in options.directories for root, _, names in os.walk(directory) for name in names
    if "dockerfile" in name.lower() and os.path.getsize(os.path.join(root, name)) < 20_000)
os.makedirs(options.out, exist_ok=True)
for number in range(options.count):
    with open(random.choice(sources), encoding="utf-8", errors="replace", newline="") as source: text = source.read()
    if options.image: text = with_image(text, options.image)
    changes = BUILD_CHANGES if options.purpose == "buildkit" else CHANGES
    for _ in range(random.randint(1, 4)): text = random.choice(changes)(text)
    with open(os.path.join(options.out, f"{number:06}.Dockerfile"), "w", encoding="utf-8", newline="") as out: out.write(text)
