#!/usr/bin/env python3
"""Builds the packages of a release for this machine from local files, installs them, and runs them.

usage: test_packages.py DOCKWRIGHT [npm] [downloads] [wheel] [pre-commit]

Without names, everything is tested. DOCKWRIGHT is packed into the npm packages and the downloads; the wheel is built by
maturin (with the debug profile), and the pre-commit hooks install it. Needs npm, maturin, pre-commit, git and, for the
build backend of the mirror, PyPI.
"""
import glob, os, platform, shutil, subprocess, sys, tempfile, time, venv

import layout, npm_packages, pre_commit_mirror
from pre_commit_mirror import HERE, version

WARNS = 'FROM debian:latest\nUSER 1000\nCMD ["true"]\n'
CLEAN = WARNS.replace("latest", "12")
ARCH = {"x86_64": "x86_64", "AMD64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]


def run(*command, check=True, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if check and done.returncode: sys.exit(f"{command} failed\n{done.stdout}{done.stderr}")
    return done


def expect(what, is_so, shown=""):
    print(("ok    " if is_so else "FAILS ") + what, flush=True)
    if not is_so: sys.exit(str(shown))


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out: out.write(text)


def works(what, command, directory):
    """The program runs, finds a problem, and exits with its own status."""
    write(os.path.join(directory, "Dockerfile"), WARNS)
    done = run(*command, "check", "--isolated", "Dockerfile", check=False, cwd=directory)
    shown = run(*command, "--version", cwd=directory).stdout
    expect(f"{what}: {shown.strip()}", done.returncode == 1 and "DL3007" in done.stdout and shown.startswith(f"dockwright {version()}"), done)


def test_npm(directory, program):
    binaries, out = os.path.join(directory, "binaries"), os.path.join(directory, "npm")
    os.makedirs(binaries)
    target = f"linux-{'x64' if ARCH == 'x86_64' else 'arm64'}"
    shutil.copy(program, os.path.join(binaries, npm_packages.TARGETS[target][2]))
    npm_packages.main(out, binaries, [target])
    env = {**os.environ, "npm_config_cache": os.path.join(directory, "npm-cache"), "npm_config_update_notifier": "false"}
    tarballs = []
    for name in (f"dockwright-{target}", "dockwright"):
        run("npm", "pack", f"./{name}", cwd=out, env=env)
        tarballs.append(os.path.join(out, f"{name}-{version()}.tgz"))
    project = os.path.join(directory, "project")
    write(os.path.join(project, "package.json"), '{"private": true}\n')
    run("npm", "install", "--offline", "--no-audit", "--no-fund", *tarballs, cwd=project, env=env)
    works("npx dockwright", ["npx", "--offline", "dockwright"], project)
    done = run("npx", "--offline", "dockwright", "check", "-", check=False, cwd=project, input=WARNS)
    expect("npx dockwright reads standard input", "DL3007" in done.stdout, done)
    shutil.rmtree(os.path.join(project, "node_modules", f"dockwright-{target}"))
    done = run("npx", "--offline", "dockwright", "--version", check=False, cwd=project)
    expect("without the package of the platform, it says so", done.returncode == 2 and f"no program for {target}" in done.stderr, done)
    npm_packages.main(os.path.join(directory, "all"), complete(directory, program), list(npm_packages.TARGETS))
    expect("all npm packages can be written", len(os.listdir(os.path.join(directory, "all"))) == 6)


def complete(directory, program):
    """A directory with the downloads of each platform; the programs of other platforms than this one are stand-ins."""
    out = os.path.join(directory, "complete")
    if not os.path.exists(out):
        os.environ["DOCKWRIGHT"] = program
        other = os.path.join(directory, "stand-in")
        write(other, "not a program\n")
        for name in layout.PLATFORMS: layout.pack(out, name, program if name == f"linux-{ARCH}" else other)
    return out


def test_downloads(directory, program):
    out = complete(directory, program)
    check = lambda: run(sys.executable, os.path.join(HERE, "packaging", "layout.py"), "check", out, check=False)
    expect("the downloads of all platforms are complete", check().returncode == 0, check())
    expect("their checksums are right", run("sha256sum", "--quiet", "-c", "sha256.txt", cwd=out).stdout == "")
    unpacked = os.path.join(directory, "unpacked")
    os.makedirs(unpacked)
    run("tar", "xzf", os.path.join(out, f"dockwright-linux-{ARCH}.tar.gz"), "-C", unpacked)
    root = os.path.join(unpacked, f"dockwright-linux-{ARCH}")
    works("the program in the archive", [os.path.join(root, "dockwright")], os.path.join(directory, "elsewhere"))
    other = os.path.join(out, f"hadolint-linux-{ARCH}")
    os.link(other, os.path.join(directory, "hadolint"))
    done = run(os.path.join(directory, "hadolint"), "--no-fail", os.path.join(directory, "elsewhere", "Dockerfile"))
    expect("under the name hadolint, it is hadolint", "Dockerfile:1 DL3007 " in done.stdout, done)
    expect("bash reads the completions", run("bash", "-n", os.path.join(root, "completions", "dockwright.bash")).returncode == 0)
    if shutil.which("man"):
        pages = sorted(glob.glob(os.path.join(root, "man", "*.1")))
        faults = [page for page in pages if run("man", "--warnings", "-l", page, env={**os.environ, "MANPAGER": "cat", "LC_ALL": "C.UTF-8"}).stderr]
        expect(f"man reads the {len(pages)} pages without warnings", not faults, faults)
    with open(os.path.join(out, f"dockwright-linux-{ARCH}"), "ab") as file: file.write(b"x")
    expect("a changed program is found", "checksum" in check().stdout, check())


def test_wheel(directory, program):
    wheels = os.path.join(directory, "wheels")
    run("maturin", "build", "--profile", "dev", "--locked", "--compatibility", "linux", "--out", wheels, cwd=HERE)
    [wheel] = os.listdir(wheels)
    expect(f"wheel {wheel}", wheel.startswith(f"dockwright-{version()}-py3-none-"))
    home = os.path.join(directory, "environment")
    venv.create(home, with_pip=True)
    run(os.path.join(home, "bin", "pip"), "install", "--no-index", "--find-links", wheels, "dockwright")
    works("the wheel in a fresh environment", [os.path.join(home, "bin", "dockwright")], os.path.join(directory, "elsewhere"))
    return wheels


def test_pre_commit(directory, wheels):
    mirror, project = os.path.join(directory, "mirror"), os.path.join(directory, "hooked")
    env = {**os.environ, "HOME": directory, "PRE_COMMIT_HOME": os.path.join(directory, "hooks"), "PIP_CACHE_DIR": os.path.join(directory, "pip"),
           "PIP_FIND_LINKS": wheels, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null", "XDG_DATA_HOME": directory}
    for name in [name for name in env if name.startswith("GIT_") and "CONFIG" not in name]: del env[name]
    for name, text in pre_commit_mirror.files(version()).items(): write(os.path.join(mirror, name), text)
    write(os.path.join(project, "Dockerfile"), WARNS.replace("\n", " as base\n", 1))
    write(os.path.join(project, ".pre-commit-config.yaml"),
          f"repos:\n- repo: {mirror}\n  rev: v{version()}\n  hooks:\n  - id: dockwright-fix\n  - id: dockwright\n")
    for root in (mirror, project):
        for command in ("init -q", "config user.email a@example.org", "config user.name a", "add -A", "commit -q -m a"):
            run("git", *command.split(), cwd=root, env=env)
    run("git", "tag", f"v{version()}", cwd=mirror, env=env)
    start = time.monotonic()
    done = run("pre-commit", "run", "--all-files", check=False, cwd=project, env=env)
    seconds = time.monotonic() - start
    with open(os.path.join(project, "Dockerfile"), encoding="utf-8") as file: text = file.read()
    expect(f"first run of the mirror's hooks with empty caches: {seconds:.1f} s", "DL3007" in done.stdout and " AS base" in text, done)
    start = time.monotonic()
    run("pre-commit", "run", "--all-files", check=False, cwd=project, env=env)
    print(f"ok    second run: {time.monotonic() - start:.1f} s")
    write(os.path.join(project, "Dockerfile"), CLEAN)
    done = run("pre-commit", "run", "--all-files", check=False, cwd=project, env=env)
    expect("a file without problems passes", done.returncode == 0, done)


if __name__ == "__main__":
    if len(sys.argv) < 2: sys.exit(__doc__)
    program, wanted = os.path.abspath(sys.argv[1]), set(sys.argv[2:]) or {"npm", "downloads", "wheel", "pre-commit"}
    with tempfile.TemporaryDirectory() as directory:
        if "npm" in wanted: test_npm(directory, program)
        if "downloads" in wanted: test_downloads(directory, program)
        if wanted & {"wheel", "pre-commit"}:
            wheels = test_wheel(directory, program)
            if "pre-commit" in wanted: test_pre_commit(directory, wheels)
