"""Events: what machines send each other, and what they announce to specs."""

from .values import Record


class Event(Record):
    """A message or announcement: a frozen record; subclass it and annotate what it carries.

    >>> class Put(Event):
    ...     key: str
    ...     value: int
    >>> print(Put("x", 1))
    Put(x, 1)
    """
