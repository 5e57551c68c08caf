"""`bookwheel sessions`: saved questions and answers."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.options import complete_sessions, options_of, shared_options

_FORMATS = ("md", "html", "json")


@click.group(
    epilog="""\b
An ID may be shortened to its beginning, as long as only one session begins so;
"last" is the latest session."""
)
def sessions() -> None:
    """Saved sessions: list, show, search, export, delete."""


@sessions.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print each session as one JSON object a line.")
@shared_options("no_color", "debug")
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List the sessions, the latest first."""
    from bookwheel.cli.work.sessions import print_list

    print_list(options_of(context), as_json=as_json)


@sessions.command()
@click.argument("session", metavar="ID", shell_complete=complete_sessions)
@click.option("--json", "as_json", is_flag=True, help="Print its event log, one JSON object a line.")
@shared_options("no_color", "debug")
@click.pass_context
def show(context: click.Context, session: str, as_json: bool) -> None:
    """Print the session ID: its questions, answers and sources."""
    from bookwheel.cli.work.sessions import print_session

    print_session(session, options_of(context), as_json=as_json)


@sessions.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print each session as one JSON object a line.")
@shared_options("no_color", "debug")
@click.pass_context
def search(context: click.Context, text: str, as_json: bool) -> int:
    """List the sessions that hold all words of TEXT. Exit code 3: none does."""
    from bookwheel.cli.work.sessions import print_list

    return print_list(options_of(context), text=text, as_json=as_json)


@sessions.command(
    epilog="""\b
Examples:
  bookwheel sessions export last --format html -o today.html
  bookwheel sessions export last --format json | jq .type"""
)
@click.argument("session", metavar="ID", shell_complete=complete_sessions)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    default="md",
    show_default=True,
    help="The format of the export.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to write it; without it, to standard output.",
)
@shared_options("debug")
@click.pass_context
def export(context: click.Context, session: str, format_: str, output: Path | None) -> None:
    """Write the session ID as Markdown, as one HTML file, or as the event log (json)."""
    from bookwheel.cli.work.sessions import export_session

    export_session(session, format_, output, options_of(context))


@sessions.command()
@click.argument("session", metavar="ID...", nargs=-1, required=True, shell_complete=complete_sessions)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@shared_options("no_color", "debug")
@click.pass_context
def delete(context: click.Context, session: tuple[str, ...], yes: bool) -> int:
    """Delete sessions for good; asks first."""
    from bookwheel.cli.work.sessions import delete_sessions

    return delete_sessions(session, options_of(context), unasked=yes)
