#!/usr/bin/env python3
"""Validates every output format with other programs and published schemas.

usage: validate_formats.py --sarif SCHEMA --rdjson SCHEMA BINARY [DIRECTORY...]

SCHEMA is a file: SARIF 2.1.0's is sarif-2.1/schema/sarif-schema-2.1.0.json in the repository oasis-tcs/sarif-spec,
rdjson's is proto/rdf/jsonschema/DiagnosticResult.json in reviewdog/reviewdog. Needs Python's jsonschema.

Each DIRECTORY of Dockerfiles is checked in every format and with `hadolint -f sarif`, and so is a file whose name and
text contain control characters, workflow commands, `]]>`, quotes, emoji and bidirectional marks. SARIF, rdjson and
dockwright's own JSON are validated against schemas, JUnit and Checkstyle are read by an XML parser, and the others are
checked against the documentation of their services. Each must contain as many diagnostics as the JSON. Exit status 1 if
anything is wrong.
"""
import argparse, collections, json, pathlib, re, subprocess, sys, tempfile
import xml.etree.ElementTree as xml
import jsonschema

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--sarif", required=True)
parser.add_argument("--rdjson", required=True)
parser.add_argument("binary")
parser.add_argument("directories", nargs="*")
options = parser.parse_args()
binary = str(pathlib.Path(options.binary).resolve())
docs = pathlib.Path(__file__).resolve().parent.parent / "docs" / "schemas"

HOSTILE = (
    "FROM debian\x1b[31m:latest\n::error::pwned\nF\u202eOO ##[error]pwned ]]> <b> & \"q\" 'a' \U0001f600\n"
    "RUN cd \x1b]0;title\x07 && echo \u2066x\n##vso[task.complete]\nADD \x9b2Jx\U0001f600 /y\u0000\nCMD \x1b[2J %0A::x\n"
    "ENV A=\"]]>\" B='<!--' C=\ufffe\uffff\n")
INERT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
wrong = 0


def say(where, what):
    global wrong
    wrong += 1
    print(f"{where}: {what}")


def run(directory, *arguments):
    result = subprocess.run([binary, *arguments], cwd=directory, capture_output=True)
    text = result.stdout.decode()
    inert = text.replace("\0", "") if "codeclimate" in arguments else text
    for found in INERT.finditer(inert.replace("\n", "")):
        say(" ".join(arguments), f"lets {found[0]!r} through")
        break
    return text


def by_schema(where, schema, value, count=None):
    errors = list(schema.iter_errors(value))
    for error in errors[:3]:
        say(where, f"{error.json_path}: {error.message[:200]}")


def validator(path):
    schema = json.load(open(path))
    return jsonschema.validators.validator_for(schema)(schema)


sarif, rdjson = validator(options.sarif), validator(options.rdjson)
own, own_line = validator(docs / "json.json"), validator(docs / "jsonl.json")
statistics = validator(docs / "statistics.json")


def check(directory):
    number = collections.Counter()
    text = {name: run(directory, "check", "--preview", "--format", name) for name in (
        "full concise json jsonl sarif gitlab github junit checkstyle codeclimate sonarqube rdjson gnu markdown".split())}
    value = json.loads(text["json"])
    by_schema("json", own, value)
    by_schema("statistics", statistics, json.loads(run(directory, "check", "--statistics", "--format", "json")))
    expected = len(value["diagnostics"])
    lines = [json.loads(line) for line in text["jsonl"].splitlines()]
    for line in lines: by_schema("jsonl", own_line, line)
    number["jsonl"] = len(lines)

    value = json.loads(text["sarif"])
    by_schema("sarif", sarif, value)
    results = value["runs"][0]["results"]
    number["sarif"] = len(results)
    rules = value["runs"][0]["tool"]["driver"]["rules"]
    prints = {one["partialFingerprints"]["dockwright/v1"] for one in results}
    if len(prints) != len(results): say("sarif", "two results have one fingerprint")
    for one in results:
        if rules[one["ruleIndex"]]["id"] != one["ruleId"]: say("sarif", "ruleIndex is another rule's")
    value = json.loads(text["rdjson"])
    by_schema("rdjson", rdjson, value)
    number["rdjson"] = len(value["diagnostics"])

    # docs.gitlab.com, "Implement a custom tool": what a Code Quality report must have.
    value = json.loads(text["gitlab"])
    number["gitlab"] = len(value)
    for one in value:
        path = one["location"]["path"]
        if not (one["description"] and one["check_name"] and one["fingerprint"] and one["location"]["lines"]["begin"] > 0
                and one["severity"] in ("info", "minor", "major", "critical", "blocker")
                and not path.startswith(("/", "./"))):
            say("gitlab", json.dumps(one))
    if len({one["fingerprint"] for one in value}) != len(value): say("gitlab", "two entries have one fingerprint")
    entries = [json.loads(entry) for entry in text["codeclimate"].split("\0")[:-1]]
    number["codeclimate"] = len(entries)

    # docs.github.com, "Workflow commands": ::error file=…,line=…,title=…::message, with %, CR, LF, and in properties
    # also : and , escaped.
    command = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")
    for line in text["github"].splitlines():
        found = command.fullmatch(line)
        if not found:
            say("github", line)
            continue
        number["github"] += 1
        properties = dict(part.split("=", 1) for part in found[2].split(","))
        if not {"file", "line", "endLine", "title"} <= set(properties): say("github", line)
        if re.search("%(?!25|0A|0D|3A|2C)", found[2] + found[3]): say("github", f"a bare %: {line}")

    root = xml.fromstring(text["junit"].encode())
    number["junit"] = len(root.findall("./testsuite/testcase/failure"))
    for suite in root:
        if int(suite.get("tests")) != len(suite) or int(suite.get("failures")) != len(suite.findall("testcase/failure")):
            say("junit", f"counts of {suite.get('name')}")
    root = xml.fromstring(text["checkstyle"].encode())
    number["checkstyle"] = len(root.findall("./file/error"))
    value = json.loads(text["sonarqube"])
    number["sonarqube"] = len(value["issues"])
    known = {rule["id"] for rule in value["rules"]}
    for one in value["issues"]:
        place = one["primaryLocation"]["textRange"]
        same = place["startLine"] == place.get("endLine", place["startLine"])
        if one["ruleId"] not in known or (same and place.get("startColumn", 0) >= place.get("endColumn", 1)):
            say("sonarqube", json.dumps(one))
    for name in ("concise", "gnu"): number[name] = len(text[name].splitlines())
    number["markdown"] = sum(bool(re.match(r"\| \d", line)) for line in text["markdown"].splitlines())
    for name, count in number.items():
        if count != expected: say(name, f"tells {count} diagnostics, json {expected}")

    files = sorted(str(path.relative_to(directory)) for path in pathlib.Path(directory).rglob("*ockerfile*") if path.is_file())
    for at in range(0, len(files), 500):
        by_schema("hadolint sarif", sarif, json.loads(run(directory, "hadolint", "-f", "sarif", *files[at:at + 500])))
    print(f"{directory}: {len(files)} files, {expected} diagnostics in {len(number)} formats, {len(rules)} rules")


with tempfile.TemporaryDirectory() as directory:
    (pathlib.Path(directory) / ".git").mkdir()
    for name in ("Dockerfile", "::error::x\x1b[31m, \"q\" %0A]]>\u202e\U0001f600.Dockerfile"):
        (pathlib.Path(directory) / name).write_text(HOSTILE)
    check(directory)
for directory in options.directories:
    check(directory)
print("all is valid" if not wrong else f"{wrong} things are wrong")
sys.exit(bool(wrong))
