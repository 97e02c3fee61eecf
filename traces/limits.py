"""How much an observation may read, search and remember before it gives up and says so."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationLimits:
    """Bounds on one call of `observe`; running out of one is told, never passed over.

    A file beyond the limits on lines, nesting or expansion raises `InputError`; a search beyond
    the limits on configurations or seconds leaves its rule undecided.
    """

    max_configurations: int = 50_000
    """Configurations that the search of one item may hold at one moment (some 200 bytes each);
    also how often the search for an order of transactions may have to go back."""

    max_seconds: float = 60.0
    """Wall-clock seconds for all searches of one call together."""

    max_remembered: int = 10_000
    """Versions or values of one item that a rule remembers, the newest; older ones are not
    judged."""

    max_keys: int = 1_000_000
    """Keys that a spec of one's own is run over, each with what it remembers of it."""

    max_witness_seconds: float = 0.25
    """Wall-clock seconds spent on making one witness smaller."""

    max_line_bytes: int = 8 * 1024 * 1024
    """Bytes of one line of a log, and of one operation of an EDN history."""

    max_nesting: int = 100
    """Brackets within brackets."""

    max_expansion: int = 300
    """Times that a compressed file may grow, looked at from its 16th decompressed MiB on."""
