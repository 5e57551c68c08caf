"""`bookwheel search`: the passages that retrieval finds, best first."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.inputs import existing, last_documents
from bookwheel.cli.options import FILTER, PathArgument, options_of, shared_options
from bookwheel.code_cache import CODE
from bookwheel.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  bookwheel search "dividend per share" ~/filings
  bookwheel search --in ~/filings/2023 "dividend per share" ~/filings
  bookwheel search --top-k 3 --json "how to install" docs | jq -r .text"""
)
@click.argument("query")
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@shared_options("top_k", "profile", *FILTER)
@click.option("--json", "as_json", is_flag=True, help="Print each passage as one JSON object a line, whole.")
@shared_options("no_color", "debug")
@click.pass_context
def search(context: click.Context, query: str, documents: tuple[Path, ...], as_json: bool) -> int:
    """Find the passages for QUERY, best first.

    They come from the files and folders PATH, or those used last; no model is used. Exit code 3:
    nothing found.
    """
    CODE.import_all("bookwheel.cli.work.search")
    from bookwheel.cli.work.search import find

    if not query.strip():
        raise UsageError("The query is empty.", hint="Write what to search for, in quotes.")
    roots = existing(documents) or last_documents()
    if not roots:
        raise UsageError("There are no documents to search.", hint="Name files or folders after the query.")
    return find(query, roots, options_of(context), as_json=as_json)
