"""The errors that gtcheck raises on purpose, each with the exit code that a command gives.

GtcheckError                what went wrong, why, and what would do
└── UsageError              the input cannot be used (exit code 2)
    ├── ModelError          a model is not well formed: class, line and mend
    ├── UnknownNameError    no model, property, fault or rule of that name; also a LookupError
    ├── ParameterError      a parameter of a model is unknown, of another type or out of bounds
    ├── ConfigurationError  a gate's configuration is wrong
    └── InputError          a file cannot be read as what it should be: file, line and caret
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text something stands: file, line and column (from 1), and the line itself."""

    file: str
    line: int | None = None
    column: int | None = None
    text: str | None = None

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        column = "" if self.line is None or self.column is None else f":{self.column}"
        return f"{_near(self.file, os.getcwd())}{line}{column}"

    def excerpt(self, width: int = 100) -> str:
        """Give the line, cut to `width` characters, with a caret; "" where the text is unknown."""
        if self.text is None:
            return ""
        column = self.column or len(self.text) - len(self.text.lstrip()) + 1
        start = max(0, min(column - 1 - width // 2, len(self.text) - width))
        shown = self.text[start : start + width].replace("\t", " ")
        printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in shown)
        return f"  {printable}\n  {' ' * (column - 1 - start)}^"


@lru_cache(maxsize=256)  # A step that chooses asks for the same few files again and again.
def _near(file: str, directory: str) -> str:
    """Give a path from a directory where the file is below it."""
    path = Path(file)
    return str(path.relative_to(directory)) if path.is_relative_to(directory) else file


class GtcheckError(Exception):
    """Anything that gtcheck reports on purpose; `exit_code` is what a command ends with."""

    exit_code = 4

    def __init__(self, message: str, *, place: Place | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place

    def __str__(self) -> str:
        return self.message if self.place is None else f"{self.place}: {self.message}"

    def report(self) -> str:
        """Give the message with its place and, where the text is known, the line with a caret."""
        excerpt = self.place.excerpt() if self.place is not None else ""
        return f"{self}\n{excerpt}" if excerpt else str(self)


class UsageError(GtcheckError):
    """What was given cannot be used: a wrong option, name, file or model."""

    exit_code = 2


class ModelError(UsageError):
    """A model is not well formed; told when it is built, with the class, the line and the mend."""


class UnknownNameError(UsageError, LookupError):
    """A name that nothing has, with the names that there are and the nearest of them."""

    @classmethod
    def among(cls, kind: str, name: str, known: Iterable[str]) -> "UnknownNameError":
        """Build the message for a `name` of this `kind` that is not among the `known` ones."""
        names = sorted(known)
        import difflib

        nearest = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
        meant = f" did you mean {nearest[0]!r}?" if nearest else ""
        listed = f"available: {', '.join(names)}" if names else "there are none"
        return cls(f"unknown {kind} {name!r};{meant} {listed}")


class ParameterError(UsageError, ValueError):
    """A parameter's value is of another type than declared, or outside its bounds."""


class ConfigurationError(UsageError):
    """A gate's configuration names something that does not exist or does not fit."""


class InputError(UsageError):
    """A file is missing, is a directory, is empty, or does not hold what it should."""
