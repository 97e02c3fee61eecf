"""The rules by their codes, one family a file: what each promises, and the monitor that checks
it."""

from .catalog import RULES, Rule

__all__ = ["RULES", "Rule"]
