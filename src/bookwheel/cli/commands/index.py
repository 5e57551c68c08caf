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
@click.option("--rebuild", is_flag=True, help="Check the index and read all files again, below PATH or all.")
@click.option("--no-embeddings", is_flag=True, help="Do not embed the passages; the app does it later.")
@shared_options("profile", "no_color", "debug")
@click.pass_context
def index(
    context: click.Context,
    documents: tuple[Path, ...],
    target: str | None,
    as_json: bool,
    rebuild: bool,
    no_embeddings: bool,
) -> int:
    """Build or refresh the index of PATH.

    Only new and changed files are read again; deleted ones leave the index. Documents that cannot be read are named,
    with the reason. The other commands and the app do this on their own.

    With --to the index (of PATH, or all of it) is copied to another location: no file is read again, and documents
    that are already there are skipped.

    With --rebuild the index is checked, set aside if it is damaged, and all files (of PATH, or all that were ever
    indexed) are read again. A web address in PATH is fetched again.

    With an embedding model in the settings, all passages without a vector are embedded, which can take long: Ctrl+C
    stops it, and the next call continues.
    """
    if target == "":
        raise UsageError("--to is empty.", hint="Name an address such as postgresql://HOST/DATABASE, or a folder.")
    if target is not None and rebuild:
        raise UsageError("--to copies the index and --rebuild reads the files again.", hint="Choose one of them.")
    if target is not None:
        from bookwheel.cli.work.copy_index import copy_index

        return copy_index(target, existing(documents), options_of(context), as_json=as_json)
    from bookwheel.cli.work.index import index_documents

    if not documents and not rebuild:
        raise UsageError("Name the files and folders to index.", hint="bookwheel index PATH...")
    roots = existing(documents, fetches_anew=rebuild)
    return index_documents(roots, options_of(context), as_json=as_json, embeds=not no_embeddings, rebuilds=rebuild)
