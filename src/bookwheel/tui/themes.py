"""Themes: `themes/*.toml`, the shipped ones and the user's own beside them, as Textual themes.

    name = "mine"          # what --theme and the palette call it
    dark = true

    [colors]               # all optional but background, foreground and accent
    background = "#0f1113" # "#rrggbb", or the terminal's own: "ansi_default", "ansi_cyan"…
    …                      # surface panel border foreground muted faint accent warning error success

A theme of the terminal's own colours (all of them `ansi_…`) uses only those; no other colours are mixed.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import cast

from textual.color import Color
from textual.theme import Theme

from bookwheel.config.toml_text import TomlSyntaxError, parse_toml, position_of
from bookwheel.errors import ConfigError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex
from bookwheel.markup.sanitize import clean_line
from bookwheel.terminal_looks import ANSI, default_theme

MAX_BYTES = 64 * 1024

_COLORS = (
    "background", "surface", "panel", "border", "foreground", "muted", "faint", "accent", "warning", "error", "success",
)  # fmt: skip
_NEEDED = ("background", "foreground", "accent")
_TOP_LEVEL = {"name", "dark", "colors"}
_HEX = lazy_regex(r"#[0-9a-fA-F]{6}\Z")
_ANSI = lazy_regex(
    r"ansi_(default|(bright_)?(black|red|green|yellow|blue|magenta|cyan|white))\Z",
)
_NAME = lazy_regex(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}\Z")


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes that can be used, by name, and what is wrong with the files of the others."""

    by_name: Mapping[str, Theme] = field(default_factory=dict[str, Theme])
    problems: tuple[ConfigError, ...] = ()

    def in_colors(self, system: str | None) -> Themes:
        """These themes for a terminal with as many colours as Rich's `system`: "standard" (16), "256" or "truecolor".

        With 256 the tints of marks are greys, which that palette has more of. With 16 a theme keeps only its light or
        dark signal colours, and marks are bold, reversed and underlined: no tint of 16 leaves its text readable.
        """
        adapted = {"standard": _in_16, "256": _in_256}.get(system or "")
        if adapted is None:
            return self
        return Themes({name: adapted(theme) for name, theme in self.by_name.items()}, self.problems)

    def chosen(self, name: str, environ: Mapping[str, str] = os.environ, background: str = "") -> str:
        """`name` if there is such a theme; with an empty name the one that suits the terminal and its `background`.

        Raises ConfigError for a name that no theme has, with the reason when its file is wrong.
        """
        if not name:
            return default_theme(environ, background)
        if name in self.by_name:
            return name
        broken = next((problem for problem in self.problems if f"/{name}.toml" in problem.message), None)
        if broken is not None:
            raise broken
        nearest = get_close_matches(name, self.by_name, n=1)
        hint = f"Did you mean '{nearest[0]}'? " if nearest else ""
        raise ConfigError(
            f"There is no theme '{clean_line(name)}'.", hint=f"{hint}There are: {', '.join(sorted(self.by_name))}."
        )


def load_themes(folders: Iterable[Path]) -> Themes:
    """Read every `*.toml` of `folders`; a later theme of the same name wins. Blocks."""
    by_name: dict[str, Theme] = {}
    problems: list[ConfigError] = []
    for file in (file for folder in folders for file in sorted(folder.glob("*.toml"))):
        try:
            theme = read_theme(file)
        except ConfigError as error:
            problems.append(error)
        else:
            by_name[theme.name] = theme
    return Themes(by_name, tuple(problems))


