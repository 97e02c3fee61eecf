"""Lines of a trace with bytes put in and taken out: both engines say the same, or refuse the same.

`python tests/traces/test_broken_lines.py SECONDS` goes on for that long, with runs of its own.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from gtcheck.models.errors import GtcheckError
from gtcheck.traces import observe
from gtcheck.traces.native import reading

LINES = (
    b'{"gtcheck":1,"mode":"async","clock_error_us":2,"initial":0}',
    b'{"type":"invoke","id":"a","op":"write","session":1,"start":1,"key":"x","value":3}',
    b'{"type":"return","id":"a","end":5,"outcome":"ok","version":1.5}',
    b'{"type":"op","op":"read","session":"s","start":6,"end":9,"key":"x","version":[1,"r"],'
    b'"value":"\\u00e9\\ud83d\\ude00","region":"e","consistency":"strong"}',
    b'{"type":"op","op":"update","session":"s","start":6,"end":null,"key":7,"expected":3,'
    b'"value":{"a":[1,2.5,null]},"outcome":"unknown","id":9}',
    b'{"type":"op","op":"increment","session":2,"start":-7,"end":3,"key":"n","value":2}',
    b'{"type":"op","op":"delete","session":2,"start":2,"end":3,"key":"n","outcome":"conflict"}',
    b'{"type":"op","op":"transaction","session":2,"start":2,"end":3,'
    b'"items":[{"op":"read","key":"x","value":3}]}',
    b'{"type":"apply","region":"e","key":"x","version":1,"origin":"w","applied":true,"time":4}',
)
PIECES = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b" ", b"\t", b"\r", b"\n", b"\0", b"1"]
PIECES += [b"null", b"true", b"1e5", b"-0", b"0.1", b"9223372036854775808", b"\xff", b"\x0b"]
PIECES += [b"\xef\xbb\xbf", b"\\u0000", b"\\ud800", b'"type":"op"', b'"id":"a"', b'"end":null']


def broken(random: Random, most: int) -> bytes:
    lines = [random.choice(LINES) for _ in range(random.randint(1, most))]
    lines[:0] = random.choice([[], [LINES[0]]])
    data = bytearray(b"\n".join(lines) + random.choice([b"", b"\n"]))
    for _ in range(random.choice([0, 1, 1, 2, 4])):
        at = random.randrange(len(data) + 1)
        taken = random.choice([0, 0, 1, 4])
        data[at : at + taken] = random.choice([b"", bytes([random.randrange(256)]), *PIECES])
    return bytes(data)


def said(paths: list[Path], engine: Any, on_bad_line: Any) -> Any:
    try:
        found = observe(paths, engine=engine, on_bad_line=on_bad_line).as_json()
    except GtcheckError as error:
        return type(error), str(error)
    return {name: value for name, value in found.items() if name not in ("seconds", "engine")}


def compare(folder: Path, random: Random) -> None:
    paths = [folder / f"{number}.jsonl" for number in range(random.choice([1, 1, 2]))]
    for path in paths:
        path.write_bytes(broken(random, 9))
    on_bad_line = random.choice(["fail", "skip"])
    given = [path.read_bytes() for path in paths]
    native = said(paths, "native", on_bad_line)
    assert native == said(paths, "reference", on_bad_line), given


def test_both_engines_say_the_same_of_broken_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_WINDOWS", (2, 8, 1 << 62))
    for seed in range(400):
        compare(tmp_path, Random(seed))


if __name__ == "__main__":
    until = time.monotonic() + float(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        tried = 0
        while time.monotonic() < until:
            compare(Path(name), Random())
            tried += 1
    sys.stdout.write(f"{tried:,} runs, and both engines said the same\n")
