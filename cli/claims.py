"""`gtcheck claims`: what the talk claims, each claim with what checks it and its verdict."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..models.errors import UnknownNameError, UsageError
from .options import limit_options, result_options
from .output import deliver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..checker import Limits
    from ..models.claims import Claim
    from .conformance import Conformance, TruthTable
    from .palette import Palette

    Announce = Callable[[str], None] | None
    Text = Callable[[Palette], str]


_SECONDS_MAX = 30.0
"""Each exploration takes a second or two; one that takes this long will not come to an end."""


@click.command()
@click.argument("claims", nargs=-1, metavar="[CLAIM]...")
@click.option("--table", is_flag=True, help="Compute the truth table of faults and modes instead.")
@click.option("--mutants", is_flag=True, help="Run only the mutants: which property kills each.")
@limit_options
@result_options
def command(
    claims: tuple[str, ...],
    table: bool,
    mutants: bool,
    limits: Limits,
    result_format: str,
    output: Path | None,
) -> int:
    """Check every claim of the talk, or each CLAIM (C58, say) with its trace.

    Models are explored for it on all cores, and protocols with a mechanism left out must be
    noticed. A limit holds for each exploration; that of seconds is 30 unless given. Ends with 0
    where every claim came out as it must and every mutant is killed, 1 where one did not, 3 where
    one could not be decided.
    """
    if (table and mutants) or (claims and (table or mutants)):
        raise UsageError("claims, --table and --mutants exclude each other; give one of them")
    from .progress import progress_line

    limits = replace(limits, max_seconds=limits.max_seconds or _SECONDS_MAX)
    result: Conformance | TruthTable
    with progress_line() as line:
        announce = line.show if line is not None else None
        if table:
            result, text = _table(limits, announce)
        else:
            result, text = _conformance(claims, mutants, limits, announce)
    deliver(text if result_format == "text" else result.as_json(), output)
    return result.exit_code


def _table(limits: Limits, announce: Announce) -> tuple[TruthTable, Text]:
    from .conformance import compute_table
    from .rendering.claims import table_text

    table = compute_table(limits=limits, announce=announce)
    return table, partial(table_text, table)


def _conformance(
    ids: Sequence[str], only_mutants: bool, limits: Limits, announce: Announce
) -> tuple[Conformance, Text]:
    from ..models.claims import CLAIMS
    from ..models.library.mutants import MUTANTS
    from .conformance import check_claims
    from .rendering.claims import claims_text, details_text, mutants_text

    chosen = [] if only_mutants else _chosen(ids, CLAIMS)
    broken = [one for one in MUTANTS if not ids or one.claim in {claim.id for claim in chosen}]
    result = check_claims(chosen, broken, limits=limits, announce=announce)
    render = mutants_text if only_mutants else details_text if ids else claims_text
    return result, partial(render, result)


def _chosen(ids: Sequence[str], known: Sequence[Claim]) -> Sequence[Claim]:
    """Give the claims of these ids, or all; raise `UnknownNameError` for one that is not there."""
    by_id = {claim.id: claim for claim in known}
    for given in ids:
        if given.upper() not in by_id:
            raise UnknownNameError(
                f"unknown claim {given!r}; there are {known[0].id} to {known[-1].id}"
            )
    return [by_id[name] for name in dict.fromkeys(map(str.upper, ids))] if ids else known
