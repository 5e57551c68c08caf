"""`bookwheel serve`: the app in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.inputs import existing
from bookwheel.cli.options import FILTER, PathArgument, options_of, shared_options


@click.command(
    epilog="""\b
Examples:
  bookwheel serve ~/papers
  bookwheel serve --port 8765 ~/papers

\b
The token comes from BOOKWHEEL_SERVE_TOKEN; without it a new one is made."""
)
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@shared_options("agent", "model", "allow_env_endpoint", "profile", "top_k", *FILTER)
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    metavar="N",
    help="The port; 0 takes a free one.",
    show_default=True,
)
@shared_options("theme", "no_color", "debug")
@click.pass_context
def serve(context: click.Context, documents: tuple[Path, ...], port: int) -> int:
    """Serve the app to a browser on this machine.

    It is the same app on the same documents and sessions, at an address of 127.0.0.1 that holds a token. Each tab of
    the browser is an app of its own.
    """
    from bookwheel.cli.work.serve import serve as run

    return run(existing(documents), options_of(context), port=port)
