"""What a terminal can show by its environment: how many colours, which theme suits it, and whether only ASCII."""

from __future__ import annotations

import sys

# `typing`, which has it too, takes half a bare interpreter; the kept first frame needs none of it.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DARK, LIGHT, ANSI = "bookwheel-dark", "bookwheel-light", "ansi"
TRUECOLOR, COLORS_256, COLORS_16 = "truecolor", "256", "standard"
"""The names of Rich, which counts the colours of a terminal in the same way."""


def default_theme(environ: Mapping[str, str], known: str = "") -> str:
    """The terminal's own palette where there are few colours or none are wanted, else dark or light.

    As the terminal has answered before (`known`), else by COLORFGBG.
    """
    if "NO_COLOR" in environ or not _has_many_colours(environ):
        return ANSI
    if known:
        return LIGHT if known == "light" else DARK
    background = environ.get("COLORFGBG", "").rpartition(";")[2]
    return LIGHT if background in {"7", "15"} else DARK


def color_system(environ: Mapping[str, str]) -> str:
    """How many colours Rich would use; for a terminal that is not dumb."""
    if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return TRUECOLOR
    colors = environ.get("TERM", "").strip().lower().rpartition("-")[2]
    return COLORS_256 if colors in {"256color", "kitty"} else COLORS_16


def is_ascii_only(environ: Mapping[str, str]) -> bool:
    """Whether the terminal shows ASCII alone: the Linux console, and where the locale is not UTF-8."""
    if environ.get("TERM", "") in {"linux", "dumb", "vt100", "vt220"}:
        return True
    encoding = getattr(sys.__stdout__, "encoding", None) or _usual_encoding()
    return not encoding.lower().replace("-", "").startswith("utf8")


def erases_in_color(environ: Mapping[str, str]) -> bool:
    """Whether erased cells get the current background: GNU screen gives them its own."""
    return "STY" not in environ and not environ.get("TERM", "").startswith("screen")


def _usual_encoding() -> str:
    import locale  # late: nearly always standard output says it

    return locale.getpreferredencoding(False)


def _has_many_colours(environ: Mapping[str, str]) -> bool:
    if environ.get("COLORTERM", "").lower() in {"truecolor", "24bit"}:
        return True
    return "256" in environ.get("TERM", "") or environ.get("TERM", "") in {"xterm-kitty", "alacritty", "foot"}
