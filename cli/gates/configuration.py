"""What a gate expects: read from gtcheck.toml, or [tool.gtcheck] of a pyproject.toml."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ...models.errors import ConfigurationError, Place
from ...models.verdicts import Verdict
from .tables import TomlTable

if TYPE_CHECKING:
    from ...checker.purity import Purity

_EXPECTATIONS = ("holds", "violated", "undecided")
_EXPLORE_KEYS = (
    *("model", "set", "fault", "property", "engine", "keep_going", "symmetry", "check_purity"),
    *("expect", "states", "max_states", "max_depth", "max_seconds", "max_memory"),
)
_OBSERVE_KEYS = (
    *("trace", "mode", "rule", "isolation", "spec", "model", "set", "parser"),
    *("initial", "on_bad_line", "input_format", "expect"),
)
_LEVELS = (
    "serializable",
    "snapshot-isolation",
    "causal-consistency",
    "read-atomic",
    "read-committed",
)
_NAMES = ("gtcheck.toml", "pyproject.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedModel:
    """A model to explore, what is expected of it, and `table`, where it is written."""

    model: str
    settings: dict[str, object]
    faults: dict[str, object]
    properties: tuple[str, ...]
    engine: Literal["native", "reference"] | None
    keep_going: bool
    symmetry: bool
    check_purity: Purity
    max_states: int | None
    max_depth: int | None
    max_seconds: float | None
    max_memory: int | None
    expected: Verdict
    states: int | None
    table: TomlTable = field(repr=False)

    @property
    def command(self) -> str:
        """The command line that runs it alone."""
        words = ["gtcheck", "explore", self.model]
        words += _assigned("--set", self.settings) + _assigned("--fault", self.faults)
        words += [word for name in self.properties for word in ("--property", name)]
        words += ["--engine", self.engine] if self.engine else []
        words += ["--keep-going"] if self.keep_going else []
        words += ["--symmetry"] if self.symmetry else []
        words += ["--check-purity", self.check_purity] if self.check_purity != "sample" else []
        for name in ("max_states", "max_depth", "max_seconds", "max_memory"):
            if (value := getattr(self, name)) is not None:
                words += ["--" + name.replace("_", "-"), str(value)]
        return shlex.join(words)

    @property
    def title(self) -> str:
        """What is run, in the fewest words."""
        given = {**self.settings, **self.faults}
        shown = " ".join(f"{name}={_typed(value)}" for name, value in given.items())
        return f"explore {self.model} {shown}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedRun:
    """A trace to check, what is expected of it, and `table`, where it is written."""

    traces: tuple[str, ...]
    mode: Literal["mrsc", "async"] | None
    rules: tuple[str, ...]
    specs: tuple[str, ...]
    model: str | None
    settings: dict[str, object]
    options: dict[str, Any]
    expected: Verdict
    table: TomlTable = field(repr=False)

    @property
    def command(self) -> str:
        """The command line that runs it alone."""
        import json

        words = ["gtcheck", "observe", *self.traces]
        words += ["--mode", self.mode] if self.mode else []
        words += [word for code in self.rules for word in ("--rule", code)]
        words += [word for spec in self.specs for word in ("--spec", spec)]
        words += ["--model", self.model, *_assigned("--set", self.settings)] if self.model else []
        for name, value in self.options.items():
            shown = json.dumps(value) if name == "initial" else str(value)
            words += ["--" + name.replace("_", "-"), shown]
        return shlex.join(words)

    @property
    def title(self) -> str:
        """What is run, in the fewest words."""
        mode = f" mode={self.mode}" if self.mode else ""
        specs = "".join(f" spec={spec.rpartition(':')[2]}" for spec in self.specs)
        model = f" model={self.model}" if self.model else ""
        return f"observe {' '.join(self.traces)}{mode}{specs}{model}"


PlannedRun = SearchedModel | ObservedRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """All that one configuration, `file`, expects, in the order in which it is run."""

    file: Path
    junit: Path | None
    runs: tuple[PlannedRun, ...]


def find_gate(folder: Path) -> Path:
    """Give the configuration of `folder` or of the nearest folder above that has one.

    Raises `ConfigurationError` where there is none.
    """
    for above in (folder, *folder.parents):
        for name in _NAMES:
            path = above / name
            if path.is_file() and (name == "gtcheck.toml" or "gtcheck" in _tool_tables(path)):
                return path
    raise ConfigurationError(
        "there is no gtcheck.toml, and no pyproject.toml with [tool.gtcheck], in this folder or "
        "above; write one, or name it: gtcheck gate FILE"
    )


def read_gate(path: str | Path) -> Gate:
    """Read a configuration, and raise `ConfigurationError` for what does not fit or is not there.

    Paths in it are relative to its folder; they are given relative to the current one.
    """
    path = Path(path)
    root = _root_table(path)
    root.check_keys(["junit", "explore", "observe"])
    junit = root.text_of("junit")
    runs: list[PlannedRun] = [_searched(table, path.parent) for table in root.tables_of("explore")]
    runs += [_observed(table, path.parent) for table in root.tables_of("observe")]
    if not runs:
        raise root.fail("nothing to check; add an [[explore]] or an [[observe]] table")
    return Gate(file=path, junit=path.parent / junit if junit else None, runs=tuple(runs))


def _searched(table: TomlTable, folder: Path) -> SearchedModel:
    table.check_keys(_EXPLORE_KEYS)
    model = table.text_of("model")
    if model is None:
        raise table.fail('[[explore]] needs a model: model = "mrsc"')
    engine: Any = table.text_of("engine", choices=("native", "reference"))
    purity: Any = table.text_of("check_purity", choices=("full", "sample", "off"))
    return SearchedModel(
        model=_from_here(folder, model) if ".py" in model else model,
        settings=table.mapping_of("set"),
        faults=table.mapping_of("fault"),
        properties=table.texts_of("property"),
        engine=engine,
        keep_going=table.flag_of("keep_going"),
        symmetry=table.flag_of("symmetry"),
        check_purity=purity or "sample",
        max_states=table.count_of("max_states", least=1),
        max_depth=table.count_of("max_depth", least=0),
        max_seconds=table.seconds_of("max_seconds"),
        max_memory=table.count_of("max_memory", least=1),
        expected=_expected(table),
        states=table.count_of("states", least=0),
        table=table,
    )


def _observed(table: TomlTable, folder: Path) -> ObservedRun:
    table.check_keys(_OBSERVE_KEYS)
    traces = table.texts_of("trace")
    if not traces:
        raise table.fail('[[observe]] needs a trace: trace = "run.jsonl"')
    for trace in traces:
        if not (folder / trace).is_file():
            raise table.fail(f"there is no file {trace} in {folder.resolve().name}/", "trace")
    parser = table.text_of("parser")
    options: dict[str, Any] = {
        "isolation": table.text_of("isolation", choices=_LEVELS),
        "parser": None if parser is None else _from_here(folder, parser),
        "on_bad_line": table.text_of("on_bad_line", choices=("fail", "skip")),
        "input_format": table.text_of("input_format", choices=("auto", "jsonl", "jepsen", "edn")),
        "initial": table.values.get("initial"),
    }
    mode: Any = table.text_of("mode", choices=("mrsc", "async"))
    model = table.text_of("model")
    _check_model_alone(table, model)
    return ObservedRun(
        traces=tuple(_from_here(folder, trace) for trace in traces),
        mode=mode,
        rules=table.texts_of("rule"),
        specs=tuple(_from_here(folder, spec) for spec in table.texts_of("spec")),
        model=_from_here(folder, model) if model is not None and ".py" in model else model,
        settings=table.mapping_of("set"),
        options={name: value for name, value in options.items() if value is not None},
        expected=_expected(table),
        table=table,
    )


def _check_model_alone(table: TomlTable, model: str | None) -> None:
    if model is None and "set" in table.values:
        raise table.fail("set is for a model; name it", "set")
    for name in ("mode", "rule", "isolation", "spec"):
        if model is not None and name in table.values:
            raise table.fail(
                f"a model is searched for a run and nothing else; leave out {name}", name
            )


def _expected(table: TomlTable) -> Verdict:
    return Verdict(table.text_of("expect", choices=_EXPECTATIONS) or "holds")


def _from_here(folder: Path, written: str) -> str:
    return os.path.relpath(folder / written)


def _root_table(path: Path) -> TomlTable:
    values, text = _parsed(path)
    if path.name != "pyproject.toml":
        return TomlTable(values, str(path), text, "")
    own = values.get("tool", {}).get("gtcheck")
    if not isinstance(own, dict):
        raise ConfigurationError(f"{path} has no table [tool.gtcheck]")
    return TomlTable(own, str(path), text, "[tool.gtcheck]")


def _tool_tables(path: Path) -> dict[str, object]:
    try:
        tool = _parsed(path)[0].get("tool", {})
    except ConfigurationError:
        return {}  # A broken pyproject.toml on the way up is not this command's business.
    return tool if isinstance(tool, dict) else {}


def _parsed(path: Path) -> tuple[dict[str, Any], str]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigurationError(f"{path} cannot be read: {reason}") from None
    try:
        return tomllib.loads(text), text
    except tomllib.TOMLDecodeError as error:
        found = re.search(r" \(at line (\d+), column (\d+)\)$", str(error))
        if found is None:
            raise ConfigurationError(f"not TOML: {error}", place=Place(str(path))) from None
        line, column = int(found[1]), int(found[2])
        said = str(error)[: found.start()]
        shown = (text.splitlines() or [""])[min(line, len(text.splitlines())) - 1]
        place = Place(str(path), line, column, shown)
        raise ConfigurationError(f"not TOML: {said}", place=place) from None


def _assigned(option: str, values: dict[str, object]) -> list[str]:
    return [word for name, value in values.items() for word in (option, f"{name}={_typed(value)}")]


def _typed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
