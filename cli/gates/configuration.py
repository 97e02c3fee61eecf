"""A gate's configuration: `gtcheck.toml`, or `[tool.gtcheck]` in `pyproject.toml`."""

from __future__ import annotations

import difflib
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...models.errors import ConfigurationError, Place
from ...models.verdicts import Verdict

_ROWS_MAX = 10_000
_EXPLORE_KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "model": str,
    "set": dict,
    "fault": dict,
    "property": list,
    "engine": str,
    "keep_going": bool,
    "max_states": int,
    "max_depth": int,
    "max_seconds": (int, float),
    "max_memory": int,
    "expect": str,
    "states": int,
}
_OBSERVE_KEYS: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "trace": (str, list),
    "mode": str,
    "rule": list,
    "initial": object,
    "on_bad_line": str,
    "input_format": str,
    "expect": str,
}
_CHOICES = {
    "expect": ("holds", "violated", "undecided", "not checked"),
    "engine": ("native", "reference"),
    "mode": ("mrsc", "async"),
    "on_bad_line": ("fail", "skip"),
    "input_format": ("auto", "jsonl", "jepsen", "edn"),
}


@dataclass(frozen=True, slots=True)
class ExploreRow:
    """One exploration of a gate, and what is expected of it; `states` is an exact count."""

    settings: Mapping[str, Any]
    expect: Verdict

    @property
    def title(self) -> str:
        """What the row is called in reports."""
        return str(self.settings.get("name") or self.settings["model"])

    @property
    def command(self) -> str:
        """The command line that does the same by itself."""
        words = ["gtcheck", "explore", str(self.settings["model"])]
        for key in ("set", "fault"):
            for name, value in self.settings.get(key, {}).items():
                words += [f"--{key}", f"{name}={_typed(value)}"]
        for name in self.settings.get("property", []):
            words += ["--property", name]
        for key in ("engine", "max_states", "max_depth", "max_seconds", "max_memory"):
            if key in self.settings:
                words += [f"--{key.replace('_', '-')}", str(self.settings[key])]
        if self.settings.get("keep_going"):
            words.append("--keep-going")
        return shlex.join(words)


@dataclass(frozen=True, slots=True)
class ObserveRow:
    """One observation of a gate, and what is expected of it; traces are absolute paths."""

    settings: Mapping[str, Any]
    expect: Verdict
    traces: tuple[Path, ...]

    @property
    def title(self) -> str:
        """What the row is called in reports."""
        return str(self.settings.get("name") or ", ".join(path.name for path in self.traces))

    @property
    def command(self) -> str:
        """The command line that does the same by itself."""
        words = ["gtcheck", "observe", *map(str, self.traces)]
        for key in ("mode", "on_bad_line", "input_format"):
            if key in self.settings:
                words += [f"--{key.replace('_', '-')}", str(self.settings[key])]
        for code in self.settings.get("rule", []):
            words += ["--rule", code]
        return shlex.join(words)


Row = ExploreRow | ObserveRow


@dataclass(frozen=True, slots=True)
class Gate:
    """All rows of a configuration in order, and where its JUnit report goes, if anywhere."""

    file: Path
    rows: tuple[Row, ...] = field(default=())
    junit: Path | None = None


def find_configuration(given: Path | None) -> Path:
    """Give the configuration's file: the given one, or the nearest of the folder and those above.

    Raises `ConfigurationError` where there is none.
    """
    if given is not None:
        return given
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / "gtcheck.toml").is_file():
            return folder / "gtcheck.toml"
        project = folder / "pyproject.toml"
        if project.is_file() and "gtcheck" in _parse(project).get("tool", {}):
            return project
    raise ConfigurationError(
        "there is no gtcheck.toml here or above, and no [tool.gtcheck] in a pyproject.toml; "
        "write one, or name a file"
    )


