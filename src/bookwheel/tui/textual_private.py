"""What Bookwheel uses of Textual's private parts, checked on the version named here (pyproject.toml pins it).

Those of its styles are in `textual_styles`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._parser import ParseError
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.keys import _character_to_key  # pyright: ignore[reportPrivateUsage] - the only table of these names
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.widgets._toast import ToastHolder, ToastRack
from textual.worker import WorkerFailed

from bookwheel.tui import key_queue
from bookwheel.tui.key_queue import PendingKey
from bookwheel.tui.textual_styles import KEPT_STYLES, LateStylesheet

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual import events, messages
    from textual.driver import Driver
    from textual.notifications import Notification
    from textual.strip import Strip
    from textual.widget import Widget

CHECKED_ON = "8.2.8"
ALTERNATE_SCREEN = "\x1b[?1049h"
"""What the driver writes, by itself, to begin."""
ECHO_S = 1 / 120
"""Keys that come faster are drawn with the next frame."""

Result = TypeVar("Result")


def name_of_character(character: str) -> str:
    """The name of a key that types a sign: "?" is "question_mark"."""
    return _character_to_key(character)


class CrashSafeApp(App[Result], Generic[Result]):
    """Passes every failure of Textual to `failed`.

    Textual's own crash screen shows the locals of every frame, the keys of endpoints among them.
    """

    @abstractmethod
    def failed(self, error: BaseException) -> None:
        """Something broke; the app must end."""

    def end_at_once(self, return_code: int) -> None:
        """Leave the app from wherever it is, also before it has started."""
        self._return_code = return_code
        self._close_messages_no_wait()

    @property
    def shown_notifications(self) -> list[Notification]:
        """The remarks on the screen, oldest first."""
        return list(self._notifications)

    def drop_notification(self, notification: Notification, *, is_drawn: bool = False) -> None:
        """Remove a remark; the change is drawn with the next one, or at once where it `is_drawn`."""
        self._unnotify(notification, refresh=is_drawn)

    def notify_from_now(self, notification: Notification) -> None:
        """Count the time of a remark from here: on a stalled machine it was over before the remark was drawn."""
        notification.raised_at = time.time()

    def _refresh_notifications(self) -> None:
        """Remove a dropped remark with its holder, which Textual leaves: each stands lower than the one before."""
        super()._refresh_notifications()
        kept = {ToastRack._toast_id(notification) for notification in self._notifications}  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
        for holder in self.screen.query(ToastHolder) if self.screen_stack else ():
            if holder.id not in kept:
                holder.remove()

    def _handle_exception(self, error: Exception) -> None:
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self._exception is None:
            self._exception = error
            self._exception_event.set()  # pyright: ignore[reportUnknownMemberType] - made without a type
        self.failed(cause)

    def _fatal_error(self) -> None:
        self.failed(sys.exc_info()[1] or RuntimeError("Textual failed without a reason"))

    def panic(self, *renderables: RenderableType) -> None:
        """Textual's threads call this with a rendered traceback, which is dropped."""
        self.failed(sys.exc_info()[1] or RuntimeError("the terminal could not be read or written"))


class CroppedCompositor(Compositor):
    """Draws only the cells that are drawn again, and of each only the widget that is seen there.

    Textual takes all rows from the first to the last changed one of each widget that touches them, also of those behind
    others, and filters their colours: a third of a frame of an answer.
    """

    def render_partial_update(self) -> ChopsUpdate | None:
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        spans, cuts, wanted = list(self._regions_to_spans(regions)), self.cuts, dict[int, set[int]]()
        for y, x1, x2 in spans:
            wanted.setdefault(y, set()).update(cut for cut, end in pairwise(cuts[y]) if cut < x2 and end > x1)
        return ChopsUpdate(self._chops(wanted), spans, [row[1:] for row in cuts])

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        chops = self._chops({y: set(self.cuts[y][:-1]) for y in crop.line_range if is_rendered_line(y)})
        return cast("Sequence[Mapping[int, Strip]]", chops)  # as Textual: those that were not asked for are None

    def _chops(self, wanted: dict[int, set[int]]) -> list[dict[int, Strip | None]]:
        """The strips that begin at the `wanted` columns of each row; None for all others. Empties `wanted`."""
        chops: list[dict[int, Strip | None]] = [dict.fromkeys(row[:-1]) for row in self.cuts]
        for widget, (region, clip) in self.visible_widgets.items():  # from front to back
            if not wanted:
                break
            seen = region.intersection(clip)
            x1, x2 = seen.column_span
            rows = [y for y in seen.line_range if any(x1 <= cut < x2 for cut in wanted.get(y, ()))]
            if not rows:
                continue
            part = Region(seen.x - region.x, rows[0] - region.y, seen.width, rows[-1] - rows[0] + 1)
            strips = widget.render_lines(part)
            for y in rows:
                cuts = [cut for cut in self.cuts[y] if x1 <= cut <= x2]
                for cut, strip in zip(cuts, strips[y - rows[0]].divide([cut - x1 for cut in cuts[1:]]), strict=False):
                    if cut in wanted[y]:
                        wanted[y].remove(cut)
                        chops[y][cut] = strip
                if not wanted[y]:
                    del wanted[y]
        return chops


