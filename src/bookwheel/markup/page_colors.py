"""The colours of an exported page: those of a theme, or dark and light ones that follow the reader's own setting."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from bookwheel import paths
from bookwheel.lazy_regex import lazy_regex

DARK, LIGHT = "bookwheel-dark", "bookwheel-light"
_MOST_BYTES = 64 * 1024
_NAMES = ("background", "surface", "border", "foreground", "muted", "accent", "warning", "error")
_INSTEAD = {"surface": "background", "border": "muted", "muted": "foreground", "warning": "accent", "error": "accent"}
_HEX = lazy_regex(r"#[0-9a-f]{6}", re.IGNORECASE)


def page_variables(theme: str = "") -> str:
    """The variables of the style sheet; of the shipped dark and light themes where `theme` has no colours of its own.

    Printed pages are always light.
    """
    light = _variables(LIGHT)
    if own := _variables(theme):
        screen = f":root {{ {own} }}"
    else:
        dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables(DARK)} }} }}"
        screen = f":root {{ {light} }}\n{dark}"
    return f"{screen}\n@media print {{ :root {{ {light} --background: #fff; }} }}"


def _variables(theme: str) -> str:
    """Such as `--background: #fbf9f4; …`; "" for a theme of the terminal's colours, and for one that is not there."""
    colors: Mapping[str, str] = _colors(theme) if theme else {}
    if not all(_HEX.fullmatch(colors.get(name, "")) for name in ("background", "foreground", "accent")):
        return ""
    return " ".join(f"--{name}: {_color(name, colors)};" for name in _NAMES)


def _color(name: str, colors: Mapping[str, str]) -> str:
    while not _HEX.fullmatch(colors.get(name, "")):
        name = _INSTEAD[name]
    return colors[name]


def theme_accents() -> dict[str, str]:
    """The accent of each theme as "#rrggbb", "" for one of the terminal's own colours. Blocks."""
    return {
        name: accent if _HEX.fullmatch(accent := colors.get("accent", "")) else ""
        for name, colors in reversed([*_theme_tables()])
    }


def _colors(theme: str) -> Mapping[str, str]:
    nothing: Mapping[str, str] = {}
    return next((colors for name, colors in _theme_tables() if name == theme), nothing)


def _theme_tables() -> Iterator[tuple[str, Mapping[str, str]]]:
    """Names and colours of all themes. The user's own come first: one may have the name of a shipped one."""
    for file in (file for folder in _folders() for file in sorted(folder.glob("*.toml"))):
        try:
            table = tomllib.loads(file.read_bytes()[:_MOST_BYTES].decode())
        except (OSError, ValueError, RecursionError):
            continue  # the app says what is wrong with a theme
        if isinstance(colors := table.get("colors"), dict):
            values = cast("dict[str, object]", colors)
            yield str(table.get("name")), {key: str(value) for key, value in values.items()}


def _folders() -> tuple[Path, Path]:
    return paths.user_themes_dir(), paths.shipped_themes_dir()
