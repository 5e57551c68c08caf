"""Output of the command line: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Literal

from bookwheel.errors import BookwheelError, UsageError
from bookwheel.kept_frame import FIRST_FRAME
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean, clean_line

if TYPE_CHECKING:
    from bookwheel.config.secret import Secret
    from bookwheel.config.setting_tables import Config

Style = Literal["bold", "dim", "red", "yellow", "green", "cyan"]

_LONGEST_MESSAGE = 1_000
_NARROWEST = 20
_SGR: dict[Style, str] = {"bold": "1", "dim": "2", "red": "31", "yellow": "33", "green": "32", "cyan": "36"}


def may_colour(stream: IO[str], *, no_color: bool) -> bool:
    """Whether `stream` is a terminal on which colours are allowed."""
    plain = no_color or bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM", "") == "dumb"
    return not plain and stream.isatty()


@dataclass(frozen=True, slots=True)
class OutputStream:
    """One of the two streams; everything it prints is cleaned, since most texts hold file names or document text."""

    stream: IO[str]
    has_colour: bool
    accent: str = ""
    """The theme's accent as "#rrggbb", for what is cyan without one."""

    @property
    def is_terminal(self) -> bool:
        return self.stream.isatty()

    def say(self, text: str = "") -> None:
        self.stream.write(clean(text) + "\n")

    def rows_of(self, text: str, indent: int) -> list[str]:
        """The rows of a text that begins `indent` cells from the left: on a terminal broken between words."""
        if not self.is_terminal:
            return [text]
        import shutil

        room = max(_NARROWEST, shutil.get_terminal_size().columns - indent)
        rows = [""]
        for word in clean_line(text).split():
            longer = f"{rows[-1]} {word}" if rows[-1] else word
            if rows[-1] and _cells(longer) > room:
                rows.append(word)
            else:
                rows[-1] = longer
        return rows

    def say_styled(self, *parts: tuple[str, Style | None]) -> None:
        """Print a line in parts, each with its style."""
        self.stream.write("".join(self.styled(text, style) for text, style in parts) + "\n")

    def styled(self, text: str, style: Style | None) -> str:
        cleaned = clean_line(text)
        return f"\x1b[{self._code(style)}m{cleaned}\x1b[0m" if style and self.has_colour else cleaned

    def cite(self, text: str) -> str:
        """A citation of cleaned text in the accent colour."""
        return self.styled(text, "cyan")

    def _code(self, style: Style) -> str:
        if style != "cyan" or not self.accent or os.environ.get("COLORTERM", "") not in ("truecolor", "24bit"):
            return _SGR[style]
        return "38;2;{};{};{}".format(*bytes.fromhex(self.accent[1:]))


@dataclass(frozen=True, slots=True)
class Console:
    """Standard output and standard error."""

    out: OutputStream
    err: OutputStream

    def warn(self, text: str, *, hint: str = "") -> None:
        """Print what went wrong without ending the command, and the hint in a second line."""
        self._say("bookwheel: ", None, _brief(text), "yellow")
        self._hint(hint)

    def notes(self, config: Config) -> None:
        """Print the warnings about the settings."""
        for note in config.notes:
            self.warn(note)

    def explain(self, error: BaseException, secrets: Sequence[Secret]) -> None:
        """Print the traceback (`--debug`), without the keys and without any variable's value."""
        import traceback

        from bookwheel.config.secret import redact

        self.err.say(redact("".join(traceback.format_exception(error)), secrets))

    def fail(self, error: BookwheelError) -> None:
        """Print the reason in one line, the hint in a second."""
        self._say("bookwheel: ", "red", _brief(error.message), None)
        self._hint(error.hint)

    def _hint(self, hint: str) -> None:
        if hint:
            self._say("  ", None, _brief(hint), "dim")

    def _say(self, before: str, style: Style | None, text: str, text_style: Style | None) -> None:
        first, *rest = self.err.rows_of(text, len(before))
        self.err.say_styled((before, style), (first, text_style))
        for row in rest:
            self.err.say_styled(("  ", None), (row, text_style))


def _brief(text: str) -> str:
    """The text of a message, without its middle if it is long: it may repeat an argument of any length."""
    half = _LONGEST_MESSAGE // 2
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:half]}…{text[-half:]}"


def make_console(*, no_color: bool = False, is_data: bool = False, theme: str = "", usual: str = "") -> Console:
    """The console; with `is_data` standard output is UTF-8, even if the terminal's encoding is not.

    The theme `theme` of the flag, else the `usual` one of the settings, gives it its accent colour. Raises UsageError
    for a flag that names none.
    """
    FIRST_FRAME.forget()
    if is_data:
        _use_utf8(sys.stdout)
    return Console(
        OutputStream(sys.stdout, may_colour(sys.stdout, no_color=no_color), _accent_of(theme, usual)),
        OutputStream(sys.stderr, may_colour(sys.stderr, no_color=no_color)),
    )


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    from bookwheel.tui.rows.wrapping import cells

    return cells(text)


def _accent_of(theme: str, usual: str) -> str:
    if not theme and not usual:
        return ""
    from bookwheel.markup.page_colors import theme_accents

    accents = theme_accents()
    if theme and theme not in accents:
        raise UsageError(f"There is no theme '{clean_line(theme)}'.", hint=f"There are: {', '.join(sorted(accents))}.")
    return accents.get(theme or usual, "")


def _use_utf8(stream: IO[str]) -> None:
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", newline="\n")
