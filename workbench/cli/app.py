"""The group of commands, loaded one by one, and how errors end."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from workbench.cli.context import CliContext
from workbench.cli.groups import CommandGroup, usage_words
from workbench.cli.streams import never_fail_to_print
from workbench.errors import Cancelled, WorkbenchError
from workbench.safe_text import safe
from workbench.version import __version__

EPILOG = "Start with: workbench demo. In a project, workbench status says what is next."


class LazyGroup(CommandGroup):
    """A group whose commands are imported when they are called."""

    def __init__(self, homes: Mapping[str, tuple[str, str]], **options: Any) -> None:
        super().__init__(**options)
        self.homes = homes

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the loop."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.homes:
            return None
        module, _, attribute = self.homes[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.homes.items()])


def build_app(homes: Mapping[str, tuple[str, str]]) -> click.Group:
    """Return the command ``workbench`` with these commands.

    Parameters
    ----------
    homes
        For each name its ``module:attribute`` and its line in the help.
    """
    app = LazyGroup(
        homes,
        name="workbench",
        help="Turn raw text into a labelled set that can be trusted.",
        epilog=EPILOG,
        params=[
            click.Option(
                ["-C", "directory"],
                type=click.Path(path_type=Path, file_okay=False),
                default=Path(),
                metavar="DIR",
                help="The project; by default this folder or one above it.",
            ),
        ],
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        callback=_enter,
    )
    click.version_option(__version__, prog_name="workbench")(app)
    return app


@click.pass_context
def _enter(ctx: click.Context, directory: Path) -> None:
    ctx.obj = CliContext(directory)


def run(app: click.Group, args: list[str] | None = None) -> int:
    """Run a call; print an error where there is one; return the exit code."""
    never_fail_to_print()
    try:
        result = app.main(args, prog_name="workbench", standalone_mode=False)
        if sys.stdout is not None:  # a shell can close it: >&-
            sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        _complain(usage_words(error))
        return error.exit_code
    except (KeyboardInterrupt, click.Abort, Cancelled):
        _complain("stopped; nothing is half-written")
        return 1
    except WorkbenchError as error:
        _complain(str(error))
        return error.exit_code
    except BrokenPipeError:
        # The reader of the pipe has left (as `head` does); Python would complain at exit.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        if os.environ.get("WORKBENCH_DEBUG"):
            raise
        with contextlib.suppress(OSError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        where = f": {error.filename}" if error.filename else ""
        _complain(f"the system refused: {error.strerror or error}{where}")
        return 1
    except Exception as error:  # the last door: a bug of ours, and its report
        if os.environ.get("WORKBENCH_DEBUG"):
            raise
        _complain(
            f"internal error: {type(error).__name__}: {error}\n"
            "  This is a bug in workbench; WORKBENCH_DEBUG=1 shows where. workbench verify tells"
            " whether your data is unharmed."
        )
        return 1
    return result if isinstance(result, int) else 0


def _complain(message: str) -> None:
    """Print to stderr, with what the message quotes made safe."""
    click.echo(f"error: {safe(message, keep_lines=True)}", err=True)
