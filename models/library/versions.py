"""What a replica holds of an item: a value, and when and where it was written (C26, C47)."""

from ..values import NEVER, Record, Time


class Version(Record):
    """One write of an item: its timestamp, its region, and its value, None where it deletes.

    A deleted item leaves this as a tombstone, so that an older write that comes late stays out.
    """

    time: Time
    region: str
    value: int | None = 1

    def is_after(self, other: "Version") -> bool:
        """Tell which write is the later one; of two at the same time the regions decide (C2)."""
        return (self.time, self.region) > (other.time, other.region)

    @property
    def is_there(self) -> bool:
        """Tell whether a client finds an item here."""
        return self.value is not None


UNWRITTEN = Version(NEVER, "nowhere", None)
