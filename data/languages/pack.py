#!/usr/bin/env python3
"""Packs pip.tsv and npm.tsv into pip.bin and npm.bin, which crates/dockwright-model/src/facts/languages/table.rs reads.

    python3 data/languages/pack.py

The program needs sizes in KiB, and of versions only what distinguishes incompatible ones: the rest is omitted.
"""
import zlib
from pathlib import Path

HERE = Path(__file__).parent


def kib(size):
    return "" if size == "" else str((int(size) + 512) // 1024)


def series(version):
    """`4` of `4.27.1`, `0.5` of `0.5.2`: other series may be entirely different."""
    first, _, rest = version.partition(".")
    return f"0.{rest.partition('.')[0]}" if first == "0" else first


def main():
    for name in ("pip", "npm"):
        method, _, *lines = HERE.joinpath(f"{name}.tsv").read_text().splitlines()
        rows = [method.lstrip("# ")]
        for line in lines:
            package, version, files, compiled, archive, needs = line.split("\t")
            rows.append("\t".join([package, kib(files), kib(compiled), kib(archive), needs, series(version)]))
        body = "\n".join(rows).encode()
        packed = b"DWLT\x01" + len(body).to_bytes(4, "little") + zlib.compress(body, 9)
        HERE.joinpath(f"{name}.bin").write_bytes(packed)
        print(f"{name}: {len(lines)} rows, {len(body)} bytes, packed {len(packed)}")


if __name__ == "__main__":
    main()
