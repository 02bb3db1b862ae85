#!/usr/bin/env python3
"""Runs `dockwright pin` against Debian's docker-registry on loopback.

    tests/pin_registry.py target/debug/dockwright

Needs the packages docker-registry, skopeo and apache2-utils (htpasswd). The images are created here, with a few bytes each.
Covers: an index of two platforms, a moved tag, a deleted image, basic and token authentication, a credential helper, a
registry that is reached through a mirror, `--offline`, and that no password is in any output, in text or JSON, or in
any file that `pin` writes, such as its cache.
"""

import base64
import gzip
import hashlib
import http.server
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.parse
import urllib.request

USER, PASSWORD = "tester", "correct-horse-battery"
OUTPUTS = []


def layer(text):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        info = tarfile.TarInfo("file")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text.encode()))
    return data.getvalue()


def blob(directory, content):
    digest = hashlib.sha256(content).hexdigest()
    path = os.path.join(directory, "blobs", "sha256")
    os.makedirs(path, exist_ok=True)
    with open(os.path.join(path, digest), "wb") as file:
        file.write(content)
    return {"digest": "sha256:" + digest, "size": len(content)}


def layout(directory, text, platforms, created):
    """Writes an OCI layout with one index; returns the digest of the index."""
    manifests = []
    for arch in platforms:
        plain = layer(f"{text} {arch}")
        config = {
            "architecture": arch,
            "os": "linux",
            "created": created,
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(plain).hexdigest()]},
        }
        kind = "application/vnd.oci.image."
        manifest = {
            "schemaVersion": 2,
            "mediaType": kind + "manifest.v1+json",
            "config": {"mediaType": kind + "config.v1+json", **blob(directory, json.dumps(config).encode())},
            "layers": [{"mediaType": kind + "layer.v1.tar+gzip", **blob(directory, gzip.compress(plain, mtime=0))}],
        }
        manifests.append(
            {
                "mediaType": kind + "manifest.v1+json",
                "platform": {"architecture": arch, "os": "linux"},
                **blob(directory, json.dumps(manifest).encode()),
            }
        )
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests}
    entry = {"mediaType": index["mediaType"], **blob(directory, json.dumps(index).encode())}
    with open(os.path.join(directory, "index.json"), "w") as file:
        json.dump({"schemaVersion": 2, "manifests": [entry]}, file)
    with open(os.path.join(directory, "oci-layout"), "w") as file:
        json.dump({"imageLayoutVersion": "1.0.0"}, file)
    return entry["digest"]


class Registry:
    """A separate docker-registry."""

    def __init__(self, directory, port, auth=None):
        self.directory, self.host = directory, f"127.0.0.1:{port}"
        os.makedirs(directory)
        config = {
            "version": 0.1,
            "log": {"level": "error"},
            "storage": {"filesystem": {"rootdirectory": os.path.join(directory, "data")}, "delete": {"enabled": True}},
            "http": {"addr": self.host},
        }
        if auth:
            config["auth"] = auth
        path = os.path.join(directory, "config.yml")
        with open(path, "w") as file:
            json.dump(config, file)
        log = open(os.path.join(directory, "log"), "w")
        self.process = subprocess.Popen(["docker-registry", "serve", path], stdout=log, stderr=log)
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{self.host}/v2/")
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit("the registry does not start")

    def push(self, name, text, platforms=("amd64", "arm64"), created="2020-01-01T00:00:00Z", creds=()):
        with tempfile.TemporaryDirectory() as directory:
            digest = layout(directory, text, platforms, created)
            command = ["skopeo", "copy", "--all", "--preserve-digests", "--dest-tls-verify=false", *creds]
            target = f"docker://{self.host}/{name}"
            subprocess.run([*command, f"oci:{directory}", target], check=True, capture_output=True)
        return digest

    def stop(self):
        self.process.terminate()
        self.process.wait()


class TokenServer(http.server.BaseHTTPRequestHandler):
    """Issues the token `open-sesame` for the user's password, or for a refresh token."""

    seen = []

    def log_message(self, *_):
        pass

    def reply(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        TokenServer.seen.append(self.path)
        basic = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") == basic:
            self.reply(200, {"token": "open-sesame"})
        else:
            self.reply(401, {})

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        TokenServer.seen.append(self.path + " " + form["grant_type"][0])
        if form["refresh_token"] == [PASSWORD]:
            self.reply(200, {"access_token": "open-sesame"})
        else:
            self.reply(401, {})


class Guarded(http.server.BaseHTTPRequestHandler):
    """A proxy in front of a registry that requires the token."""

    realm = backend = None

    def log_message(self, *_):
        pass

    def do_GET(self):
        if self.headers.get("Authorization") != "Bearer open-sesame":
            repository = self.path.split("/v2/")[1].rsplit("/manifests/")[0].rsplit("/blobs/")[0]
            self.send_response(401)
            challenge = f'Bearer realm="{self.realm}",service="test",scope="repository:{repository}:pull"'
            self.send_header("WWW-Authenticate", challenge)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        headers = {"Accept": self.headers.get("Accept", "*/*")}
        try:
            answer = urllib.request.urlopen(urllib.request.Request(f"http://{self.backend}{self.path}", headers=headers))
        except urllib.error.HTTPError as error:
            answer = error
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Docker-Content-Digest"):
            if answer.headers.get(name):
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(handler):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_address[1]}"


