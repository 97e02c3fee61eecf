"""What a person types: the `gtcheck` command, one subcommand a file."""

from .main import gtcheck, run

__all__ = ["gtcheck", "run"]
