"""`bookwheel [PATH…]` and `bookwheel demo`: the app."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bookwheel import paths
from bookwheel.cli.inputs import existing, last_places
from bookwheel.cli.options import FILTER, Options, PlacePath, options_of, shared_options
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant
    from bookwheel.config.setting_tables import Config


@click.command(add_help_option=False)
@click.argument("places", metavar="[PATH]...", nargs=-1, type=PlacePath(path_type=Path))
@shared_options("resume_last", "session_id", "agent", "model", "profile", "top_k", *FILTER)
@shared_options("theme", "no_color", "debug")
@click.pass_context
def desk(context: click.Context, places: tuple[Path, ...]) -> int:
    """Open the app on files and folders."""
    from bookwheel.cli.root import VERBS

    return open_desk(options_of(context), existing(places, verbs=tuple(VERBS)))


@click.command()
@shared_options("agent", "model", "profile", "top_k", *FILTER, "theme", "no_color", "debug")
@click.pass_context
def demo(context: click.Context) -> int:
    """Open the app on the bundled sample documents.

    They are Bookwheel's own guide: ask it how Bookwheel works. No key, no server and no question are needed.
    """
    return open_desk(options_of(context), [paths.samples_dir()])


def open_desk(options: Options, roots: Sequence[Path]) -> int:
    """The app, until it is left; its exit code."""
    refuse_without_terminal('In a script use: bookwheel ask "…" PATH')
    with _without_collecting():
        config = options.load_or_defaults()
        from bookwheel import wiring

        assistant = wiring.build(config, mode="agent" if options.agent else "query", stays_open=True)
    return open_app(assistant, config, options, roots=roots, selection=_selection(options, roots))


def _selection(options: Options, roots: Sequence[Path]) -> Selection:
    if not options.has_filter:
        return EVERYTHING
    from bookwheel.cli.filtering import selection_of

    return selection_of(options, roots or last_places(options.session_id))


def open_app(
    assistant: Assistant,
    config: Config,
    options: Options,
    *,
    roots: Sequence[Path] = (),
    selection: Selection = EVERYTHING,
    question: str = "",
) -> int:
    """The app on a desk, of which `selection` is asked, with `question` asked at once; its exit code."""
    with _without_collecting():
        from bookwheel.tui.app import BookwheelApp, run_app

        if options.no_color:
            os.environ["NO_COLOR"] = "1"  # what Textual itself looks for

        def make(theme: str, keys: Mapping[str, str], notes: Sequence[str]) -> BookwheelApp:
            return BookwheelApp(
                assistant,
                theme=theme,
                keys=keys,
                roots=roots,
                selection=selection,
                question=question,
                session_id=options.session_id or None,
                resume_last=options.resume_last,
                no_color=options.no_color,
                notes=notes,
            )

        try:
            app = make(config.ui.theme, config.keys, config.notes)
        except ConfigError as error:
            # A theme or a key that the file got wrong must not lock its owner out; a flag is there to be corrected.
            note = f"{error.message} The default theme and keys are in force."
            app = make(options.theme, {}, (note, *config.notes))
    return run_app(app)


def refuse_without_terminal(hint: str) -> None:
    """Raise UsageError where the app cannot be shown; `hint` says what can be used there."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The app needs a terminal for its input and its output.", hint=hint)
    if os.environ.get("TERM", "dumb") in ("dumb", ""):
        raise UsageError("This terminal (TERM=dumb) cannot show the app.", hint=hint)


@contextmanager
def _without_collecting() -> Generator[None]:
    """What imports make stays: looking through it for garbage is an eighth of the time to the first frame."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