class Settled(Message):
    """Comes to the screen behind all messages that a key has made its widget send."""


class CroppedScreen(Screen[Result], Generic[Result], inherit_bindings=False):
    """A screen that is drawn by a `CroppedCompositor`, and draws what a key changes first."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._compositor = CroppedCompositor()
        self._was_shown = False
        self._echoing: Widget | None = None
        self._echoed_at = self._settles_until = 0.0
        self._is_held = False

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """All styles are as its widgets got them when they were mounted: to apply them again took 6 ms of a start."""
        if not self._was_shown:
            self._was_shown = True
            event.refresh_styles = False

    def echo(self, widget: Widget | None) -> None:
        """Draw what a key changes on `widget` without waiting for the time of the next frame."""
        self._echoing = widget

    async def _on_update(self, message: messages.Update) -> None:
        """Textual draws at most each 1/60 s, and all that has changed: a letter waited for the frame of an answer."""
        widget = self._echoing
        if message.widget is not widget or not isinstance(widget, TextArea | Input) or not self._may_echo():
            return
        message.stop()
        message.prevent_default()
        self._echoing, self._echoed_at = None, time.monotonic()
        rest = self._dirty_widgets - {widget}
        self._compositor.update_widgets({widget})
        self._compositor_refresh()
        self._dirty_widgets |= rest
        self._pending_key.drawn()

    def key_done(self) -> None:
        """Draw what a key has changed, and the frame that waited for it."""
        widget = self._echoing
        if widget is not None and not isinstance(widget, TextArea | Input) and self._may_echo():
            # What the key has caused, such as the line about a row, follows messages of the widget: so does this one.
            self._echoing, self._settles_until = None, time.monotonic() + key_queue.HOLD_S
            widget.post_message(Settled())
        elif self._is_held:
            self._on_timer_update()

    def _on_settled(self, message: Settled) -> None:
        message.stop()
        self._echoed_at, self._settles_until = time.monotonic(), 0.0
        # A widget that such a message has changed says so within one more turn of the event loop.
        self.call_later(self.call_later, self._on_timer_update)

    def _on_timer_update(self) -> None:
        """A frame gives way once to a key that was read and is not drawn yet, then waits for all that it changes."""
        is_key_first = self._pending_key.is_pending and not self._is_held
        if is_key_first or time.monotonic() < self._settles_until:
            self._is_held = True
            return
        self._is_held = False
        super()._on_timer_update()

    @property
    def _pending_key(self) -> PendingKey:
        app: App[object] = self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - App[Unknown]
        return app.pending_key if isinstance(app, FrameApp) else PendingKey()

    def _may_echo(self) -> bool:
        app: App[object] = self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - App[Unknown]
        waits = self._layout_required or self._scroll_required or self._repaint_required or self._recompose_required
        is_shown = self is app.screen and not app._batch_count  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
        return is_shown and not waits and time.monotonic() - self._echoed_at > ECHO_S


class FrameApp(CrashSafeApp[Result], Generic[Result]):
    """Gives each frame to `write_frame` as the strips that changed; Textual writes it where that returns False."""

    pending_key: PendingKey

    def begin_with_theme(self, name: str) -> None:
        """Set the theme before the first frame. Textual would read all styles for its own theme, then again."""
        self.set_reactive(App.theme, name)
        theme = self.current_theme
        classes = {f"-theme-{name}": True, "-dark-mode": theme.dark, "-light-mode": not theme.dark}
        self.update_classes(classes, update=False)
        self._refresh_truecolor_filter(self.ansi_theme)
        self._invalidate_css()
        self.stylesheet = LateStylesheet(variables=self.get_css_variables(), kept=KEPT_STYLES)

    @abstractmethod
    def write_frame(self, strips: Iterable[tuple[int, int, Strip]]) -> bool:
        """Draw each `(x, y, strip)`; False when Textual shall write the frame itself."""

    def draw_effects_of_key(self) -> None:
        """Draw what a key will change on the widget that gets it before all else."""
        if isinstance(self.screen, CroppedScreen):
            self.screen.echo(self.focused)

    def key_done(self) -> None:
        """A key has no further effects: what has waited for it may be drawn."""
        self.pending_key.drawn()
        if self.screen_stack and isinstance(self.screen, CroppedScreen):
            self.screen.key_done()

    @property
    def terminal_driver(self) -> Driver | None:
        """What reads and writes the terminal; None before the app runs."""
        return self._driver

    @property
    def is_sync_available(self) -> bool:
        """Whether the terminal has said that it can show a frame at once (mode 2026)."""
        return self._sync_available

    def _watch_app_focus(self, focus: bool) -> None:
        """Leave the focus where it is while the terminal is not looked at.

        Textual takes it away and gives it back later: keys typed at once after that were commands of the page.
        """

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        is_shown = self._running and not self._closed and not self.is_headless and not self._batch_count
        if is_shown and isinstance(renderable, LayoutUpdate | ChopsUpdate):
            try:
                is_written = self.write_frame(changed_strips(renderable))
            except Exception as error:  # noqa: BLE001 - as Textual does where a frame cannot be drawn
                self._handle_exception(error)
                return
            if is_written:
                self.post_display_hook()
                return
        super()._display(screen, renderable)  # pyright: ignore[reportUnknownMemberType] - Textual's Screen[Unknown]


def size_classes(app: App[None] | App[object]) -> Iterator[str]:
    """The classes that Textual gives each screen for the size of the terminal, but only after the first frame."""
    width, height = app.size
    for size, breakpoints in ((width, app.HORIZONTAL_BREAKPOINTS), (height, app.VERTICAL_BREAKPOINTS)):
        yield from [name for least, name in sorted(breakpoints or ()) if least <= size][-1:]


def changed_strips(update: LayoutUpdate | ChopsUpdate) -> Iterator[tuple[int, int, Strip]]:
    """The strips of a frame with their positions, as Textual would write them: (x, y, strip)."""
    if isinstance(update, LayoutUpdate):
        for y, line in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in line:
                yield x, y, strip
                x += strip.cell_length
        return
    for y, x1, x2 in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is None or x > x2 or end <= x1:
                continue
            yield x, y, strip if end <= x2 else strip.crop(0, x2 - x)


class PasteArea(TextArea):
    """A text area whose pastes go through `paste`."""

    @abstractmethod
    def paste(self, text: str) -> None:
        """Take a paste, uncleaned."""

    def type_text(self, text: str) -> None:
        """Put `text` in place of the selection, and the cursor after it."""
        if result := self._replace_via_keyboard(text, *self.selection):
            self.move_cursor(result.end_location)

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.paste(event.text)


class KeyParser:
    """Textual's parser of what a terminal sends."""

    def __init__(self, *, debug: bool) -> None:
        self._parser = XTermParser(debug)

    def feed(self, text: str) -> Iterable[Message]:
        return self._parser.feed(text)

    def tick(self) -> Iterable[Message]:
        """What is known once nothing has come for a while: a lone Escape."""
        return self._parser.tick()

    def close(self) -> None:
        with suppress(EOFError, ParseError):
            for _ in self._parser.feed(""):
                pass


