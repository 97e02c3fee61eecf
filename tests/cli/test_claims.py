"""What `gtcheck claims` prints, and what it ends with; and that the talk's claims come out."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from gtcheck.cli import run
from gtcheck.models.claims import (
    Claim,
    Holds,
    Refuted,
    Scenario,
    Scope,
    Situation,
    Witnessed,
)
from gtcheck.models.library.mutant import Mutant

from .toy_claims import AVAILABILITY, COUNTER, claim

SOURCE = Path(COUNTER).read_text()


def set_claims(patch: pytest.MonkeyPatch, *claims: Claim, mutants: tuple[Mutant, ...] = ()) -> None:
    patch.setattr("gtcheck.models.claims.CLAIMS", claims)
    patch.setattr("gtcheck.models.library.mutants.MUTANTS", mutants)


def test_the_worst_check_is_the_claims_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scenario = Scenario(model=COUNTER)
    set_claims(
        monkeypatch,
        claim(Holds(scenario, "within-the-limit"), Refuted(scenario, "reaches-two"), name="C1"),
        claim(Holds(scenario, "within-the-limit"), name="C2"),
        Claim(id="C3", scope=Scope.ASYNC, text="Words.", reason="mere words"),
        Claim(id="C4", scope=Scope.STRONG, text="Fast.", reason="latencies", waits=True),
    )
    assert run(["claims"]) == 1
    said = capsys.readouterr().out
    assert re.search(r"^violated +C1 ", said, re.MULTILINE)
    assert "reaches-two must be refuted (violated)" in said
    assert re.search(r"^holds +C2 .* \(3 states\)$", said, re.MULTILINE)
    assert re.search(r"^background +C3 +A +Words\.\n +- mere words$", said, re.MULTILINE)
    assert re.search(r"^waiting +C4 +S +Fast\.$", said, re.MULTILINE)
    counts = "4 claims: 1 holds, 1 background, 1 waiting, 1 violated · 0 of 0 mutants killed"
    assert said.splitlines()[-1].startswith(f"{counts} · 2 explorations, 6 states, ")


def test_all_that_comes_out_ends_with_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_claims(monkeypatch, claim(Holds(Scenario(model=COUNTER), "within-the-limit")))
    assert run(["claims"]) == 0
    assert capsys.readouterr().err == ""
    assert run(["claims", "--max-states", "1"]) == 3


def test_one_claim_is_shown_with_its_trace_and_only_it_is_explored(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    slip = Scenario(model=COUNTER, faults={"slip": 1})
    nowhere = Scenario(model="nowhere")
    set_claims(
        monkeypatch,
        claim(Refuted(slip, "within-the-limit"), name="C1"),
        claim(Holds(nowhere, "anything"), name="C2"),
        mutants=(
            Mutant("nowhere", "any", "no.Part", "C2", "anything"),
            Mutant(COUNTER, "runs-on", "no.Part", "C1", "within-the-limit"),
        ),
    )
    assert run(["claims", "c1"]) == 0
    said = capsys.readouterr().out
    trace = "  1. up\n       number: 0 → 1\n       announces Counted(1)\n  2. up\n"
    assert said.count(trace) == 2, "of the counterexample, and of the mutant of this claim"
    assert f"gtcheck explore {COUNTER} --fault slip=1 --property within-the-limit" in said
    assert f"killed     {COUNTER} bug=runs-on  by within-the-limit after 3 steps (C1)" in said


def test_json_holds_every_claim_and_mutant(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_claims(
        monkeypatch,
        claim(Witnessed(Scenario(model=COUNTER), "reaches-two")),
        mutants=(Mutant(COUNTER, "runs-on", "no.Part", "C1", "within-the-limit"),),
    )
    assert run(["claims", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    [found], [mutant] = result["claims"], result["mutants"]
    assert {key: found[key] for key in ("id", "scope", "claim", "check", "verdict", "states")} == {
        "id": "C1",
        "scope": "G",
        "claim": "What C1 says.",
        "check": f"{COUNTER}: reaches-two must have a witness",
        "verdict": "witnessed",
        "states": 3,
    }
    [check] = found["checks"]
    assert [step["action"] for step in check["trace"]] == ["up", "up"]
    assert mutant["name"] == f"{COUNTER} bug=runs-on"
    assert (mutant["killed_by"], mutant["depth"]) == ("within-the-limit", 3)


@pytest.mark.parametrize(
    ("killed_by", "limit", "verdict", "exit_code"),
    [
        ("within-the-limit", 4, "killed", 0),
        ("never-three", 2, "killed", 0),
        ("never-three", 1, "survived", 1),
        ("reaches-two", 4, "survived", 1),
    ],
)
def test_a_mutant_must_be_noticed_by_the_property_that_is_named(
    killed_by: str,
    limit: int,
    verdict: str,
    exit_code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    mutant = Mutant(COUNTER, "runs-on", "no.Part", "C1", killed_by, settings={"limit": limit})
    set_claims(monkeypatch, mutants=(mutant,))
    assert run(["claims", "--mutants"]) == exit_code
    said = capsys.readouterr().out
    assert said.startswith(f"{verdict} ")
    assert said.endswith(f"\n\n{int(verdict == 'killed')} of 1 mutant killed\n")
    assert run(["claims", "--mutants", "--max-states", "1"]) == 3


def test_the_table_tells_who_is_served_what(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        Situation,
        "scenario",
        property(
            lambda asked: Scenario(
                model=AVAILABILITY,
                settings={key: getattr(asked, key) for key in ("mode", "fault", "request", "at")},
            )
        ),
    )
    assert run(["claims", "--table"]) == 0
    rows = [re.split(r" {2,}", line) for line in capsys.readouterr().out.splitlines()]
    assert ["offline", "async", "write", "not served", "served"] in rows
    assert ["isolate", "mrsc", "write", "served", "served at times"] in rows
    assert ["cut", "async", "strong-read", *["served, may be stale"] * 2] in rows
    assert ["cut", "mrsc", "strong-read", "served, fresh", "served, fresh"] in rows
    assert run(["claims", "--table", "--max-states", "1", "--format", "json"]) == 3
    cells = json.loads(capsys.readouterr().out)["table"]
    assert len(cells) == 36
    assert cells[0] == {
        "fault": "offline",
        "mode": "async",
        "request": "write",
        "at": "faulty",
        "service": "not served",
        "states": 1,
    }
    assert cells[-1]["service"] == "undecided"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["C999"], "unknown claim 'C999'; there are C1 to C148"),
        (["C1", "--table"], "exclude each other"),
        (["--mutants", "--table"], "exclude each other"),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_runs(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["claims", *arguments]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


def test_a_claim_about_what_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_claims(monkeypatch, claim(Holds(Scenario(model=COUNTER), "within-the-limits")))
    assert run(["claims"]) == 2
    assert "did you mean 'within-the-limit'?" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("end", "exit_code", "said"),
    [
        ("__import__('os').kill(__import__('os').getpid(), 9)", 3, "out of memory"),
        ("__import__('os')._exit(7)", 4, "a process that explored ended with 7"),
    ],
)
def test_a_process_that_ends_by_itself_is_told(
    end: str,
    exit_code: int,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "ending.py"
    path.write_text(SOURCE.replace("system.announce(", f"{end}\n        system.announce("))
    set_claims(monkeypatch, claim(Holds(Scenario(model=str(path)), "within-the-limit")))
    assert run(["claims"]) == exit_code
    assert said in capsys.readouterr().err


def test_ctrl_c_ends_every_process_and_leaves_undecided_what_was_not_explored(
    tmp_path: Path,
) -> None:
    started = tmp_path / "started"
    endless = tmp_path / "endless.py"
    endless.write_text(
        "from pathlib import Path\n"
        + SOURCE.replace("Parameter(1, 9", "Parameter(1, 10**9").replace(
            "    number.value += 1",
            f"    Path({str(started)!r}).touch()\n        number.value += 1",
        )
    )
    command = (
        "import gtcheck.models.claims as claims\n"
        "from gtcheck.models.claims import Claim, Holds, Scenario, Scope\n"
        f"short = Holds(Scenario(model={COUNTER!r}), 'within-the-limit')\n"
        f"endless = Scenario(model={str(endless)!r}, settings={{'limit': 10**9}})\n"
        "long = Holds(endless, 'within-the-limit')\n"
        "claims.CLAIMS = [\n"
        "    Claim(id='C1', scope=Scope.BOTH, text='.', checks=(short,)),\n"
        "    Claim(id='C2', scope=Scope.BOTH, text='.', checks=(long,)),\n"
        "]\n"
        "from gtcheck.cli.main import main; main()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", command, "claims", "C1", "C2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_until(started.exists)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (3, "")
    assert re.search(r"^undecided +C2", out, re.MULTILINE)
    assert "interrupted" in out.splitlines()[-1]
    wait_until(lambda: not is_alive(process.pid))


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


def test_every_claim_of_the_talk_comes_out_and_every_mutant_is_killed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exit_code = run(["claims", "--format", "json"])
    result = json.loads(capsys.readouterr().out)
    wrong = [
        found["id"] for found in result["claims"] if found["verdict"] in ("violated", "undecided")
    ]
    assert wrong == []
    assert [mutant["name"] for mutant in result["mutants"] if not mutant["killed_by"]] == []
    assert exit_code == 0
    assert sum(found["verdict"] in ("background", "waiting") for found in result["claims"]) <= 25
