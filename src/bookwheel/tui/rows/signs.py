"""The signs that show states without colour: one cell wide each, in ASCII for terminals without the others."""

from __future__ import annotations

import locale
import os
import sys
from functools import cache

from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What each state looks like without colour."""

    bar: str = "▌"
    cursor: str = "▌"
    pointer: str = "›"
    rule: str = "│"
    line: str = "─"
    block: str = "█"
    bullet: str = "•"
    clipped: str = "›"
    clipped_left: str = "‹"
    folded: str = "▸"
    unfolded: str = "▾"
    running: str = "◔"
    done: str = "✓"
    failed: str = "✗"
    stopped: str = "■"
    waiting: str = "?"
    note: str = "·"
    warning: str = "!"
    event: str = "○"
    down: str = "↓"
    thumb: str = "▕"
    unsupported: str = "┄"
    ellipsis: str = "…"
    dot: str = "·"

    @property
    def is_ascii(self) -> bool:
        """Whether the terminal shows ASCII alone."""
        return self.dot.isascii()


UNICODE = Signs()
ASCII = Signs(
    bar="|",
    cursor=">",
    pointer=">",
    rule="|",
    line="-",
    block="#",
    bullet="-",
    clipped=">",
    clipped_left="<",
    folded="+",
    unfolded="-",
    running="~",
    done="v",
    failed="x",
    stopped="#",
    note="-",
    event="o",
    down="v",
    thumb="|",
    unsupported="!",
    ellipsis="...",
    dot="-",
)


@cache
def terminal_signs() -> Signs:
    """The set that this terminal can show: ASCII on the Linux console and where the locale is not UTF-8."""
    encoding = getattr(sys.__stdout__, "encoding", None) or locale.getpreferredencoding(False)
    is_plain = os.environ.get("TERM", "") in {"linux", "dumb", "vt100", "vt220"}
    return ASCII if is_plain or not encoding.lower().replace("-", "").startswith("utf8") else UNICODE
