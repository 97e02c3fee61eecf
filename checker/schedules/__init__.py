"""Schedules: runs that are drawn at random, where there are too many states for all of them."""

from .sampling import STRATEGIES, Sampling, Strategy
from .search import ScheduleSearch

__all__ = ["STRATEGIES", "Sampling", "ScheduleSearch", "Strategy"]
