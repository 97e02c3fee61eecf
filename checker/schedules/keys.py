"""Random numbers that depend on nothing but what they are drawn for.

Every number is `draw(stream, counter)`, SplitMix64 (Steele, Lea, Flood: Fast splittable
pseudorandom number generators, OOPSLA 2014) read at a counter: no state is carried from draw to
draw, so that both engines, and any number of workers, draw the same ones. The engine's `keys.rs`
is the same in Rust.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from ...models.values import show

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def draw(stream: int, counter: int) -> int:
    """Give the 64-bit number of a stream at a counter; it is itself a stream for further draws.

    >>> hex(draw(0, 0))
    '0xe220a8397b1dcdaf'
    """
    word = (stream + (counter + 1) * _GOLDEN) & _MASK
    word = (word ^ word >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    word = (word ^ word >> 27) * 0x94D049BB133111EB & _MASK
    return word ^ word >> 31


def label(name: str) -> int:
    """Give a 64-bit label of a name, the same in every process."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def element_label(element: Any) -> int:
    """Give the label of a bag's element: of its type and of what it shows."""
    return label(f"{type(element).__qualname__} {show(element)}")


def outcome_key(stream: int, branches: Sequence[int]) -> int:
    """Give the key of an outcome, by the labels of what it took at its branches."""
    key = draw(stream, 0)
    for branch in branches:
        key = draw(key, branch)
    return key
