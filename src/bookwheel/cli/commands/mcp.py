"""`bookwheel mcp`: serves the documents to other programs over the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.inputs import existing, last_documents
from bookwheel.cli.options import FILTER, PathArgument, options_of, shared_options
from bookwheel.errors import UsageError


@click.command(
    epilog="""\b
Examples:
  bookwheel mcp ~/papers
  bookwheel mcp --http --port 8765 ~/papers

\b
With --http the token comes from BOOKWHEEL_MCP_TOKEN; without it a new one is
printed on standard error."""
)
@click.argument("documents", metavar="[PATH]...", nargs=-1, type=PathArgument(path_type=Path))
@shared_options("profile", *FILTER)
@click.option("--http", "over_http", is_flag=True, help="Serve on http://127.0.0.1 rather than standard input.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=0,
    metavar="N",
    help="The port for --http; 0 takes a free one.",
    show_default=True,
)
@shared_options("debug")
@click.pass_context
def mcp(context: click.Context, documents: tuple[Path, ...], over_http: bool, port: int) -> int:
    """Serve the documents to other programs as an MCP server.

    They are the files and folders PATH, or those used last. Its tools search, read, find
    quotations, check texts and research a question; they change no document.
    """
    from bookwheel.cli.work.mcp import serve

    if port and not over_http:
        raise UsageError("--port goes with --http.", hint="Add --http, or leave --port out.")
    roots = existing(documents) or last_documents()
    if not roots:
        raise UsageError("There are no documents to serve.", hint="Name files or folders.")
    return serve(roots, options_of(context), port=port if over_http else None)
