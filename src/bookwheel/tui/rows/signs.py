"""The signs that show states without colour: one cell wide each, in ASCII for terminals without the others."""

from __future__ import annotations

import os
from functools import cache

from bookwheel.lazy_dataclass import dataclass
from bookwheel.terminal_looks import is_ascii_only


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
    """The set that this terminal can show."""
    return ASCII if is_ascii_only(os.environ) else UNICODE
