#!/usr/bin/env python3
"""Writes the source of the website, and builds it with mdBook.

usage: website.py OUT DOCKWRIGHT [MDBOOK]

OUT/src gets README.md, the pages of docs/ and one page for each rule (from `dockwright rule`); with MDBOOK, OUT/book gets
the website. If DOCKWRIGHT_DOCS_URL is its address when dockwright is built, reports link to OUT/rules/CODE.html.
"""
import glob, json, os, re, shutil, subprocess, sys

from pre_commit_mirror import HERE

PAGES = [
    ("Guide", ["installation.md", "configuration.md", "adoption.md", "editors.md", "coming-from-hadolint.md", "coming-from-scanners.md"]),
    ("Features", ["format.md", "optimize.md", "pin.md", "build-failures.md", "policy.md"]),
    ("Background", ["performance.md", "sizes.md", "rewrites.md"]),
]
GROUPS = {"hadolint": "hadolint's rules", "shellcheck": "ShellCheck's codes", "buildkit": "BuildKit's checks", "dockwright": "dockwright's rules", "build": "Build failures"}


# A language for highlight.js.
DOCKERFILE = """
hljs.registerLanguage("dockerfile", (hljs) => ({
  name: "Dockerfile",
  case_insensitive: true,
  keywords: "from as add arg cmd copy entrypoint env expose healthcheck label maintainer onbuild run shell stopsignal user volume workdir",
  contains: [hljs.HASH_COMMENT_MODE, hljs.QUOTE_STRING_MODE, hljs.APOS_STRING_MODE,
    { className: "variable", begin: /\\$\\w+|\\$\\{[^}]*\\}/ }, { className: "attr", begin: /\\s--[\\w-]+/ }],
}));
"""


def title(text): return re.search(r"(?m)^# (.+)$", text).group(1)


def link(target, directory):
    """A link of a page in `directory` of the repository, as the website has it; None if the website has no such file."""
    if re.match(r"[a-z]+:|#", target): return target
    path, sign, anchor = target.partition("#")
    path = os.path.normpath(os.path.join(directory, path))
    if path == "README.md": path = "index.md"
    elif path == "docs/rules.md": path = "rules/index.md"
    elif path.startswith("docs/"): path = path.removeprefix("docs/")
    elif not path.startswith("rules/"): return None
    return path + sign + anchor


def rewrite(text, directory, depth, known):
    """Links between files of the repository as links between pages. Files that are not pages are named, not linked."""
    def one(match):
        if match.group(0).startswith("`") or match.group(0).startswith("```"): return match.group(0)
        words, target = match.group("words"), match.group("target")
        found = link(target, directory)
        if found is None or (not re.match(r"[a-z]+:|#", found) and found.partition("#")[0] not in known): return words
        return f"[{words}]({found if re.match(r'[a-z]+:|#', found) else '../' * depth + found})"
    code = r"(?ms)^ *```.*?^ *```$|`[^`\n]+`"
    # Link texts may contain code.
    return re.sub(rf"{code}(?!\]\()|\[(?P<words>(?:[^\[\]]|`[^`]*`)+)\]\((?P<target>[^)\s]+)\)", one, text)


def main(out, program, mdbook):
    source = os.path.join(out, "src")
    shutil.rmtree(out, ignore_errors=True)
    rules = json.loads(subprocess.run([program, "rule", "--all", "--format", "json"], check=True, capture_output=True).stdout)
    docs = [page for _, pages in PAGES for page in pages]
    unknown = {name for name in os.listdir(os.path.join(HERE, "docs")) if name.endswith(".md")} - {*docs, "rules.md"}
    if unknown: sys.exit(f"pages of docs/ that the website does not list: {', '.join(sorted(unknown))}")
    extras = [os.path.relpath(os.path.join(base, name), os.path.join(HERE, "docs")) for base, _, names in os.walk(os.path.join(HERE, "docs")) for name in names if not name.endswith(".md")]
    known = {"index.md", "rules/index.md", *docs, *extras, *(f"rules/{rule['code']}.md" for rule in rules)}

    def write(name, text):
        path = os.path.join(source, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file: file.write(text)

    def read(name):
        with open(os.path.join(HERE, name), encoding="utf-8") as file: return file.read()

    write("index.md", rewrite(read("README.md"), "", 0, known))
    summary = ["# Summary", "", "[dockwright](index.md)", ""]
    for part, pages in PAGES:
        summary += [f"# {part}", ""]
        for page in pages:
            text = read(f"docs/{page}")
            write(page, rewrite(text, "docs", 0, known))
            summary.append(f"- [{title(text)}]({page})")
        summary.append("")
    for name in extras:
        os.makedirs(os.path.dirname(os.path.join(source, name)), exist_ok=True)
        shutil.copy(os.path.join(HERE, "docs", name), os.path.join(source, name))
    summary += ["# Rules", "", "- [All rules](rules/index.md)"]
    index = ["# Rules", ""]
    for group, heading in GROUPS.items():
        own = [rule for rule in rules if rule["group"] == group]
        index += [f"## {heading}", "", "| code | name | severity | default | fix |", "|---|---|---|---|---|"]
        for rule in own:
            code = rule["code"]
            enabled = {"default": "on", "preview": "preview", "selected": "off"}[rule["enabled"]]
            fixable = {"never": "no", "sometimes": "sometimes", "always": "yes"}[rule["fixable"]]
            index.append(f"| [{code}]({code}.md) | {rule['name']} | {rule['severity']} | {enabled} | {fixable} |")
            facts = f"Severity: {rule['severity']} · Default: {enabled} · Fix: {fixable}"
            text = subprocess_page(rule)
            heading_line, _, rest = text.partition("\n")
            write(f"rules/{code}.md", rewrite(f"{heading_line}\n\n{facts}\n{rest}", "rules", 1, known))
            summary.append(f"  - [{code}](rules/{code}.md)")
        index.append("")
    unknown = {rule["group"] for rule in rules} - set(GROUPS)
    if unknown: sys.exit(f"groups that the website does not list: {', '.join(unknown)}")
    write("rules/index.md", "\n".join(index))
    write("SUMMARY.md", "\n".join(summary) + "\n")
    with open(os.path.join(out, "book.toml"), "w", encoding="utf-8") as file:
        file.write('[book]\ntitle = "dockwright"\ndescription = "A Dockerfile linter, fixer and optimizer"\nlanguage = "en"\n\n'
                   '[output.html]\nno-section-label = true\n\n[output.html.fold]\nenable = true\nlevel = 1\n\n[output.html.print]\nenable = false\n')
    if not mdbook: return
    subprocess.run([mdbook, "build", out], check=True)
    # mdBook's copy of highlight.js does not have Dockerfiles: the second build has.
    [script] = glob.glob(os.path.join(out, "book", "highlight*.js"))
    os.makedirs(os.path.join(out, "theme"))
    with open(script, encoding="utf-8") as file: text = file.read()
    with open(os.path.join(out, "theme", "highlight.js"), "w", encoding="utf-8") as file: file.write(text + DOCKERFILE)
    shutil.rmtree(os.path.join(out, "book"))
    subprocess.run([mdbook, "build", out], check=True)


def subprocess_page(rule):
    """The page of a rule; captions of examples are lines of their own."""
    return rule["docs"] if rule["docs"].startswith("# ") else f"# {rule['code']} {rule['name']}\n\n{rule['docs']}"


if __name__ == "__main__":
    if len(sys.argv) < 3: sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
