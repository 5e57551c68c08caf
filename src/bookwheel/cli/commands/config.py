"""`bookwheel config`: the path of the settings file, the settings in force, a check, and a first file."""

from __future__ import annotations

import click

from bookwheel import paths
from bookwheel.cli.options import options_of, shared_options


@click.group()
def config() -> None:
    """The settings: path, show, check, init."""


@config.command()
def path() -> None:
    """Print where the settings file is (it need not exist)."""
    click.echo(paths.config_file())


@config.command()
@shared_options("profile")
@click.option("--json", "as_json", is_flag=True, help="Print the settings as one JSON object.")
@shared_options("no_color", "debug")
@click.pass_context
def show(context: click.Context, as_json: bool) -> None:
    """Print every setting in force and its source. Keys are never shown, only their source."""
    from bookwheel.cli.work.config import show_settings

    show_settings(options_of(context), as_json=as_json)


@config.command()
@shared_options("no_color", "debug")
@click.pass_context
def check(context: click.Context) -> int:
    """Check the settings file; exit code 2 when it has mistakes."""
    from bookwheel.cli.work.config import check_settings

    return check_settings(options_of(context))


@config.command()
@click.option("--force", is_flag=True, help="Replace an existing file.")
def init(force: bool) -> None:
    """Write a settings file with every setting, explained."""
    from bookwheel.config.write import example_text, write_config

    file = paths.config_file()
    write_config(file, example_text(), force=force)
    click.echo(file)
