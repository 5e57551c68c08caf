"""`bookwheel sessions`: saved questions and answers."""

from __future__ import annotations

from pathlib import Path

import click

from bookwheel.cli.options import complete_deleted, complete_sessions, options_of, shared_options
from bookwheel.transcript.formats import FORMATS


@click.group(
    epilog="""\b
An ID may be shortened to its beginning, as long as only one session begins so;
"last" is the latest session."""
)
def sessions() -> None:
    """Saved sessions: list, show, search, export and more."""


@sessions.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print each session as one JSON object a line.")
@shared_options("desk", "no_color", "debug")
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """List the sessions, the latest first. With --desk only those of a named desk."""
    from bookwheel.cli.inputs import readable_sessions
    from bookwheel.cli.work.sessions import print_list

    readable_sessions()
    print_list(options_of(context), as_json=as_json)


@sessions.command()
@click.argument("session", metavar="ID", shell_complete=complete_sessions)
@click.option("--json", "as_json", is_flag=True, help="Print its event log, one JSON object a line.")
@shared_options("no_color", "debug")
@click.pass_context
def show(context: click.Context, session: str, as_json: bool) -> None:
    """Print the session ID: its questions, answers and sources."""
    from bookwheel.cli.inputs import readable_sessions
    from bookwheel.cli.work.sessions import print_session

    readable_sessions()
    print_session(session, options_of(context), as_json=as_json)


@sessions.command()
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="Print each session as one JSON object a line.")
@shared_options("no_color", "debug")
@click.pass_context
def search(context: click.Context, text: str, as_json: bool) -> int:
    """List the sessions that hold all words of TEXT. Exit code 3: none does."""
    from bookwheel.cli.inputs import readable_sessions
    from bookwheel.cli.work.sessions import print_list

    readable_sessions()
    return print_list(options_of(context), text=text, as_json=as_json)


@sessions.command(
    epilog="""\b
Examples:
  bookwheel sessions export last --format html -o today.html
  bookwheel sessions export last --format json | jq .type
  bookwheel sessions export last --format bib -o sources.bib"""
)
@click.argument("session", metavar="ID", shell_complete=complete_sessions)
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
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
@shared_options("theme", "debug")
@click.pass_context
def export(context: click.Context, session: str, format_: str, output: Path | None) -> None:
    """Write the session ID to a file.

    The formats are Markdown, one HTML file, the event log (json), PDF (extra `pdf`), and its cited sources as BibTeX
    (bib), CSL-JSON (csl) or RIS (ris). The page has the colours of --theme, or is dark or light as its reader's system
    is.
    """
    from bookwheel.cli.inputs import readable_sessions
    from bookwheel.cli.work.sessions import export_session

    readable_sessions()
    export_session(session, format_, output, options_of(context))


@sessions.command()
@click.argument("session", metavar="ID...", nargs=-1, required=True, shell_complete=complete_sessions)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option("--for-good", is_flag=True, help="Remove them at once; otherwise they can be restored for a week.")
@shared_options("no_color", "debug")
@click.pass_context
def delete(context: click.Context, session: tuple[str, ...], yes: bool, for_good: bool) -> int:
    """Delete sessions; asks first. `bookwheel sessions restore` brings them back for a week."""
    from bookwheel.cli.inputs import readable_sessions
    from bookwheel.cli.work.sessions import delete_sessions

    readable_sessions()
    return delete_sessions(session, options_of(context), unasked=yes, for_good=for_good)


@sessions.command()
@click.argument("session", metavar="[ID]", required=False, default="last", shell_complete=complete_deleted)
@shared_options("no_color", "debug")
@click.pass_context
def restore(context: click.Context, session: str) -> None:
    """Bring back the deleted session ID, or the one deleted last."""
    from bookwheel.cli.inputs import readable_sessions
    from bookwheel.cli.work.sessions import restore_session

    readable_sessions()
    restore_session(session, options_of(context))


@sessions.command()
@click.argument("session", metavar="ID", shell_complete=complete_sessions)
@shared_options("no_color", "debug")
@click.pass_context
def fork(context: click.Context, session: str) -> None:
    """Copy the session ID, to go on in the copy; prints the new id."""
    from bookwheel.cli.inputs import readable_sessions
    from bookwheel.cli.work.sessions import fork_session

    readable_sessions()
    fork_session(session, options_of(context))


@sessions.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--title", default="", metavar="TITLE", help="Its title; without it, its first question.")
@shared_options("no_color", "debug")
@click.pass_context
def import_(context: click.Context, file: Path, title: str) -> None:
    """Make a session of an exported event log FILE; prints its id."""
    from bookwheel.cli.work.sessions import import_session

    import_session(file, title, options_of(context))
