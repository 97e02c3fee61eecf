"""Good files of every format, spoilt here and there: they are read, or refused in one line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import pytest
import zstandard
from gtcheck.cli.observe import command as observe_command
from gtcheck.models.errors import InputError
from gtcheck.traces import ObservationLimits, observe
from gtcheck.traces.readers.formats import FORMATS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.traces.simulated_runs import async_run
from tests.traces.test_otel_spans import STALE, exported

JEPSEN = [
    "INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]",
    "INFO  jepsen.util - 0\t:ok\t:cas\t[1 2]",
    "INFO  jepsen.util - 1\t:invoke\t:read\tnil",
    "INFO  jepsen.util - 1\t:info\t:read\t:timed-out",
]
EDN = [
    "{:process 0, :type :invoke, :f :txn, :value [[:append 1 2] [:r 1 nil]], :time 12, :index 0}",
    "{:process 0, :type :ok, :f :txn, :value [[:append 1 2] [:r 1 [2]]], :time 15, :index 1}",
    '{:process :nemesis, :type :info, :f :start, :value "cut {:n1 #{:n2}} \\" ]"}',
]
HISTORY = [
    {"index": 0, "type": "invoke", "process": 0, "f": "txn", "value": [["w", 1, 2]]},
    {"index": 1, "type": "ok", "process": 0, "f": "txn", "value": [["w", 1, 2]]},
]
GOOD: dict[str, str] = {
    "jsonl": "".join(json.dumps(line) + "\n" for line in async_run(6, 1)),
    "jepsen": "\n".join(JEPSEN) + "\n",
    "edn": "\n".join(EDN) + "\n",
    "json": json.dumps(HISTORY, indent=1),
    "plume": "w(1,2,0,0)\nr(1,2,1,1)\nr(2,0,1,1)\n",
    "awdit": "w 1 2\n----\nr 1 2\nw 2 3\n====\nr 2 3\n",
    "sessions": '{"session":0,"txn":1,"ops":[["w","x",1],["r","y",2]]}\n' * 2,
    "ledger": '{"type":"RwTxRequest","tx":0}\n{"type":"RwTxResponse","tx":0,"tx_id":[2,3]}\n',
    "otel": json.dumps([exported(each, gtcheck__mode="mrsc") for each in STALE]),
}
SPOILERS = ["", "\n", "\0", "\ufeff", "é", '"', "\\", "{", "}", "[", "]", "(", ":", ",", ";", "-"]
SPOILERS += ["9" * 5000, "[" * 300, '{"a":' * 300, "null", "1e999", "NaN", "#{", "#_", "/*"]
SPOILS = st.tuples(st.integers(0, 4000), st.integers(0, 12), st.sampled_from(SPOILERS))
PACKED: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zstandard": zstandard.compress,
}
LIMITS = ObservationLimits(max_line_bytes=20_000, max_expansion=50, max_seconds=1)


def spoilt(text: str, spoils: Sequence[tuple[int, int, str]]) -> bytes:
    """Put something else in the place of a few characters."""
    for at, length, other in spoils:
        at %= len(text) + 1
        text = text[:at] + other + text[at + length :]
    return text.encode()


def test_there_is_a_good_file_of_every_format(tmp_path: Path) -> None:
    assert set(GOOD) == set(FORMATS)
    for name, text in GOOD.items():
        path = tmp_path / name
        path.write_text(text)
        found = observe([path])
        assert (found.format, found.events.read > 0) == (name, True)


def test_the_command_line_offers_every_format() -> None:
    [option] = [each for each in observe_command.params if each.name == "input_format"]
    assert isinstance(option.type, click.Choice)
    assert set(option.type.choices) == {"auto", *FORMATS}


@pytest.mark.parametrize("name", GOOD)
@settings(
    max_examples=40, deadline=5_000, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(spoils=st.lists(SPOILS, min_size=1, max_size=3), packed=st.sampled_from(sorted(PACKED)))
def test_a_spoilt_file_is_read_or_refused_in_one_line_with_its_place(
    tmp_path: Path, name: str, spoils: list[tuple[int, int, str]], packed: str
) -> None:
    path = tmp_path / name
    path.write_bytes(PACKED[packed](spoilt(GOOD[name], spoils)))
    for how in ("fail", "skip"):
        try:
            observe([path], input_format=name, on_bad_line=how, limits=LIMITS)
        except InputError as error:
            refused = error
        else:
            continue
        assert refused.exit_code == 2
        assert "\n" not in str(refused)
        assert refused.place is not None
        assert refused.place.file == str(path)
        if refused.place.column is not None:
            assert "^" in refused.report()


@pytest.mark.parametrize("name", GOOD)
def test_no_format_is_read_out_of_a_bomb(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.packed"
    path.write_bytes(zstandard.compress(GOOD[name].encode() + (b" " * 99_999 + b"\n") * 250))
    with pytest.raises(InputError, match="grows more than"):
        observe([path], limits=ObservationLimits(max_expansion=20))
