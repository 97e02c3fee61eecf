"""One table of a TOML file, read key by key: each of the type that it must have, none unknown."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...models.errors import ConfigurationError, Place


@dataclass(frozen=True, slots=True)
class TomlTable:
    """A table with where it stands: `header` is how its line begins, the `ordinal`-th of that name.

    Every method raises `ConfigurationError`, with the line where it can be found, for what does
    not fit.
    """

    values: Mapping[str, object]
    file: str
    text: str
    header: str
    ordinal: int = 0

    def fail(self, message: str, key: str | None = None) -> ConfigurationError:
        """Give the error that says `message` of this table, or of one key in it."""
        return ConfigurationError(message, place=self._place(key))

    def check_keys(self, known: Iterable[str]) -> None:
        """Raise for the first key that is not among the `known` ones."""
        names = sorted(known)
        for key in self.values:
            if key not in names:
                nearest = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
                meant = f" did you mean {nearest[0]!r}?" if nearest else ""
                where = f" in {self.header}" if self.header else ""
                raise self.fail(
                    f"unknown key {key!r}{where};{meant} known: {', '.join(names)}", key
                )

    def text_of(self, key: str, *, choices: Sequence[str] = ()) -> str | None:
        """Give a string, one of `choices` where there are any; None where the key is not there."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value:
            raise self.fail(f"{key} must be a string, not {value!r}", key)
        if choices and value not in choices:
            raise self.fail(f"{key} is {value!r}; it can be {', '.join(choices)}", key)
        return value

    def texts_of(self, key: str) -> tuple[str, ...]:
        """Give a list of strings; one string stands for a list of one, no key for an empty one."""
        value = self.values.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            raise self.fail(f"{key} must be a string or a list of strings, not {value!r}", key)
        return tuple(listed)

    def flag_of(self, key: str) -> bool:
        """Give true or false; false where the key is not there."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.fail(f"{key} must be true or false, not {value!r}", key)
        return value

    def count_of(self, key: str, *, least: int) -> int | None:
        """Give a whole number of at least `least`; None where the key is not there."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.fail(f"{key} must be a whole number from {least}, not {value!r}", key)
        return value

    def seconds_of(self, key: str) -> float | None:
        """Give a positive, finite number of seconds; None where the key is not there."""
        value = self.values.get(key)
        if value is None:
            return None
        fits = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not (fits and math.isfinite(float(str(value))) and float(str(value)) > 0):
            raise self.fail(f"{key} must be a positive number of seconds, not {value!r}", key)
        return float(str(value))

    def mapping_of(self, key: str) -> dict[str, object]:
        """Give a table of numbers, truth values and strings; no key stands for an empty one."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(f"{key} must be a table such as {{ name = 1 }}, not {value!r}", key)
        for name, given in value.items():
            if not isinstance(given, (bool, int, str)):
                raise self.fail(f"{key}.{name} must be a number, true, false or a string", key)
        return dict(value)

    def tables_of(self, key: str) -> list[TomlTable]:
        """Give the tables of an array of tables; no key stands for none."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            raise self.fail(f"{key} must be an array of tables: write [[{key}]]", key)
        prefix = self.header.strip("[]")
        header = f"[[{prefix}.{key}]]" if prefix else f"[[{key}]]"
        return [
            TomlTable(one, self.file, self.text, header, ordinal)
            for ordinal, one in enumerate(value)
        ]

    def _place(self, key: str | None) -> Place:
        lines = self.text.splitlines()
        start = self._header_line(lines)
        if key is not None:
            written = re.compile(rf'\s*"?{re.escape(key)}"?\s*[=.]|\s*\[+[^]]*\b{re.escape(key)}\b')
            for number in range(start, len(lines)):
                if written.match(lines[number]):
                    return Place(self.file, number + 1, 1, lines[number])
        if not self.header.strip("[]"):
            return Place(self.file)
        at = max(start - 1, 0)
        return Place(self.file, at + 1, 1, lines[at]) if lines else Place(self.file)

    def _header_line(self, lines: Sequence[str]) -> int:
        seen = -1
        for number, line in enumerate(lines):
            if "".join(line.split("#")[0].split()) == self.header:
                seen += 1
                if seen == self.ordinal:
                    return number + 1
        return 0
