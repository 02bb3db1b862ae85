#!/usr/bin/env python3
"""Tests the hooks with the real pre-commit, in a small git repository.

usage: pre_commit.py DOCKWRIGHT [PRE_COMMIT]

The hooks are those of .pre-commit-hooks.yaml, with `language: system` and the program's path instead of the build
from source. It is checked which file names they match, that `dockwright` fails on a problem and passes without one, that
`dockwright-fix` and `dockwright-format` change the file and fail once, and pass the second time, and that exclusions
apply.
"""
import os, re, subprocess, sys, tempfile

if len(sys.argv) < 2: sys.exit(__doc__)
dockwright = os.path.abspath(sys.argv[1])
pre_commit = os.path.abspath(sys.argv[2]) if len(sys.argv) > 2 else "pre-commit"
here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(here, ".pre-commit-hooks.yaml"), encoding="utf-8") as source: hooks = source.read()
hooks = hooks.replace("language: rust", "language: system").replace("entry: dockwright", f"entry: {dockwright}")
assert dockwright in hooks and "language: system" in hooks
indented = "".join("  " + line for line in hooks.splitlines(keepends=True) if line.strip())

BAD = 'FROM debian:12 as base\nUSER 1000\nCMD ["true"]\n'
FIXED = BAD.replace(" as ", " AS ")
LOOSE = FIXED.replace(" AS ", "   as ")
WARNS = 'FROM debian:latest\nUSER 1000\nCMD ["true"]\n'
TAKEN = ["Dockerfile", "Containerfile", "Dockerfile.prod", "Containerfile.x", "app.Dockerfile", "app.dockerfile", "app.containerfile", "app.Containerfile",
         "dockerfile", "Dockerfile-dev", "Dockerfile_dev", "sub/directory/Dockerfile", ".devcontainer/Dockerfile"]
LEFT = ["Dockerfile.j2", "Dockerfile.md", "x.dockerignore", "Dockerfile.dockerignore", "README", "MyDockerfile", "Dockerfile.tmpl", "vendor/Dockerfile",
        "node_modules/a/Dockerfile", "third_party/Dockerfile"]

with tempfile.TemporaryDirectory() as directory:
    env = {**os.environ, "HOME": directory, "PRE_COMMIT_HOME": os.path.join(directory, ".cache"), "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    for name in list(env):
        if name.startswith("GIT_") and name not in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"): del env[name]
    repository = os.path.join(directory, "repository")
    os.mkdir(repository)
    def run(*command, check=True):
        done = subprocess.run(command, cwd=repository, env=env, capture_output=True, text=True)
        if check and done.returncode: sys.exit(f"{command} failed\n{done.stdout}{done.stderr}")
        return done
    def write(name, text):
        path = os.path.join(repository, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out: out.write(text)
    def read(name):
        with open(os.path.join(repository, name), encoding="utf-8") as source: return source.read()
    def hook(name): return run(pre_commit, "run", name, "--all-files", "--verbose", check=False)
    def expect(what, is_so, done):
        print(("ok    " if is_so else "FAILS ") + what)
        if not is_so: sys.exit(done.stdout + done.stderr)

    run("git", "init", "-q")
    run("git", "config", "user.email", "test@example.org")
    run("git", "config", "user.name", "test")
    write(".pre-commit-config.yaml", f"repos:\n- repo: local\n  hooks:\n{indented}")
    write("dockwright.toml", 'exclude = ["third_party/**"]\n')
    for name in TAKEN + LEFT: write(name, WARNS)
    run("git", "add", "-A")
    run("git", "commit", "-q", "-m", "first", "--no-verify")

    done = hook("dockwright")
    named = set(re.findall(r"(?m)^(\S+?):\d+:\d+: warning DL3007", done.stdout))
    expect("dockwright fails on a diagnostic", done.returncode == 1, done)
    expect(f"dockwright takes every name of a Dockerfile ({len(TAKEN)}), and no other", named == set(TAKEN), done)
    done = hook("hadolint")
    expect("dockwright as hadolint fails, too", done.returncode == 1 and "DL3007" in done.stdout, done)

    for name in TAKEN + LEFT: write(name, FIXED)
    write("Dockerfile", BAD)
    write("third_party/Dockerfile", BAD)
    run("git", "add", "-A")
    done = hook("dockwright")
    expect("dockwright passes below the threshold", done.returncode == 0, done)
    done = hook("dockwright-fix")
    expect("dockwright-fix fails once", done.returncode == 1 and "files were modified by this hook" in done.stdout, done)
    expect("dockwright-fix changes the file", read("Dockerfile") == FIXED, done)
    expect("dockwright-fix leaves excluded files alone", read("third_party/Dockerfile") == BAD, done)
    run("git", "add", "-A")
    done = hook("dockwright-fix")
    expect("dockwright-fix passes the second time", done.returncode == 0, done)

    write("Dockerfile", LOOSE)
    run("git", "add", "-A")
    done = hook("dockwright-format")
    expect("dockwright-format fails once", done.returncode == 1 and "files were modified by this hook" in done.stdout, done)
    expect("dockwright-format lays out the file", read("Dockerfile") == FIXED, done)
    run("git", "add", "-A")
    done = hook("dockwright-format")
    expect("dockwright-format passes the second time", done.returncode == 0, done)

    run(pre_commit, "install")
    write("Dockerfile", BAD)
    run("git", "add", "-A")
    done = run("git", "commit", "-m", "second", check=False)
    expect("a commit is held up by the hooks", done.returncode != 0 and read("Dockerfile") == FIXED, done)
    run("git", "add", "-A")
    done = run("git", "commit", "--allow-empty", "-m", "second", check=False)
    expect("and goes through once the fix is added", done.returncode == 0, done)