class OpenDriver(LinuxDriver):
    """Textual's driver with names for the parts that ours uses."""

    def _run_input_thread(self) -> None:
        """Textual passes the app a drawing of the error, without the error."""
        try:
            self.run_input_thread()
        except Exception as error:  # noqa: BLE001 - the app must end with any error
            app = self._app
            if isinstance(app, CrashSafeApp):
                with suppress(RuntimeError):  # the loop has ended, and the app with it
                    self._loop.call_soon_threadsafe(app.failed, error)

    def _sigcont_application(self, *_args: object) -> None:
        """Take the terminal again only where it was given back before.

        The system also sends SIGCONT when the terminal is lost, and after a SIGSTOP: Textual would start a second
        thread that reads keys.
        """
        if self._must_signal_resume:
            super()._sigcont_application()  # pyright: ignore[reportUnknownMemberType] - its arguments are untyped
        else:
            self.continued()

    def continued(self) -> None:
        """The program goes on after a stop that it could not notice; called by a signal handler."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return self._loop

    @property
    def sends_sizes_itself(self) -> bool:
        """Whether the terminal reports its size in band, so that the signal is of no use."""
        return self._in_band_window_resize

    @property
    def is_open(self) -> bool:
        return self._writer_thread is not None

    @property
    def is_full(self) -> bool:
        """Whether a write would block the app: the terminal does not take what it was given."""
        return self._writer_thread is not None and self._writer_thread._queue.full()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module

    @property
    def is_drained(self) -> bool:
        """Whether the terminal has taken all that it was given."""
        return self._writer_thread is not None and self._writer_thread._queue.empty()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
