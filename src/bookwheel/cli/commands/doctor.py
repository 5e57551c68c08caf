"""`bookwheel doctor`: what works here, and what to do about the rest."""

from __future__ import annotations

import click

from bookwheel.cli.options import options_of, shared_options


@click.command()
@shared_options("model", "profile")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object a line.")
@shared_options("no_color", "debug")
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> int:
    """Check what works here, and say what to do about the rest.

    It checks the model, the keys (never shown), the index, the folders and the terminal.
    Exit code 1 when something is wrong.
    """
    from bookwheel.cli.doctor.examination import examine

    return examine(options_of(context), as_json=as_json)
