"""`bookwheel index`: build or refresh the index."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.options import options_of, shared_options
from bookwheel.cli.places import existing


@click.command(
    epilog="""\b
Examples:
  bookwheel index ~/papers ~/notes
  bookwheel index --json ~/papers"""
)
@click.argument("places", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
@shared_options("no_color", "debug")
@click.pass_context
def index(context: click.Context, places: tuple[Path, ...], as_json: bool) -> int:
    """Build or refresh the index of PATH.

    Only new and changed files are read again; deleted ones leave the index. Documents that cannot be read are named,
    with the reason. The other commands and the app do all this by themselves.
    """
    from bookwheel.cli.indexing import index_places

    return index_places(existing(places), options_of(context), as_json=as_json)
