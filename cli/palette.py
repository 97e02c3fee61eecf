"""Colour, and when there is any: only on a terminal, and never against the reader's wish."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..models.styles import Style

if TYPE_CHECKING:
    from enum import StrEnum
    from typing import TextIO

_VERDICT_COLOURS = {
    "holds": "green",
    "violated": "red",
    "undecided": "yellow",
    "not checked": "yellow",
    "witnessed": "green",
    "refuted as it must": "green",
    "background": "blue",
    "waiting": "blue",
    "killed": "green",
    "survived": "red",
}


@dataclass(frozen=True, slots=True)
class Palette(Style):
    """How text is emphasised: in colour, or (`coloured=False`) not at all."""

    coloured: bool = False

    def verdict(self, verdict: StrEnum, *, width: int = 0) -> str:
        """Give the verdict's word in its colour, padded to `width` characters."""
        colour = _VERDICT_COLOURS[verdict.value]
        return self._style(verdict.value.ljust(width), fg=colour, bold=True)

    def strong(self, text: str) -> str:
        """Give what the eye should find first."""
        return self._style(text, bold=True)

    def faint(self, text: str) -> str:
        """Give what may be skipped."""
        return self._style(text, dim=True)

    def alarm(self, text: str) -> str:
        """Give what went wrong."""
        return self._style(text, fg="red")

    def _style(
        self, text: str, *, fg: str | None = None, bold: bool = False, dim: bool = False
    ) -> str:
        if not self.coloured or not text:
            return text
        return click.style(text, fg=fg, bold=bold or None, dim=dim or None)


def palette_for(stream: TextIO | None = None) -> Palette:
    """Give the palette for a stream (standard output without one).

    `NO_COLOR` set to anything turns colour off, `FORCE_COLOR` on; else a terminal has it, unless it
    calls itself dumb.
    """
    if os.environ.get("NO_COLOR"):
        return Palette(coloured=False)
    if os.environ.get("FORCE_COLOR"):
        return Palette(coloured=True)
    return Palette(coloured=is_terminal(stream or sys.stdout) and os.environ.get("TERM") != "dumb")


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a person sits behind `stream`; a closed or missing stream has nobody."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False
