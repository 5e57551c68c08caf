"""`bookwheel acp`: answers inside an editor, over the Agent Client Protocol."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import click

from bookwheel.cli.inputs import existing
from bookwheel.cli.options import PathArgument, options_of, shared_options
from bookwheel.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  bookwheel acp
  bookwheel acp --agent ~/papers"""
)
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@shared_options("agent", "model", "allow_env_endpoint", "profile", "top_k", "debug")
@click.pass_context
def acp(context: click.Context, documents: tuple[Path, ...]) -> int:
    """Answer inside an editor, over the Agent Client Protocol.

    The editor starts this command and speaks to it on standard input and output. The documents are the files and
    folders PATH, or those of the editor's folder. Its sessions are saved like all others.
    """
    _check_pipes()
    from bookwheel.cli.work.acp import serve

    return serve(existing(documents), options_of(context))


def _check_pipes() -> None:
    """Raise UsageError unless an editor can be at the other end: the loop cannot wait for a file or for /dev/null."""
    for number, name in enumerate(("input", "output")):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            mode = 0
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(number)):
            raise UsageError(
                f"Standard {name} is not a pipe.",
                hint="An editor starts `bookwheel acp` and speaks to it through pipes.",
            )
