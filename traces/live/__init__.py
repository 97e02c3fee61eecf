"""Judging a log while it is written: with little delay, and with memory that does not grow."""

from .follower import follow
from .run import Told

__all__ = ["Told", "follow"]
