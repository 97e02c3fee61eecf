"""The native engine of observations: it reads JSON lines and judges rules on them, in one pass.

It takes operations, and halves of them, that are right in every respect and in a plain form; any
other line it gives back, for Python to understand and to `push`. A spot is (file, line of the
outcome, line where it began, which part of a transaction it is or 0); rows are put into the order
of their starts within a window.
"""

from typing import final

__all__ = ["LineFinder", "TraceReader"]

_Spot = tuple[int, int, int, int]

@final
class TraceReader:
    """The reading and judging of one run; a thread of its own judges what was read."""

    def __new__(cls, *, longest: int) -> TraceReader:
        """Make one that gives back lines of more than `longest` bytes."""

    def turn_to(self, file: int) -> None:
        """Go on with a file, of this number; its first line that is not blank is given back."""

    def start(
        self,
        rules: list[str],
        *,
        mode: str | None,
        clock_error: int,
        across_items: bool,
        initial: bytes,
        remembered: int,
        window: int,
    ) -> None:
        """Begin to judge rules by their codes; `initial` is JSON.

        Raises `ValueError` for an initial value that is not understood, another mode than mrsc or
        async, and a clock error of 2**60 or more.
        """

    def feed(self, chunk: bytes) -> bytes | None:
        """Read what follows in the file, up to a line that is for Python, which is given."""

    def go_on(self, *, whole: bool = False) -> bytes | None:
        """Read on after such a line; with `whole`, the last line needs no end."""

    def push(self, event: bytes, file: int, line: int, invoked: int, part: int) -> bool:
        """Take an operation as a line says it, or a part of a transaction, counted from 1.

        Give False where it is not understood.
        """

    def claim(self, name: bytes, attempt: int | None) -> bool | None:
        """Take the id of an attempt, as JSON; give False where it was taken before."""

    def surrender(self, name: bytes) -> list[tuple[int, int, bytes]]:
        """Give up the first halves of operations that have an id, as JSON: (file, line, text)."""

    def finish(
        self, *, is_cut: bool = False
    ) -> list[tuple[str, int, str, list[_Spot], list[tuple[_Spot, int, int, list[_Spot]]]]] | None:
        """Give what each rule came to: (code, checked, how, spots, items); None if it `is_late`.

        What never returned has no version yet where the reading `is_cut`.

        How it is known tells what the reference must look at to say the same:
        nothing   no violation was found
        violated  the spots contradict each other, or are needed to see it
        deciding  the spots decide the rule, whatever it comes to
        item      something is violated in the item that the one spot names
        left      the rule is left to the reference
        items     each has to be judged: (a spot that names it, what was checked on items before,
                  what would be on itself, the spots that show its conflict where they are known)
        """

    def stop(self) -> None:
        """End the thread, whatever was found."""

    @property
    def is_late(self) -> bool:
        """Tell whether a row was earlier than what had been judged: the window is too small."""

    @property
    def latest(self) -> int:
        """Give when the last operation that was read of the present file began."""

    @property
    def line(self) -> int:
        """Give the number of the last line of it that was read."""

    @property
    def read(self) -> int:
        """Give how many operations were read here."""

    @property
    def waiting(self) -> int:
        """Give how many bytes wait for the end of their line."""

@final
class LineFinder:
    """Finds lines of a file again: by number, or by the item that they are about."""

    def __new__(cls, lines: list[int], keys: list[bytes]) -> LineFinder:
        """Look for lines by number, or for those of keys, which are JSON.

        Raises `ValueError` for a key that is not understood.
        """

    def feed(self, chunk: bytes, *, whole: bool = False) -> list[tuple[int, bytes]]:
        """Give the lines in what follows in the file, with all that only Python understands."""

    @property
    def line(self) -> int:
        """Give the number of the last line that was read."""
