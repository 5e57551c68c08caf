"""What Bookwheel uses of Textual's private parts, checked on the version named here (pyproject.toml pins it).

Those of its styles are in `textual_styles`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from abc import abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, TypeVar

from textual._compositor import ChopsUpdate, Compositor, LayoutUpdate
from textual._parser import ParseError
from textual._styles_cache import StylesCache
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Region
from textual.keys import _character_to_key  # pyright: ignore[reportPrivateUsage] - the only table of these names
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets._toast import ToastHolder, ToastRack
from textual.worker import WorkerFailed

from bookwheel.tui.textual_styles import KEPT_STYLES, LateStylesheet

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual import events, messages
    from textual.driver import Driver
    from textual.message import Message
    from textual.notifications import Notification
    from textual.strip import Strip

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


class RowCache(StylesCache):
    """The lines of a widget that draws its whole width itself, without a border or a padding around it.

    Textual looks for borders, outlines, tints and opacities at each line: half of what drawing a row took.
    """

    def render_widget(self, widget: Widget, crop: Region) -> list[Strip]:
        if widget.styles.gutter.width or widget.styles.gutter.height:
            return super().render_widget(widget, crop)
        width = widget.outer_size.width
        if width != self._width:
            self.clear()
            self._width = width
        for y in crop.line_range:
            if y in self._dirty_lines or y not in self._cache:
                self._cache[y] = widget.render_line(y)
        self._dirty_lines.difference_update(crop.line_range)
        strips = [self._cache[y] for y in crop.line_range]
        if filters := widget.get_line_filters():
            _, background = widget.background_colors
            for line_filter in filters:
                strips = [strip.apply_filter(line_filter, background) for strip in strips]
        x1, x2 = crop.column_span
        return strips if (x1, x2) == (0, width) else [strip.crop(x1, x2) for strip in strips]


class RowDrawer(Widget):
    """A widget whose lines a `RowCache` keeps."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._styles_cache = RowCache()


class CroppedCompositor(Compositor):
    """Draws only the rows that are drawn again.

    Textual takes all rows of each widget that touches them and filters their colours: a fifth of a frame of an answer.
    """

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        for widget, (region, clip) in self.visible_widgets.items():
            rows = clip if crop is None else clip.intersection(Region(clip.x, crop.y, clip.width, crop.height))
            part = region.intersection(rows)
            if part and (crop is None or crop.overlaps(part)):
                yield region, rows, widget.render_lines(part.translate((-region.x, -region.y)))


class CroppedScreen(Screen[Result], Generic[Result], inherit_bindings=False):
    """A screen that is drawn by a `CroppedCompositor`, and draws what a key changes first."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._compositor = CroppedCompositor()
        self._was_shown = False
        self._echoing: Widget | None = None
        self._echoed_at = 0.0

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """All styles are as its widgets got them when they were mounted: to apply them again took 6 ms of a start."""
        if not self._was_shown:
            self._was_shown = True
            event.refresh_styles = False

    def echo(self, widget: Widget | None) -> None:
        """Draw the next change of `widget` by itself, without waiting for the time of the next frame."""
        self._echoing = widget

    async def _on_update(self, message: messages.Update) -> None:
        """Textual draws at most each 1/60 s, and all that has changed: a key waited for the frame of an answer."""
        if message.widget is not self._echoing or self._echoing is None or not self._may_echo():
            return
        message.stop()
        message.prevent_default()
        drawn, self._echoing, self._echoed_at = {self._echoing}, None, time.monotonic()
        rest = self._dirty_widgets - drawn
        self._compositor.update_widgets(drawn)
        self._compositor_refresh()
        self._dirty_widgets |= rest

    def _may_echo(self) -> bool:
        app: App[object] = self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - App[Unknown]
        waits = self._layout_required or self._scroll_required or self._repaint_required or self._recompose_required
        is_shown = self is app.screen and not app._batch_count  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - see the module
        return is_shown and not waits and time.monotonic() - self._echoed_at > ECHO_S


class FrameApp(CrashSafeApp[Result], Generic[Result]):
    """Gives each frame to `write_frame` as the strips that changed; Textual writes it where that returns False."""

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
