"""Groups of commands, and what is said of a call that none of them understands."""

from __future__ import annotations

import difflib

import click

_LISTED = 12
"""Up to so many commands are all named."""


class CommandGroup(click.Group):
    """A group that guesses at a misspelt command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a call; guess at a misspelt one."""
        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            near = difflib.get_close_matches(args[0], known, n=1)
            listed = f" Commands: {', '.join(known)}." if len(known) <= _LISTED else ""
            guess = f" Did you mean {near[0]!r}?" if near else listed
            ctx.fail(f"There is no command {args[0]!r}.{guess}")
        return super().resolve_command(ctx, args)


def usage_words(error: click.ClickException) -> str:
    """Return what is wrong with a call, and below it how the command is called.

    Parameters
    ----------
    error
        What click refuses, or what a command refuses by click's exceptions.
    """
    message = error.format_message()
    if message[1:2].islower():
        message = message[0].lower() + message[1:]
    lines = [message.removesuffix(".")]
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return lines[0]
    if isinstance(error, click.MissingParameter) and error.param is not None:
        record = error.param.get_help_record(context)
        if record is not None and record[1]:
            lines.append(f"{record[0]}: {record[1].removesuffix('  [required]')}")
    lines += [*context.get_usage().split("\n"), f"all of it: {context.command_path} --help"]
    return "\n  ".join(lines)
