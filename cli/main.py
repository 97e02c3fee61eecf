"""The `gtcheck` command, its lazily loaded subcommands, and what each failure ends with."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from .. import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = (
    "explore",
    "replay",
    "observe",
    "gate",
    "claims",
    "models",
    "rules",
    "explain",
    "schema",
)

_UNDECIDED = 3
_INTERNAL = 4


class LazyGroup(click.Group):
    """A group of commands, each imported only when it is named, or listed by `--help`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all commands, in the order that `--help` lists them."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        """Import the module of that name and give its `command`; None where there is none."""
        if cmd_name not in _COMMANDS:
            from ..models.errors import UnknownNameError

            raise UnknownNameError.among("command", cmd_name, _COMMANDS)
        loaded = import_module(f".{cmd_name}", __package__).command
        assert isinstance(loaded, click.Command)
        return loaded


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gtcheck", message="%(prog)s %(version)s")
def gtcheck() -> None:
    """Explore models of replicated stores and check the logs of real ones.

    Every command ends with 0 where all holds, 1 where something is violated, 2 where what was
    given cannot be used, 3 where nothing can be said (a limit was reached), and 4 on a mistake of
    gtcheck's own.
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code; what went wrong is told on standard error."""
    try:
        result = gtcheck.main(list(arguments), prog_name="gtcheck", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return error.exit_code
    except click.ClickException as error:
        return _tell(_one_line(error), error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        return _tell("interrupted before anything was found", _UNDECIDED)
    except MemoryError:
        return _tell("out of memory; --max-memory stops in time", _UNDECIDED)
    except Exception as error:
        return _tell_failure(error)
    return result if isinstance(result, int) else 0


def main() -> NoReturn:
    """Run the command line that the process was started with, and end the process."""
    sys.exit(run(sys.argv[1:]))


def _tell_failure(error: Exception) -> int:
    from ..models.errors import GtcheckError

    if isinstance(error, GtcheckError):
        return _tell(error.report(), error.exit_code)
    if os.environ.get("GTCHECK_DEBUG"):
        raise error
    said = " ".join(f"{type(error).__name__}: {error}".split())
    hint = "this is a mistake of gtcheck's own; GTCHECK_DEBUG=1 shows where"
    return _tell(f"internal error: {said} ({hint})", _INTERNAL)


def _one_line(error: click.ClickException) -> str:
    said = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    if context is None:
        return said
    return f"{said.rstrip('.')} (see {context.command_path} --help)"


def _tell(message: str, exit_code: int) -> int:
    # Where nobody reads standard error, the exit code still says it.
    with contextlib.suppress(OSError):
        click.echo(f"gtcheck: {message}", err=True)
    return exit_code
