"""Where results go: to standard output, or to a file that is written whole or not at all."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..models.errors import UsageError
from .palette import Palette, palette_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def deliver(result: Mapping[str, object] | Callable[[Palette], str], output: Path | None) -> None:
    """Write a result: a mapping as JSON, or the text that a rendering gives for a palette.

    A reader that stops early (`| head`) is no failure. Raises `UsageError` where the file or
    standard output cannot be written.
    """
    palette = Palette() if output is not None else palette_for()
    text = result(palette) if callable(result) else as_json_text(result)
    if output is None:
        _write_to_standard_output(text)
    else:
        write_whole(output, text)


def write_now(text: str) -> None:
    """Write a part of a result to standard output, where it is seen at once."""
    _write_to_standard_output(text)


def as_json_text(document: object) -> str:
    """Give a JSON text of ASCII characters, indented, ended by a newline."""
    return json.dumps(document, indent=2, default=str) + "\n"


def check_writable(path: Path) -> None:
    """Raise `UsageError` where `path` could not be written, before any work is done for it."""
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"cannot write {path}: it is a folder")
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise UsageError(f"cannot write {path}: the folder {folder} {what}")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise UsageError(f"cannot write {path}: permission denied")


def write_whole(path: Path, text: str) -> None:
    """Write `text` to a file of that name, which other readers see complete or not at all.

    It is written aside and then renamed; only what is no plain file (a pipe, a device) is written
    in place. Raises `UsageError` where that fails.
    """
    data = text.encode("utf-8", "backslashreplace")
    try:
        if path.exists() and not path.is_file():
            path.write_bytes(data)
            return
        target = path.resolve()
        aside = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            aside.write_bytes(data)
            aside.replace(target)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from error


def _write_to_standard_output(text: str) -> None:
    stream = sys.stdout
    if stream is None:  # pragma: no cover - a process started with its output closed
        return
    try:
        encoding = stream.encoding or "utf-8"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        _silence_standard_output()
        if not isinstance(error, BrokenPipeError):
            reason = error.strerror or error
            raise UsageError(f"cannot write to standard output: {reason}") from error


def _silence_standard_output() -> None:
    # What is left in the stream's buffer would fail once more when the interpreter ends.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
