"""The app: themes, screens, keys, and how it ends; what it shows is in the desk screen.

What the first frame does not show (help, lists to pick from, copying, a crash) is imported on first use.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events

from bookwheel import paths
from bookwheel.assistant.updates import StatusChanged
from bookwheel.engine.selection import EVERYTHING, Selection
from bookwheel.errors import BookwheelError
from bookwheel.markup.sanitize import clean_line
from bookwheel.signals import interruptible_runner
from bookwheel.terminal_looks import ANSI
from bookwheel.tui.attention import Attention
from bookwheel.tui.conversation.view import ConversationView
from bookwheel.tui.driver import QuietDriver, driver_class
from bookwheel.tui.endings import SignalEnding
from bookwheel.tui.frame_output import FrameOutput
from bookwheel.tui.garbage import QuietCollector
from bookwheel.tui.key_queue import KeyHandled, KeyQueue, PendingKey
from bookwheel.tui.keymap import bindings, key_of, merged_keys
from bookwheel.tui.line_sense import LineSense
from bookwheel.tui.messages import OutsideWanted, RedrawWanted, TerminalGone
from bookwheel.tui.opening import Opening, Recording, close_for, open_assistant
from bookwheel.tui.rows.signs import ASCII, terminal_signs
from bookwheel.tui.screens.desk_facts import of_desk
from bookwheel.tui.screens.desk_panes import BY_HEIGHT, BY_WIDTH
from bookwheel.tui.screens.desk_screen import DeskScreen
from bookwheel.tui.textual_private import FrameApp, size_classes
from bookwheel.tui.textual_styles import KEPT_STYLES
from bookwheel.tui.theme_choice import BackgroundKnown, ThemeChoice
from bookwheel.tui.themes import load_themes, variable_defaults
from bookwheel.tui.update_feed import UpdateFeed

if TYPE_CHECKING:
    from textual.binding import BindingType
    from textual.notifications import Notify
    from textual.screen import Screen
    from textual.strip import Strip

    from bookwheel.assistant.assistant import Assistant
    from bookwheel.assistant.updates import Update
    from bookwheel.config.desk_settings import UiSettings
    from bookwheel.config.kept import NamedDesk
    from bookwheel.tui.clipboard import Copied

QUIT_TWICE_S = 1.0
STOP_KEY = "ctrl+c"
"""Handled at once, before the keys that are still queued."""


class BookwheelApp(FrameApp[None], inherit_bindings=False):
    """The full-screen app.

    `theme` is a theme's name, empty to choose one for the terminal; `keys` are the user's (`[keys]`). `roots`,
    `session_id`, `resume_last` and `desk` say what it opens, `selection` what it searches; `question` is asked at once,
    `recording` is played back. `kept` are earlier choices made in the app, `calls` the settings for calling the user.
    Raises ConfigError for an unknown theme and for wrong keys.
    The assistant, or what makes it in a thread, is started by the app after its first frame, and closed by `run_app`.
    """

    CSS_PATH = "app.tcss"
    TITLE = "bookwheel"
    ENABLE_COMMAND_PALETTE = False
    # Not ClassVar: Textual declares them as plain attributes.
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = BY_WIDTH
    VERTICAL_BREAKPOINTS: list[tuple[int, str]] | None = BY_HEIGHT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("app")]

    def __init__(
        self,
        assistant: Assistant | Callable[[], Assistant],
        *,
        theme: str = "",
        keys: Mapping[str, str] | None = None,
        roots: Sequence[Path] = (),
        selection: Selection = EVERYTHING,
        session_id: str | None = None,
        resume_last: bool = False,
        desk: NamedDesk | None = None,
        question: str = "",
        recording: Recording | None = None,
        no_color: bool = False,
        kept: Mapping[str, str] | None = None,
        calls: UiSettings | None = None,
        notes: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        is_plain = no_color or "NO_COLOR" in os.environ
        # Decided before the base class reads NO_COLOR: with ANSI colours it keeps bold, dim and reverse.
        super().__init__(driver_class=driver_class(), ansi_color=True if is_plain else None)
        self._made = assistant
        self._assistant: Assistant | None = None
        self._user_keys = dict(keys or {})
        self._kept = dict(kept or {})
        self.set_keymap(merged_keys(self._user_keys))
        self._themes = load_themes([paths.shipped_themes_dir(), paths.user_themes_dir()])
        self._theme_choice = ThemeChoice(self, self._themes, ANSI if is_plain else theme, clock)
        self._opening = Opening(
            roots=tuple(roots),
            session_id=session_id,
            resume_last=resume_last,
            desk=desk,
            selection=selection,
            question=question,
            recording=recording,
        )
        self._notes = tuple(notes)
        self._clock = clock
        self._attention = Attention(calls, clock)
        self._line = LineSense(calls.low_bandwidth if calls else "auto", time.monotonic)
        self._frames = FrameOutput(self, self._line)
        self._garbage = QuietCollector()
        self.pending_key = PendingKey()
        self._keys = KeyQueue(self, super().on_event, self.key_done)
        self._early_input: list[events.Key | events.Paste] | None = []
        self._stop_at = 0.0
        self._failure: BaseException | None = None
        self._ending = SignalEnding(self, self.close_assistant, self._restore_terminal)
        self._is_closed = False
        self.animation_level = "none"

    @property
    def failure(self) -> BaseException | None:
        """The error that ended the app."""
        return self._failure

    @property
    def desk(self) -> DeskScreen:
        """The desk, below all other screens."""
        return next(screen for screen in self.screen_stack if isinstance(screen, DeskScreen))

    def get_default_screen(self) -> Screen[None]:
        return DeskScreen(self._user_keys, classes=" ".join(size_classes(self)), kept=self._kept, clock=self._clock)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults()

    def on_mount(self) -> None:
        if not self.is_headless:
            self._ending.install()
        if question := self._theme_choice.question():
            self._frames.ask(question)
        # Textual takes the screen back after `fg` but leaves it empty.
        self.app_resume_signal.subscribe(self, self._resumed)  # pyright: ignore[reportUnknownMemberType] - Signal[App[Unknown]]
        self.set_class(terminal_signs() is ASCII, "-ascii")
        # The first frame is drawn before anything else is imported or read.
        self.call_after_refresh(self._begin)

    async def _begin(self) -> None:
        self.run_worker(asyncio.to_thread(KEPT_STYLES.save), description="keep the parsed styles")
        if not self.is_headless:
            self._garbage.begin()
            import sys

            sys.setswitchinterval(0.0005)
        if callable(self._made):
            self.run_worker(self._make(self._made), description="make the assistant")
        else:
            await self._start(self._made)

    async def _make(self, make: Callable[[], Assistant]) -> None:
        try:
            assistant = await asyncio.to_thread(make)
        except BookwheelError as error:
            self.failed(error, return_code=2)
        else:
            await self._start(assistant)

    async def _start(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.desk.parts.connect(assistant)
        # Keys that were typed before the desk could do anything.
        early, self._early_input = self._early_input or [], None
        for event in early:
            # Before the app took the terminal, the terminal turned Enter into a newline.
            is_enter = isinstance(event, events.Key) and event.key == "ctrl+j"
            await self.on_event(events.Key("enter", "\r") if is_enter else event)
        feed = UpdateFeed(assistant.subscribe(), self._apply, self.pending_key, self._line)
        self.run_worker(feed.run(), description="updates")
        self.run_worker(self._open(assistant), description="open the desk")

    def _apply(self, updates: Sequence[Update]) -> None:
        self._garbage.note()
        if self.is_running:  # while the app closes, its widgets are removed one by one
            self.desk.apply_updates(updates)
            for update in updates:
                if isinstance(update, StatusChanged):
                    self._send_raw(self._attention.follow(update.status, is_looked_at=self.app_focus))

    def _send_raw(self, sequences: str) -> None:
        if sequences and isinstance(self._driver, QuietDriver):
            self._driver.write(sequences)

    async def _open(self, assistant: Assistant) -> None:
        try:
            infos = await open_assistant(assistant, self._opening)
        except BookwheelError as error:
            self.failed(error, return_code=2)
            return
        if not self.is_running:
            return  # it was closed meanwhile, and its widgets are gone
        self.desk.start_page.show_recent(of_desk(infos, assistant.keeper.name))
        if self._opening.recording is not None:
            self.desk.page.focus()  # the letters of the replay work there
        for problem in self._themes.problems:
            self.desk.parts.complain(problem)
        for note in self._notes:
            self.notify(clean_line(note), severity="warning", timeout=12, markup=False)

    def watch_app_focus(self, is_looked_at: bool) -> None:
        """A browser opens the app before it is looked at: Textual then gives the focus to no widget."""
        if is_looked_at and self.is_running and self.screen is self.desk and self.focused is None:
            self.desk.prompt.focus()

    def on_background_known(self, event: BackgroundKnown) -> None:
        self._theme_choice.answered(event)
        self._frames.answered(event.t)

    def on_terminal_gone(self, event: TerminalGone) -> None:
        self._ending.end(signal.SIGHUP)

    def _restore_terminal(self) -> None:
        driver = self._driver
        if isinstance(driver, QuietDriver):
            driver.restore_now()

    async def close_assistant(self, number: signal.Signals = signal.SIGINT) -> None:
        """Save what is unsaved and release everything, once; the signal is logged as the end of a run in progress."""
        if not self._is_closed:
            self._is_closed = True
            self._send_raw(self._attention.ended())
            if self._assistant is not None:
                await close_for(self._assistant, number)

    def write_frame(self, strips: Iterable[tuple[int, int, Strip]]) -> bool:
        return self._frames.write(strips)

    def failed(self, error: BaseException, *, return_code: int = 1) -> None:
        """Close the app after this error, which `run_app` prints; while a signal ends it, its code stays."""
        if self._failure is None:
            self._failure = error
        if self._ending.code is None:
            self.end_at_once(return_code)

    async def on_event(self, event: events.Event) -> None:
        if self._early_input is not None and isinstance(event, events.Key | events.Paste):
            self._early_input.append(event)
            return
        if isinstance(event, events.Key) and not event.is_forwarded:
            self.pending_key.read()
            self._garbage.note()
            self.desk.approval.note_key()
            self.draw_effects_of_key()
            if event.key != STOP_KEY:
                await self._keys.take(event)
                await asyncio.sleep(0)
                return
        await super().on_event(event)
        if isinstance(event, events.Key):
            # Textual handles all waiting keys without a pause: a thousand at once blocked the event loop, and with it
            # signals, runs and frames, for seconds.
            await asyncio.sleep(0)

    def on_key_handled(self, event: KeyHandled) -> None:
        self._keys.handled(event)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"sessions", "answer_mode", "new_session", "command_palette"}:
            return self.screen is self.desk
        return True

    def action_stop(self) -> None:
        """Stop the run; without a run, clear the line; twice within a second, quit."""
        now = self._clock()
        if now - self._stop_at < QUIT_TWICE_S:
            self.exit(return_code=0)
            return
        self._stop_at = now
        if self.desk.status.phase != "idle":
            self.desk.parts.do(self.desk.parts.assistant.cancel())
        elif not (self.screen is self.desk and self.desk.actions.asking.drop()):
            self.notify(f"{key_of('app.stop', self._user_keys)} again quits", timeout=QUIT_TWICE_S, markup=False)

    def action_sessions(self) -> None:
        self.desk.actions.sessions.choose()

    def action_new_session(self) -> None:
        self.desk.actions.sessions.open_new()

    def action_answer_mode(self) -> None:
        self.desk.actions.settings.switch_mode()

    def on_redraw_wanted(self, event: RedrawWanted) -> None:
        self.action_redraw()

    def _resumed(self, _app: object) -> None:
        self.action_redraw()

    def action_redraw(self) -> None:
        """Draw the whole screen again, which removes garbage from the terminal."""
        if isinstance(self._driver, QuietDriver):
            self._driver.forget_frames()
        self.screen.refresh(layout=True, repaint=True)
        for widget in self.screen.walk_children():
            widget.refresh()

    def action_help(self) -> None:
        from bookwheel.tui.screens.help import HelpScreen, pane_of

        if isinstance(self.screen, HelpScreen):
            return
        pane = self.desk.focused_pane if self.screen is self.desk else pane_of(self.screen)
        self.push_screen(HelpScreen(pane, self._user_keys))

    def action_jump(self) -> None:
        """Show a letter on each row and field of a screen over the desk."""
        from bookwheel.tui.screens.jump import jump_on

        jump_on(self)

    def action_command_palette(self) -> None:
        from bookwheel.tui.palette import COMMAND, palette_choices
        from bookwheel.tui.screens.pick import PickScreen

        async def chosen(value: str | None) -> None:
            if value is None:
                return
            if value.startswith(COMMAND):
                self.desk.actions.asking.start_command(
                    next(c for c in self.desk.actions.asking.commands.all() if f"{COMMAND}{c.name}" == value)
                )
            else:
                await self.desk.run_key(value)

        title = " · ".join(filter(None, ("Commands", self._line.text)))
        choices = palette_choices(self._user_keys, self.desk.actions.asking.commands.all())
        self.desk.parts.open_screen(PickScreen(title, choices), chosen)

    def on_notify(self, event: Notify) -> None:
        """Show a remark instead of the one before, and none twice: they cover the text."""
        new = event.notification
        self.notify_from_now(new)
        for earlier in self.shown_notifications:
            if earlier.severity == new.severity == "information" or earlier.message == new.message:
                self.drop_notification(earlier)

    def on_conversation_view_copy_requested(self, event: ConversationView.CopyRequested) -> None:
        self.run_worker(self._copy(event.text, event.what), description="copy")

    def on_outside_wanted(self, event: OutsideWanted) -> None:
        """For a screen over the desk; the desk handles its own requests."""
        self.desk.actions.take(event)

    async def _copy(self, text: str, what: str) -> None:
        try:
            copied = await asyncio.to_thread(_copied, text, what)
        except OSError as error:
            self.notify(f"{what} not copied: {error.strerror}", severity="error", markup=False)
            return
        if copied.for_terminal:
            self.copy_to_clipboard(copied.for_terminal)
        self.notify(clean_line(copied.report), timeout=3, markup=False)


def run_app(app: BookwheelApp) -> int:
    """Run the app and close its assistant; the exit code. Prints an error in one or two lines."""
    with interruptible_runner() as runner, closing(_run(app)) as work:  # Ctrl+C may come before the loop takes it
        runner.run(work)
    if (error := app.failure) is not None:
        from bookwheel.tui.crash import report

        report(error)
    return app.return_code or 0


async def _run(app: BookwheelApp) -> None:
    try:
        await app.run_async()
    finally:
        await app.close_assistant()


def _copied(text: str, what: str) -> Copied:
    """Call `copy`, which is imported on first use."""
    from bookwheel.tui.clipboard import copy

    return copy(text, what)
