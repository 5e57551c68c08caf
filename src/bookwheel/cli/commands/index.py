"""`bookwheel index`: build or refresh the index."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.inputs import existing
from bookwheel.cli.options import PathArgument, options_of, shared_options
from bookwheel.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  bookwheel index ~/papers ~/notes
  bookwheel index --json ~/papers
  bookwheel index --to postgresql://ann@db.example.org/papers"""
)
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@click.option(
    "--to", "target", metavar="ADDRESS", help="Copy the index there: postgresql://HOST/DATABASE, or a folder."
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as one JSON object.")
@click.option("--no-embeddings", is_flag=True, help="Leave the passages' vectors to the app.")
@shared_options("profile", "no_color", "debug")
@click.pass_context
def index(
    context: click.Context, documents: tuple[Path, ...], target: str | None, as_json: bool, no_embeddings: bool
) -> int:
    """Build or refresh the index of PATH.

    Only new and changed files are read again; deleted ones leave the index. Documents that cannot be read are named,
    with the reason. The other commands and the app do all this by themselves.

    With --to, what is indexed (below PATH, or all of it) goes to another index as it is: no file is read again, and
    what is there already is passed over.

    With an embedding model in the settings, all passages that have none are given their vectors, which can take long:
    Ctrl+C ends it, and the next time it goes on from there.
    """
    if target == "":
        raise UsageError("--to names no place.", hint="An address such as postgresql://HOST/DATABASE, or a folder.")
    if target is not None:
        from bookwheel.cli.work.copy_index import copy_index

        return copy_index(target, existing(documents), options_of(context), as_json=as_json)
    from bookwheel.cli.work.index import index_places

    if not documents:
        raise UsageError("Name the files and folders to index.", hint="bookwheel index PATH...")
    return index_places(existing(documents), options_of(context), as_json=as_json, embeds=not no_embeddings)
