"""`bookwheel replay`: plays a saved session back."""

from __future__ import annotations

import click

from bookwheel.cli.options import NumberRange, complete_sessions, options_of, shared_options


@click.command(
    epilog="""\b
Examples:
  bookwheel replay last
  bookwheel replay --speed 4 docs/tour.jsonl"""
)
@click.argument("session", metavar="ID|FILE", shell_complete=complete_sessions)
@click.option(
    "--speed",
    type=NumberRange(0.01, 1_000),
    default=1.0,
    show_default=True,
    metavar="N",
    help="How many times as fast as it happened.",
)
@click.option("--json", "as_json", is_flag=True, help="No app: print the event log, one JSON object a line.")
@click.option("--print", "as_text", is_flag=True, help="No app: print the questions and answers.")
@shared_options("model", "profile", "theme", "no_color", "debug")
@click.pass_context
def replay(context: click.Context, session: str, speed: float, as_json: bool, as_text: bool) -> int:
    """Play a session back with its own timing.

    The session is a saved one, ID, or an exported event log, FILE. Pauses between two questions are shortened to two
    seconds. In the app: Space pauses, '.' steps, '+' and '-' change the speed, A asks another model from there. Without
    a terminal it is printed.
    """
    from bookwheel.cli.work.replay import play

    return play(session, speed, options_of(context), as_json=as_json, as_text=as_text)