class Tester:
    def __init__(self, program, directory):
        self.program, self.directory, self.failures, self.count = os.path.abspath(program), directory, 0, 0
        os.makedirs(os.path.join(directory, "work", ".git"))

    def run(self, text, *arguments, config=None, docker=None, path=None):
        """Runs `pin`; returns the exit code, the new text and the output."""
        work = os.path.join(self.directory, "work")
        with open(os.path.join(work, "Dockerfile"), "w") as file:
            file.write(text)
        with open(os.path.join(work, "dockwright.toml"), "w") as file:
            file.write(config or "")
        home = os.path.join(self.directory, "home", ".docker")
        os.makedirs(home, exist_ok=True)
        with open(os.path.join(home, "config.json"), "w") as file:
            json.dump(docker or {}, file)
        env = {"HOME": os.path.dirname(home), "PATH": f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"]}
        run = subprocess.run(
            [self.program, "pin", "--verbose", *arguments, "Dockerfile"], cwd=work, env=env, capture_output=True, text=True, timeout=120
        )
        OUTPUTS.append(run.stdout + run.stderr)
        with open(os.path.join(work, "Dockerfile")) as file:
            return run.returncode, file.read(), run.stdout + run.stderr

    def expect(self, what, condition, detail=""):
        self.count += 1
        if not condition:
            self.failures += 1
            print(f"FAILED: {what}\n{detail}")


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as directory:
        tester = Tester(sys.argv[1], directory)
        htpasswd = subprocess.run(["htpasswd", "-nbB", USER, PASSWORD], check=True, capture_output=True, text=True)
        with open(os.path.join(directory, "htpasswd"), "w") as file:
            file.write(htpasswd.stdout)
        basic_auth = {"htpasswd": {"realm": "test", "path": os.path.join(directory, "htpasswd")}}
        registries = [Registry(os.path.join(directory, "open"), 5911), Registry(os.path.join(directory, "basic"), 5912, basic_auth)]
        try:
            scenarios(tester, *registries)
        finally:
            for registry in registries:
                registry.stop()
        for secret in [PASSWORD, "open-sesame", "wrong-password", *(encoded(one) for one in (PASSWORD, "wrong-password"))]:
            tester.expect("no secret is printed", not any(secret in output for output in OUTPUTS), secret)
            written = [path for path in written_files(directory) if secret.encode() in contents(path)]
            tester.expect("no secret is written", not written, f"{secret} {written}")
        files = written_files(directory)
        tester.expect("the cache is searched", any("cache" in path for path in files), str(files))
    print(f"{tester.count - tester.failures} passed, {tester.failures} failed")
    sys.exit(1 if tester.failures else 0)


def encoded(password):
    return base64.b64encode(f"{USER}:{password}".encode()).decode()


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def written_files(directory):
    """All files below a directory, except the credentials of the scenarios and the data of the registries."""
    found = []
    for root, directories, names in os.walk(directory):
        directories[:] = [one for one in directories if one not in (".docker", "bin", "open", "basic")]
        found += [os.path.join(root, name) for name in names if name != "htpasswd"]
    return found


def scenarios(tester, open_registry, basic_registry):
    host, expect, run = open_registry.host, tester.expect, tester.run
    first = open_registry.push("team/app:1", "one")
    text = f"FROM {host}/team/app:1 AS a\nFROM scratch\nCOPY --from={host}/team/app:1 /file /\n"

    code, pinned, out = run(text)
    expect("the index is pinned, everywhere", code == 0 and pinned.count(f"team/app:1@{first}") == 2, out + pinned)
    code, again, out = run(pinned)
    expect("pinning twice changes nothing", code == 0 and again == pinned, out)
    code, _, out = run(text, "--check")
    expect("a missing pin is found", code == 1 and "is not pinned" in out, out)
    code, _, out = run(pinned, "--check", "--max-age", "30")
    expect("an old pin that is the newest is fine", code == 0, out)

    second = open_registry.push("team/app:1", "two", created="2026-01-01T00:00:00Z")
    expect("the tag has moved", second != first)
    code, same, out = run(pinned)
    expect("a moved tag changes nothing without --update", code == 0 and same == pinned, out)
    code, moved, out = run(pinned, "--update", "--diff")
    expect("--diff shows the update and writes nothing", code == 1 and f"+FROM {host}/team/app:1@{second}" in out and moved == pinned, out)
    code, _, out = run(pinned, "--check")
    expect("an old pin is fine without --max-age", code == 0, out)
    code, _, out = run(pinned, "--check", "--max-age", "30")
    expect("an old pin is reported with --max-age", code == 1 and "too old" in out, out)
    code, moved, out = run(pinned, "--update")
    expect("--update raises the pin", code == 0 and moved.count(second) == 2 and first not in moved, out + moved)

    gone = pinned.replace(first, "sha256:" + "ab" * 32)
    code, _, out = run(gone, "--check")
    expect("a pin that is gone is reported", code == 1 and "no longer available" in out, out)
    single = open_registry.push("team/single:1", "single", platforms=("arm64",))
    code, pinned, out = run(f"FROM {host}/team/single:1\n")
    expect("an index of one platform is pinned as an index", single in pinned, out)
    code, pinned, out = run(f"# syntax={host}/team/app:1\nARG BASE={host}/team/app:1\nFROM $BASE\n")
    expect("# syntax= and ARG defaults are pinned", code == 0 and pinned.count("@" + second) == 2, out + pinned)
    code, pinned, out = run(f"FROM {host}/team/none:1 AS x\nFROM {host}/team/app:1\n")
    expect("a failed lookup leaves its line and pins the others", code == 2 and f"none:1 AS" in pinned and second in pinned, out)

    mirror = f'[pin]\nregistries = {{ "registry.example.org" = "{host}", "docker.io" = "{host}" }}\n'
    code, pinned, out = run("FROM registry.example.org/team/app:1\n", config=mirror)
    expect("a mirror is asked in place of the registry", pinned == f"FROM registry.example.org/team/app:1@{second}\n", out + pinned)
    hub = open_registry.push("library/tool:2", "hub")
    code, pinned, out = run("FROM tool:2\n", config=mirror)
    expect("a mirror of Docker Hub has its official images", pinned == f"FROM tool:2@{hub}\n", out + pinned)
    code, pinned, out = run("FROM tool:2\n", "--offline", config=mirror)
    expect("--offline answers from the cache", code == 0 and hub in pinned and "as of" in out, out + pinned)
    code, pinned, out = run("FROM other:2\n", "--offline", config=mirror)
    expect("--offline says what the cache lacks", code == 2 and "not in the cache" in out, out)

    host = basic_registry.host
    creds = (f"--dest-creds={USER}:{PASSWORD}",)
    digest = basic_registry.push("private/app:1", "private", creds=creds)
    text = f"FROM {host}/private/app:1\n"
    code, pinned, out = run(text)
    expect("without credentials, access is denied", code == 2 and "denies access without credentials" in out, out)
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    code, pinned, out = run(text, docker={"auths": {host: {"auth": auth}}})
    expect("basic authentication works", code == 0 and digest in pinned, out)
    code, _, out = run(text, "--format", "json", docker={"auths": {host: {"auth": auth}}})
    expect("JSON reports the pin", code == 0 and '"status"' in out and digest in out, out)
    wrong = base64.b64encode(f"{USER}:wrong-password".encode()).decode()
    code, pinned, out = run(text, docker={"auths": {host: {"auth": wrong}}})
    expect("wrong credentials are refused", code == 2 and "refuses the credentials" in out and pinned == text, out)
    code, _, out = run(text, "--format", "json", docker={"auths": {host: {"auth": wrong}}})
    expect("also in JSON", code == 2 and '"failed"' in out and "refuses the credentials" in out, out)
    helpers = os.path.join(tester.directory, "bin")
    os.makedirs(helpers)
    helper = os.path.join(helpers, "docker-credential-test")
    with open(helper, "w") as file:
        given = json.dumps({"ServerURL": host, "Username": USER, "Secret": PASSWORD})
        file.write(f"#!/bin/sh\nread server\n[ \"$server\" = {host} ] && echo '{given}'\n")
    os.chmod(helper, 0o755)
    code, pinned, out = run(text, docker={"credHelpers": {host: "test"}}, path=helpers)
    expect("a credential helper is asked", code == 0 and digest in pinned, out)
    code, pinned, out = run(text, docker={"credsStore": "missing"})
    expect("a missing helper is an error", code == 2 and "docker-credential-missing" in out, out)

    Guarded.backend = open_registry.host
    Guarded.realm = f"http://{serve(TokenServer)}/token"
    host = serve(Guarded)
    text = f"FROM {host}/team/app:1\n"
    code, pinned, out = run(text, docker={"auths": {host: {"auth": auth}}})
    expect("a token is asked for", code == 0 and second in pinned, out)
    code, pinned, out = run(text, docker={"auths": {host: {"auth": wrong}}})
    expect("a token server refuses wrong credentials", code == 2 and "refuses the credentials" in out, out)
    code, pinned, out = run(text, docker={"auths": {host: {"auth": auth, "identitytoken": PASSWORD}}})
    expect("an identity token is exchanged", code == 0 and second in pinned, out)
    expect("by the flow for refresh tokens", "/token refresh_token" in TokenServer.seen, str(TokenServer.seen))


if __name__ == "__main__":
    main()
