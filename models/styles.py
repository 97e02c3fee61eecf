"""How printed text is emphasised: not at all here; `cli/palette.py` does it in colour."""

from __future__ import annotations

from enum import StrEnum


class Style:
    """Plain text: what emphasises it, such as a terminal's colours, is a subclass."""

    __slots__ = ()

    def verdict(self, verdict: StrEnum, *, width: int = 0) -> str:
        """Give the verdict's word, padded to `width` characters."""
        return verdict.value.ljust(width)

    def strong(self, text: str) -> str:
        """Give what the eye should find first."""
        return text

    def faint(self, text: str) -> str:
        """Give what may be skipped."""
        return text

    def alarm(self, text: str) -> str:
        """Give what went wrong."""
        return text


PLAIN = Style()