def read_theme(file: Path) -> Theme:
    """The theme in `file`.

    Raises ConfigError with file, line and reason.
    """
    try:
        with file.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise _wrong(file, "", f"larger than {MAX_BYTES // 1024} kB")
        text = raw.decode("utf-8-sig")
        tables = parse_toml(text)
    except OSError as error:
        raise _wrong(file, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _wrong(file, "", "not UTF-8") from error
    except TomlSyntaxError as error:
        raise _wrong(file, str(error.position), error.reason) from error
    return _ThemeReader(file, text).theme(tables)


class _ThemeReader:
    """Checks the tables of one file."""

    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._text = text

    def theme(self, tables: Mapping[str, object]) -> Theme:
        for key in tables.keys() - _TOP_LEVEL:
            raise self._error(key, f"unknown: '{key}'; a theme has {', '.join(sorted(_TOP_LEVEL))}")
        name = tables.get("name")
        if not isinstance(name, str) or not _NAME.match(name):
            raise self._error("name", "'name' must be a name in quotes: letters, digits, spaces, - _ .")
        dark = tables.get("dark", True)
        if not isinstance(dark, bool):
            raise self._error("dark", "'dark' must be true or false")
        return _make(name, dark, self._colors(tables.get("colors")))

    def _colors(self, table: object) -> dict[str, str]:
        if not isinstance(table, dict):
            raise self._error("colors", "there is no table [colors]")
        colors: dict[str, str] = {}
        for key, value in cast("dict[str, object]", table).items():  # TOML has no other keys than strings
            colors[self._color_name(key)] = self._color(f"colors.{key}", value)
        for needed in _NEEDED:
            if needed not in colors:
                raise self._error("colors", f"'{needed}' is missing in [colors]")
        if len({value.startswith("ansi_") for value in colors.values()}) > 1:
            raise self._error("colors", "the terminal's own colours (ansi_…) and others (#…) do not mix in one theme")
        return colors

    def _color_name(self, key: str) -> str:
        if key in _COLORS:
            return key
        raise self._error(f"colors.{key}", f"unknown colour '{key}'; there are {', '.join(_COLORS)}")

    def _color(self, key: str, value: object) -> str:
        if isinstance(value, str) and (_HEX.match(value) or _ANSI.match(value)):
            return value
        raise self._error(key, f'\'{key}\' must be a colour such as "#74bfb4" or "ansi_cyan"')

    def _error(self, key: str, reason: str) -> ConfigError:
        return _wrong(self._file, str(position_of(self._text, key)), reason)


def _wrong(file: Path, place: str, reason: str) -> ConfigError:
    where = f", {place}" if place else ""
    return ConfigError(
        clean_line(f"The theme {file}{where}: {reason}."), hint="The other themes work; T in the app shows them."
    )


def _make(name: str, dark: bool, colors: Mapping[str, str]) -> Theme:
    """Missing colours are taken from those that are there."""
    foreground, background, accent = colors["foreground"], colors["background"], colors["accent"]
    surface = colors.get("surface", background)
    muted = colors.get("muted", foreground)
    faint = colors.get("faint", muted)
    line = colors.get("border", faint)
    ansi = background.startswith("ansi_")
    return Theme(
        name=name,
        dark=dark,
        ansi=ansi,
        primary=accent,
        secondary=accent,
        accent=accent,
        foreground=foreground,
        background=background,
        surface=surface,
        panel=colors.get("panel", surface),
        warning=colors.get("warning", accent),
        error=colors.get("error", accent),
        success=colors.get("success", accent),
        variables={
            "muted": muted,
            "faint": faint,
            "line": line,
            "code": surface,
            "text": foreground,
            "text-muted": muted,
            "text-disabled": faint,
            "border": accent,
            "border-blurred": line,
            "scrollbar": line,
            "scrollbar-hover": faint,
            "scrollbar-active": accent,
            "scrollbar-background": background,
            "scrollbar-background-hover": background,
            "scrollbar-background-active": background,
            "scrollbar-corner-color": background,
            **(_ANSI_MARKS if ansi else _marks(background, accent, foreground)),
        },
    )


def _marks(background: str, accent: str, foreground: str) -> dict[str, str]:
    """The variables for what is marked by a tint of the page's colour."""
    page = Color.parse(background)
    cursor_share, passage_share = (0.22, 0.16) if page.brightness < _MIDDLE else (0.15, 0.11)
    wash_share, chip_share = (0.10, 0.12) if page.brightness < _MIDDLE else (0.07, 0.08)
    tints = {
        "cursor": page.blend(Color.parse(accent), cursor_share).hex,
        "passage": page.blend(Color.parse(accent), passage_share).hex,
        "wash": page.blend(Color.parse(accent), wash_share).hex,
        "chip": page.blend(Color.parse(foreground), chip_share).hex,
        "edge": page.blend(Color.parse(accent), 0.5).hex,
    }
    return {
        "muted-style": "none",
        "faint-style": "none",
        "cursor-style": "none",
        "passage-style": "none",
        "block-cursor-foreground": foreground,
        "block-cursor-text-style": "none",
        "block-cursor-blurred-foreground": foreground,
        "block-hover-background": "transparent",
        **tints,
        **dict.fromkeys(_LIKE_CURSOR, tints["cursor"]),
    }


def _in_256(theme: Theme) -> Theme:
    if theme.ansi:
        return theme
    greys = {name: _grey(theme.variables[name]) for name in (*_TINTS, *_LIKE_CURSOR)}
    # There the surface is the page's own colour in most themes.
    return replace(theme, variables={**theme.variables, **greys, "code": greys["wash"]})


def _in_16(theme: Theme) -> Theme:
    return theme if theme.ansi else _make(theme.name, theme.dark, _SIGNALS[theme.dark])


def _grey(color: str) -> str:
    """The grey that is as light as a colour."""
    level = round(255 * Color.parse(color).brightness)
    return f"#{level:02x}{level:02x}{level:02x}"


_MIDDLE = 0.5
_TINTS = ("cursor", "passage", "wash", "chip")
_LIKE_CURSOR = ("block-cursor-background", "block-cursor-blurred-background", "input-selection-background")
_OWN = {"background": "ansi_default", "foreground": "ansi_default"}
# By whether the theme is dark: of the 16 colours those that are readable on such a ground.
_SIGNALS = {
    True: {**_OWN, "accent": "ansi_cyan", "warning": "ansi_yellow", "error": "ansi_red", "success": "ansi_green"},
    False: {**_OWN, "accent": "ansi_blue", "warning": "ansi_magenta", "error": "ansi_red", "success": "ansi_blue"},
}


# The same by bold, dim, reverse and underline, for terminals that have only 16 colours or none.
_ANSI_MARKS = {
    "ansi-background": "ansi_default",
    "ansi-foreground": "ansi_default",
    "muted-style": "dim",
    "faint-style": "dim",
    "cursor": "ansi_default",
    "cursor-style": "reverse",
    "passage": "ansi_default",
    "wash": "ansi_default",
    "chip": "ansi_default",
    "edge": "ansi_cyan",
    "passage-style": "underline",
    "block-cursor-background": "ansi_default",
    "block-cursor-foreground": "ansi_default",
    "block-cursor-text-style": "reverse",
    "block-cursor-blurred-background": "ansi_default",
    "block-cursor-blurred-foreground": "ansi_default",
    "block-cursor-blurred-text-style": "reverse",
    "input-cursor-text-style": "reverse",
    "screen-selection-background": "ansi_cyan",
    "screen-selection-foreground": "ansi_black",
}


def variable_defaults() -> dict[str, str]:
    """Our variables while a theme of Textual's own is in force."""
    return _make(
        ANSI, True, {"background": "ansi_default", "foreground": "ansi_default", "accent": "ansi_cyan"}
    ).variables
