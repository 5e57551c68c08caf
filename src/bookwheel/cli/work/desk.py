"""The app on a desk, from the command line's options to its exit code."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bookwheel.cli.given_options import Options
from bookwheel.cli.inputs import documents_of_session, last_documents, selection_of, shown, with_env_endpoint
from bookwheel.code_cache import CODE
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from bookwheel.assistant.assistant import Assistant
    from bookwheel.config.kept import NamedDesk
    from bookwheel.config.setting_tables import Config
    from bookwheel.tui.app import BookwheelApp
    from bookwheel.tui.opening import Recording


MODES = ("query", "agent")
IN_BROWSER = "TEXTUAL_DRIVER"
"""Set where another program shows the app, as `bookwheel serve` does."""


def open_desk(options: Options, roots: Sequence[Path], recording: Recording | None = None) -> int:
    """Run the app until it is closed, and play a recording in it; its exit code. Raises UsageError without terminal."""
    if not is_plain(options):
        refuse_without_terminal('In a script use: bookwheel ask "…" PATH, or bookwheel --plain PATH')
    with _without_collecting():
        config = with_env_endpoint(options.load_or_defaults(), options.load_or_defaults)
        from bookwheel.config.kept import NamedDesk, desk_store, kept_choices, with_choices
        from bookwheel.config.setting_tables import MODE

        desk = (desk_store().load(options.desk) or NamedDesk(name=options.desk)) if options.desk else None
        choices = kept_choices(config)
        chosen = choices.known() | (desk.choices if desk is not None else {})
        config = with_choices(config, chosen)
        mode = "agent" if options.agent else chosen.get(MODE, "query")
        if desk is not None and options.model:
            desk = replace(desk, model="")  # the flag overrides the desk's model

    def make() -> Assistant:
        from bookwheel import wiring

        mode_known = mode if mode in MODES else "query"
        assistant = wiring.build(config, mode=mode_known, stays_open=True, choices=choices, desks=desk_store())
        CODE.close()  # what an idle desk needs is imported; more would make the file of each start larger
        return assistant

    selection = _selection(options, roots)
    return open_app(
        make, config, options, roots=roots, selection=selection, desk=desk, kept=chosen, recording=recording
    )


def _selection(options: Options, roots: Sequence[Path]) -> Selection:
    if not options.has_filter:
        return EVERYTHING
    if roots:
        return selection_of(options, roots)
    session_id = options.session_id
    return selection_of(options, documents_of_session(session_id) if session_id else last_documents())


def open_app(
    make_assistant: Callable[[], Assistant],
    config: Config,
    options: Options,
    *,
    roots: Sequence[Path] = (),
    selection: Selection = EVERYTHING,
    question: str = "",
    recording: Recording | None = None,
    desk: NamedDesk | None = None,
    kept: Mapping[str, str] | None = None,
) -> int:
    """Run the app on a desk that searches `selection`, and ask `question` at once or play `recording`; its exit code.

    `make_assistant` is called in a thread after the first frame, which needs none of what it imports. `kept` are the
    choices made in the app before.
    """
    if is_plain(options):
        return _open_plain(
            make_assistant(), config, options, roots=roots, selection=selection, question=question, desk=desk
        )
    with _without_collecting():
        CODE.import_all("bookwheel.tui.app")
        from bookwheel.paths import data_dir
        from bookwheel.tui.app import BookwheelApp, run_app
        from bookwheel.tui.textual_styles import KEPT_STYLES

        KEPT_STYLES.open(data_dir() / "styles")

        if options.no_color:
            os.environ["NO_COLOR"] = "1"  # what Textual itself looks for

        make = partial(
            BookwheelApp,
            make_assistant,
            roots=roots,
            selection=selection,
            question=question,
            recording=recording,
            session_id=options.session_id or None,
            resume_last=options.resume_last,
            desk=desk,
            kept=kept,
            calls=config.ui,
            no_color=options.no_color,
        )
        app = _with_theme_and_keys(make, config, options.theme)
    return run_app(app)


def _with_theme_and_keys(make: Callable[..., BookwheelApp], config: Config, theme: str) -> BookwheelApp:
    """The app in the theme and with the keys of the settings; `theme` is that of the flag."""
    try:
        return make(theme=config.ui.theme, keys=config.keys, notes=config.notes)
    except ConfigError as error:
        # A mistake in the settings file must not keep the app from opening; a flag can be corrected at once.
        note = f"{error.message} The default theme and keys are in force."
        return make(theme=theme, keys={}, notes=(note, *config.notes))


def has_terminal() -> bool:
    """Whether the app can be shown: input and output are a terminal, which can move its cursor."""
    return _is_terminal() and not _is_dumb()


def is_plain(options: Options) -> bool:
    """Whether the app is lines of text: with --plain, and by itself on a terminal that can show nothing else."""
    return options.plain or (_is_terminal() and _is_dumb())


def refuse_without_terminal(hint: str) -> None:
    """Raise UsageError where the app cannot be shown; `hint` names what can be used instead."""
    if IN_BROWSER in os.environ:
        return  # `bookwheel serve` shows it
    if not _is_terminal():
        raise UsageError("The app needs a terminal for its input and its output.", hint=hint)
    if _is_dumb():
        raise UsageError("This terminal (TERM=dumb) cannot show the app.", hint=hint)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _is_dumb() -> bool:
    return os.environ.get("TERM", "dumb") in ("dumb", "")


def _open_plain(
    assistant: Assistant,
    config: Config,
    options: Options,
    *,
    roots: Sequence[Path],
    selection: Selection,
    question: str,
    desk: NamedDesk | None,
) -> int:
    """The app as lines of text; its exit code."""
    from bookwheel.assistant.updates import OWN
    from bookwheel.headless.outlet import Outlet
    from bookwheel.headless.plain.plain_desk import PlainDesk, PlainOpening
    from bookwheel.signals import interruptible_runner

    is_fresh = not (roots or desk or options.session_id or options.resume_last)
    opening = PlainOpening(
        roots=last_documents() if is_fresh and OWN not in assistant.modes else roots,
        selection=selection,
        session_id=options.session_id or None,
        resume_last=options.resume_last,
        desk=desk,
        question=question,
        notes=config.notes,
    )

    async def talk() -> int:
        outlet = Outlet(sys.stdout, sys.stderr)
        return await PlainDesk(assistant, outlet, is_terminal=sys.stdin.isatty(), shown_path=shown).run(
            sys.stdin.fileno(), opening
        )

    with interruptible_runner() as runner:
        return runner.run(talk())


@contextmanager
def _without_collecting() -> Generator[None]:
    """Import without garbage collection: scanning what stays anyway takes 1/8 of the time to the first frame."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
