#!/usr/bin/env python3
"""Compares the ten output formats of `dockwright hadolint` with those of hadolint 2.15.1.

usage: hadolint_formats.py DOCKWRIGHT FILE...      with hadolint on PATH, or named in $HADOLINT

Both programs report the same files in each format, with and without color, with and without
`--file-path-in-report`. Message texts and what is derived from them are removed (fingerprints, too: they are the SHA-1 of
an object that contains the message); so are the time in junit, and the name and address of the tool in sarif. The rest
must be equal, byte for byte, except for the order of diagnostics on one line. Files for which the two programs do not
report the same (line, code, severity) are skipped and counted.
"""
import json, os, re, subprocess, sys
import xml.etree.ElementTree as xml

HADOLINT = os.environ.get("HADOLINT", "hadolint")
FORMATS = "tty json checkstyle codeclimate gitlab_codeclimate gnu codacy sonarqube sarif junit".split()


def ask(program, arguments, files):
    command = [*program, "--config", "/dev/null", *arguments, *files]
    return subprocess.run(command, capture_output=True)


def findings(program, file):
    rows = json.loads(ask(program, ["--format", "json"], [file]).stdout)
    return sorted((row["line"], row["column"] if row["code"] == "DL1000" else 1, row["code"], row["level"]) for row in rows)


def without_messages(format, text):
    """The output as a list of comparable parts."""
    if format in ("tty", "gnu"):
        return sorted(re.sub(r"(error|warning|info|style)(\x1b\[0m)?: .*", r"\1\2: ", line) if " DL" in line or " SC" in line
                      else re.match(r"(hadolint:)?.*?:\d+:\d+:? ?", line)[0] for line in text.split("\n")[:-1])
    if format == "codeclimate":
        return [drop(json.loads(part), "description") for part in sorted_by_place(text.split("\0")[:-1])]
    if format == "codacy":
        return [drop(json.loads(part), "message") for part in sorted_by_place(objects(text))]
    if format in ("checkstyle", "junit"):
        root = xml.fromstring(text)
        for element in root.iter():
            if element.tag == "testsuites":
                element.attrib.pop("id"), element.attrib.pop("name")
            if element.tag == "testsuite":
                element.attrib.pop("name")
            if "message" in element.attrib and not element.attrib["message"].startswith("parse error at"):
                element.attrib["message"] = ""
            if element.text:
                element.text = re.sub(r"(?s)^((?:error|warning|info|style|Parse Error): ).*", r"\1", element.text, flags=re.M)
            element[:] = sorted(element, key=lambda e: (e.get("name", "") if e.tag == "file" else "", int(e.get("line", 0)),
                                                        re.sub("message=\"[^\"]*\"", "", xml.tostring(e).decode())))
        return re.sub(r'message="(?!parse error)[^"]*"', "", xml.tostring(root).decode()), text[:40]
    value = json.loads(text)
    drop(value, "message", "description", "fingerprint", "tool", "text")
    lists = value["issues"] if format == "sonarqube" else value["runs"][0]["results"] if format == "sarif" else value
    lists.sort(key=lambda entry: json.dumps(entry, sort_keys=True))
    return value


def objects(text):
    """The JSON objects of a text without separators between them."""
    decoder, parts = json.JSONDecoder(), []
    while text:
        end = decoder.raw_decode(text)[1]
        parts.append(text[:end])
        text = text[end:]
    return parts


def sorted_by_place(parts):
    return sorted(parts, key=lambda part: json.dumps(drop(json.loads(part), "message", "description"), sort_keys=True))


def drop(value, *keys):
    if isinstance(value, dict):
        for key in keys:
            if key == "message" and isinstance(value.get(key), dict):
                continue
            if key in value:
                value[key] = ""
        for inner in value.values():
            drop(inner, *keys)
    elif isinstance(value, list):
        for inner in value:
            drop(inner, *keys)
    return value


def main():
    dockwright, files = [os.path.abspath(sys.argv[1]), "hadolint"], sys.argv[2:]
    alike = [f for f in files if findings([HADOLINT], f) == findings(dockwright, f)]
    print(f"{len(alike)} of {len(files)} files have the same diagnostics; compared are those")
    wrong = 0
    for format in FORMATS:
        for more in ([], ["--no-color"], ["--file-path-in-report", "some/where"], ["--no-fail"], ["--failure-threshold", "error"]):
            if len(alike) > 1 and "--file-path-in-report" in more:
                chosen = alike[:1]
            else:
                chosen = alike
            theirs, ours = (ask(p, ["--format", format, *more], chosen) for p in ([HADOLINT], dockwright))
            same_code = theirs.returncode == ours.returncode
            a, b = (without_messages(format, run.stdout.decode()) for run in (theirs, ours))
            if a != b or not same_code:
                wrong += 1
                print(f"{format} {' '.join(more)}: exit codes {theirs.returncode} and {ours.returncode}")
                if isinstance(a, dict):
                    a, b = json.dumps(a, indent=0).split("\n"), json.dumps(b, indent=0).split("\n")
                for left, right in zip(a, b):
                    if left != right:
                        print(f"  hadolint   {str(left)[:3000]}\n  dockwright {str(right)[:3000]}")
                        break
            if format in ("json", "codeclimate", "sonarqube", "codacy", "gitlab_codeclimate", "sarif"):
                keys = [re.findall(r'"([A-Za-z_$]+)":', run.stdout.decode().split("\n")[0])[:40] for run in (theirs, ours)]
                if format != "sarif" and sorted(set(keys[0])) != sorted(set(keys[1])):
                    print(f"{format}: keys {keys}")
                    wrong += 1
    print(f"{len(FORMATS)} formats, 5 ways each, {wrong} differ")
    return 1 if wrong else 0


sys.exit(main())
