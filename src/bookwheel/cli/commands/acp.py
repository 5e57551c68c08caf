"""`bookwheel acp`: answers inside an editor, over the Agent Client Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.inputs import existing
from bookwheel.cli.options import PathArgument, options_of, shared_options


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
    from bookwheel.cli.work.acp import serve

    return serve(existing(documents), options_of(context))
