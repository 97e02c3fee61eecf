"""What an exception says that ended a step, in one line."""

from __future__ import annotations


def message_of(error: BaseException) -> str:
    """Give the first line of what an assertion says, the type before it for other exceptions."""
    said = _said(error)
    if isinstance(error, AssertionError):
        return said or "assertion failed"
    if type(error).__module__.startswith("gtcheck."):
        return said
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _said(error: BaseException) -> str:
    """Give the first line of an error's message; "" where the model's own `__str__` fails."""
    try:
        return next(iter(str(error).strip().splitlines()), "")
    except Exception:
        return ""
