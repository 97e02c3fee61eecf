"""What of one's own an observation is given: a parser of lines, and specs with their bindings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ..history import History
from ..limits import ObservationLimits
from ..readers.sources import BadLines
from ..readers.spools import Readable
from ..results import RuleResult
from ..watch import Watch

if TYPE_CHECKING:
    from ...models.log_bindings import Binding
    from ..readers.own_parsers import LineParser, Parser


@dataclass(slots=True)
class OwnSpecs:
    """Specs of one's own on the way over a log; `results` has what each concluded, by its name.

    `reads_rules` tells whether the log is read for rules as well.
    """

    bindings: Sequence[Binding]
    parser: LineParser | None
    paths: Sequence[Readable]
    reads_rules: bool
    results: dict[str, RuleResult] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        specs: Sequence[str | Binding],
        parser: str | Parser | None,
        paths: Sequence[Readable],
        input_format: str,
        *,
        has_rules: bool,
    ) -> OwnSpecs:
        """Find what is named; raise `UsageError` where it is not there or does not go together."""
        bindings = _bindings(specs)
        reads_rules = has_rules or not bindings
        own = None if parser is None else _line_parser(parser, input_format)
        return cls(bindings, own, paths, reads_rules)

    @property
    def titles(self) -> list[tuple[str, str]]:
        """The code and the name of each spec; of one that was not run yet, of its binding."""
        told = [(code, result.name) for code, result in self.results.items()]
        return told + [(one.name, "not run yet") for one in self.bindings[len(told) :]]

    def judge(
        self,
        history: History,
        skipped: BadLines | None,
        limits: ObservationLimits,
        watch: Watch,
    ) -> None:
        """Run each spec over the log, and count in `history` what no rule will be counting."""
        if not self.bindings:
            return
        from .log_entries import LogReading
        from .spec_runs import judge_spec

        used = 0
        for binding in self.bindings:
            passed_over = None if skipped is None else BadLines()
            reading = LogReading(self.paths, self.parser, passed_over, limits, watch)
            result = judge_spec(binding, reading, limits)
            code = result.code if result.code not in self.results else binding.name
            self.results[code] = replace(result, code=code)
            used = max(used, reading.used)
            history.cut = reading.cut or history.cut
            if not self.reads_rules:
                history.format, history.read = reading.format, reading.read
                history.ignored = Counter(_ignored(reading.read - used))
                if skipped is not None and passed_over is not None:
                    skipped.count, skipped.named = passed_over.count, passed_over.named


def _bindings(specs: Sequence[str | Binding]) -> list[Binding]:
    if not specs:
        return []
    from .spec_runs import load_binding

    return [load_binding(one) if isinstance(one, str) else one for one in specs]


def _line_parser(parser: str | Parser, input_format: str) -> LineParser:
    from ..readers.own_parsers import LineParser

    return LineParser.of(parser, input_format)


def _ignored(number: int) -> dict[str, int]:
    return {"entries that mean nothing to a spec": number} if number else {}
