#!/usr/bin/env python3
"""Latency and memory of the language server, over its standard input and output.

    tests/editors/latency.py target/release/dockwright [EDITS [LINES]]

Sends each kind of request 40 times for a Dockerfile of LINES lines (300 by default) and prints the median time in milliseconds: for a
document that does not change, and directly after an edit, which includes a part of the analysis of the new text. Then
makes EDITS edits (10,000 by default), with requests for diagnostics and symbols after every 50, and prints the memory of the server
after each tenth of them; with 0, no edits are made. Exits with 1 if a median of the first kind is over its limit (10 ms; 20 ms for completion), or
if the memory grows by more than a tenth in the second half of the edits.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 40
LIMITS = {"textDocument/completion": 20.0}
LIMIT = 10.0


def document(size: int) -> str:
    """`size` lines: stages built on each other, RUNs of several lines, heredocs, variables."""
    lines = ["# syntax=docker/dockerfile:1", "ARG VERSION=1.2.3"]
    number = 0
    while len(lines) < size:
        number += 1
        lines += [
            f"FROM {'debian:12' if number == 1 else f'stage{number - 1}'} AS stage{number}",
            "ARG VERSION",
            f"ENV NAME{number}=value{number} PATH=/opt/{number}/bin:$PATH",
            "WORKDIR /srv/app",
        ]
        for part in range(4):
            lines += [
                "RUN apt-get update \\",
                "  && apt-get install -y --no-install-recommends \\",
                "    ca-certificates \\",
                "    curl \\",
                f'    libcurl4-openssl-dev && echo "$NAME{number} {part}" \\',
                "  && rm -rf /var/lib/apt/lists/*",
                f"COPY src/{part} /srv/app/{part}",
            ]
        lines += ["RUN <<EOF", "set -e", "for file in *.txt; do", '  echo "$file" >> list', "done", "EOF"]
    return "\n".join(lines[:size]) + "\n"


class Server:
    def __init__(self, program: str, directory: Path):
        self.process = subprocess.Popen([program, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        capabilities = {"textDocument": {"diagnostic": {}, "codeLens": {}}, "general": {"positionEncodings": ["utf-16"]}}
        self.request("initialize", {"processId": None, "rootUri": directory.as_uri(), "capabilities": capabilities})
        self.notify("initialized", {})

    def send(self, message: dict):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def notify(self, method: str, params: dict):
        self.send({"method": method, "params": params})

    def request(self, method: str, params) -> object:
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.number and "method" not in message:
                if "error" in message:
                    sys.exit(f"{method}: {message['error']}")
                return message["result"]

    def receive(self) -> dict:
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(self.process.stdout.read(length))

    def memory(self) -> float:
        """Resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1000


def main() -> int:
    program = sys.argv[1]
    edits = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    size = int(sys.argv[3]) if len(sys.argv) > 3 else 300
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        server = Server(program, directory)
        uri = (directory / "Dockerfile").as_uri()
        text = document(size)
        opened = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": text}
        server.notify("textDocument/didOpen", {"textDocument": opened})
        is_slow = measure_latency(server, uri, text.split("\n"))
        grows = edits > 0 and measure_memory(server, uri, edits)
        server.process.kill()
        return int(is_slow or grows)


def measure_latency(server: Server, uri: str, lines: list[str]) -> bool:
    own = {"textDocument": {"uri": uri}}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": len(lines) - 1, "character": 0}}
    install = next(n for n, line in enumerate(lines) if n > 150 and line.strip().startswith("libcurl4"))
    copy = next(n for n, line in enumerate(lines) if n > 150 and line.startswith("COPY"))
    variable = {**own, "position": {"line": install, "character": lines[install].index("$") + 2}}
    cursor = variable["position"]
    options = {"tabSize": 4, "insertSpaces": True}
    requests = {
        "textDocument/completion": {**own, "position": {"line": install, "character": 12}},
        "textDocument/signatureHelp": {**own, "position": {"line": copy, "character": 12}},
        "textDocument/hover": {**own, "position": {"line": copy, "character": 1}},
        "textDocument/definition": variable,
        "textDocument/references": {**variable, "context": {"includeDeclaration": True}},
        "textDocument/documentHighlight": variable,
        "textDocument/documentSymbol": own,
        "textDocument/foldingRange": own,
        "textDocument/selectionRange": {**own, "positions": [variable["position"]]},
        "textDocument/documentLink": own,
        "textDocument/semanticTokens/full": own,
        "textDocument/inlayHint": {**own, "range": whole},
        "textDocument/codeLens": own,
        "workspace/symbol": {"query": "stage"},
        "textDocument/formatting": {**own, "options": options},
        "textDocument/rangeFormatting": {**own, "options": options, "range": whole},
        "textDocument/prepareRename": variable,
        "textDocument/rename": {**variable, "newName": "OTHER"},
        "textDocument/codeAction": {**own, "range": {"start": cursor, "end": cursor}, "context": {"diagnostics": []}},
        "textDocument/diagnostic": own,
    }
    is_slow = False
    version = 1
    print(f"{'':34} {'unchanged':>10} {'after an edit':>14}")
    for method, params in requests.items():
        server.request(method, params)
        medians = []
        for has_edit in (False, True):
            times = []
            for _ in range(ROUNDS):
                if has_edit:
                    # A line at the end grows.
                    version += 1
                    at = {"line": len(lines) - 1, "character": version - 2}
                    document = {"uri": uri, "version": version}
                    change = {"range": {"start": at, "end": at}, "text": "#"}
                    server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
                started = time.perf_counter()
                server.request(method, params)
                times.append((time.perf_counter() - started) * 1000)
            medians.append(statistics.median(times))
        is_over = medians[0] > LIMITS.get(method, LIMIT)
        is_slow |= is_over
        print(f"{method:34} {medians[0]:7.1f} ms {medians[1]:11.1f} ms{'  TOO SLOW' if is_over else ''}", flush=True)
    return is_slow


def measure_memory(server: Server, uri: str, edits: int) -> bool:
    memory = []
    for edit in range(edits):
        # Every other edit takes the one before it back.
        at = {"line": 10 + (edit // 2) % 240, "character": 0}
        end = {**at, "character": 2} if edit % 2 else at
        change = {"range": {"start": at, "end": end}, "text": "" if edit % 2 else "# "}
        document = {"uri": uri, "version": edit + 2000}
        server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
        if edit % 50 == 49:
            server.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            server.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        if edit % max(edits // 10, 1) == max(edits // 10, 1) - 1:
            memory.append(server.memory())
    grows = memory[-1] > memory[len(memory) // 2] * 1.1
    print("memory in MB:", " ".join(f"{value:.0f}" for value in memory))
    print("memory grows" if grows else f"memory is stable after {edits} edits")
    return grows


if __name__ == "__main__":
    sys.exit(main())
