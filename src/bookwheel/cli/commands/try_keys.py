"""`bookwheel keys`: which keys arrive in this terminal."""

from __future__ import annotations

import click

from bookwheel.cli.options import options_of, shared_options


@click.command(
    epilog="""\b
Example:
  bookwheel keys                  in the terminal that you want to know about"""
)
@shared_options("no_color", "debug")
@click.pass_context
def keys(context: click.Context) -> int:
    """Find out which keys arrive in this terminal.

    Press the keys that it names, one after the other. It then prints a [keys] block for the settings that gives each
    action whose keys do not arrive one that does.
    """
    from bookwheel.cli.work.try_keys import try_keys

    return try_keys(options_of(context))
