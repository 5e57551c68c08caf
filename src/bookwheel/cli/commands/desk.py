"""`bookwheel [PATH…]` and `bookwheel demo`: the app."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel import paths
from bookwheel.cli.inputs import existing
from bookwheel.cli.options import FILTER, PathArgument, options_of, shared_options


@click.command(add_help_option=False)
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@shared_options("resume_last", "session_id", "agent", "model", "allow_env_endpoint", "profile", "top_k", *FILTER)
@shared_options("max_cost", "theme", "plain", "no_color", "debug")
@click.pass_context
def desk(context: click.Context, documents: tuple[Path, ...]) -> int:
    """Open the app on files and folders."""
    from bookwheel.cli.work.desk import open_desk

    root = context.find_root().command
    verbs = root.list_commands(context) if isinstance(root, click.Group) else []
    return open_desk(options_of(context), existing(documents, verbs=verbs))


@click.command()
@shared_options(
    "agent",
    "model",
    "allow_env_endpoint",
    "profile",
    "top_k",
    "max_cost",
    *FILTER,
    "theme",
    "plain",
    "no_color",
    "debug",
)
@click.pass_context
def demo(context: click.Context) -> int:
    """Open the app on the bundled sample documents.

    They are Bookwheel's own guide: ask it how Bookwheel works. It needs no key and no server.
    """
    from bookwheel.cli.work.desk import open_desk

    return open_desk(options_of(context), [paths.samples_dir()])