def read_gate(file: Path) -> Gate:
    """Read and check a whole configuration before anything of it is run.

    Raises `ConfigurationError` with the file, and the line where it is known, for what is not
    TOML, an unknown key, a value of another type, and a trace that is not there.
    """
    document = _parse(file)
    if file.name == "pyproject.toml":
        document = document.get("tool", {}).get("gtcheck", {})
    _check_keys(document, {"junit": str, "explore": list, "observe": list}, file, "the gate")
    rows: list[Row] = [
        *(_explore_row(row, file) for row in _tables(document, "explore", file)),
        *(_observe_row(row, file) for row in _tables(document, "observe", file)),
    ]
    if not rows:
        raise ConfigurationError(f"{file} has nothing to check; add [[explore]] or [[observe]]")
    if len(rows) > _ROWS_MAX:
        raise ConfigurationError(f"{file} has over {_ROWS_MAX:,} rows")
    junit = document.get("junit")
    return Gate(file, tuple(rows), None if junit is None else file.parent / junit)


def _parse(file: Path) -> dict[str, Any]:
    if file.is_dir():
        raise ConfigurationError(f"{file} is a directory; name the TOML file in it")
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(f"there is no file {file}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(
            f"not TOML: {error}", place=_toml_place(file, text, error)
        ) from None


def _toml_place(file: Path, text: str, error: tomllib.TOMLDecodeError) -> Place:
    found = re.search(r"at line (\d+), column (\d+)", str(error))
    if found is None:
        return Place(str(file))
    line, column = int(found[1]), int(found[2])
    lines = text.splitlines()
    return Place(str(file), line, column, lines[line - 1] if line <= len(lines) else None)


def _tables(document: Mapping[str, Any], key: str, file: Path) -> list[dict[str, Any]]:
    tables = document.get(key, [])
    for table in tables:
        if not isinstance(table, dict):
            raise ConfigurationError(f"{file}: {key} is a list of tables; write [[{key}]]")
    return list(tables)


def _explore_row(row: dict[str, Any], file: Path) -> ExploreRow:
    _check_keys(row, _EXPLORE_KEYS, file, "[[explore]]")
    if "model" not in row:
        raise ConfigurationError(f'{file}: an [[explore]] names no model; write model = "mrsc"')
    settings = dict(row)
    source, _, name = row["model"].partition(":")
    if source.endswith(".py"):
        settings["model"] = str(file.parent / source) + (f":{name}" if name else "")
    return ExploreRow(settings, Verdict(row.get("expect", "holds")))


def _observe_row(row: dict[str, Any], file: Path) -> ObserveRow:
    _check_keys(row, _OBSERVE_KEYS, file, "[[observe]]")
    given = row.get("trace")
    names = [given] if isinstance(given, str) else given
    if not names or not all(isinstance(name, str) for name in names):
        raise ConfigurationError(
            f'{file}: an [[observe]] names no trace; write trace = "run.jsonl"'
        )
    traces = tuple(file.parent / name for name in names)
    for trace in traces:
        if not trace.is_file():
            raise ConfigurationError(f"{file}: there is no trace {trace}")
    return ObserveRow(row, Verdict(row.get("expect", "holds")), traces)


def _check_keys(table: Mapping[str, Any], known: Mapping[str, Any], file: Path, where: str) -> None:
    for key, value in table.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            listed = ", ".join(known)
            raise ConfigurationError(f"{file}: {where} has no {key!r}{meant} It takes: {listed}")
        is_bool = isinstance(value, bool) and known[key] not in (bool, object)
        if is_bool or not isinstance(value, known[key]):
            raise ConfigurationError(
                f"{file}: {key} = {value!r} in {where} is a {type(value).__name__}, "
                f"where it takes {_type_name(known[key])}"
            )
        if key in _CHOICES and value not in _CHOICES[key]:
            listed = ", ".join(_CHOICES[key])
            raise ConfigurationError(f"{file}: {key} = {value!r} in {where} is none of {listed}")


def _type_name(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = {str: "a text", int: "a whole number", float: "a number", dict: "a table"}
    return " or ".join(names.get(one, f"a {one.__name__}") for one in kinds)


def _typed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
