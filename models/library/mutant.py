"""A mutant: a protocol with one mechanism left out, and the property that must notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field


@dataclass(frozen=True, slots=True)
class Mutant:
    """A protocol with one mechanism left out.

    `part` is the class that stands in for the protocol's, as `file.Class` in `broken/`; `claim` and
    `killed_by` name what is broken and the property that must notice, within the bounds of
    `settings` and `faults`.
    """

    model: str
    bug: str
    part: str
    claim: str
    killed_by: str
    _: KW_ONLY
    settings: Mapping[str, object] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The mutant as it is typed: `mrsc bug=skip-the-fence`."""
        return f"{self.model} bug={self.bug}"
