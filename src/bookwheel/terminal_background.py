"""Whether a terminal was light or dark when it was asked last: the app, and its first frame, begin with a theme for it.

A line of `backgrounds` in the data folder for each terminal, the one that was asked last at the end: `1a2b3c4d light`.
"""

from __future__ import annotations

from binascii import crc32
from contextlib import suppress
from typing import TYPE_CHECKING

from bookwheel.own_files import read_own, write_own
from bookwheel.paths import data_dir, make_private_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLES = ("TERM", "COLORTERM", "COLORFGBG", "TERM_PROGRAM", "TERM_PROFILE", "ITERM_PROFILE", "TMUX")
"""By them, and by the address that an ssh comes from, one terminal is known from another."""
_MOST = 32
_LARGEST = 4096


def known_background(environ: Mapping[str, str]) -> str:
    """`light` or `dark`; "" for a terminal that has not answered yet. Blocks for a short read."""
    return _known().get(_name_of(environ), "")


def remember_background(environ: Mapping[str, str], *, is_dark: bool) -> None:
    """Begin with it in this terminal from now on. Blocks for a short write."""
    known, name = _known(), _name_of(environ)
    known.pop(name, None)
    lines = [*known.items(), (name, "dark" if is_dark else "light")][-_MOST:]
    with suppress(OSError):
        make_private_dir(data_dir())
        write_own(data_dir() / "backgrounds", "\n".join(map(" ".join, lines)).encode())


def _known() -> dict[str, str]:
    lines = str(read_own(data_dir() / "backgrounds", _LARGEST), "ascii", errors="replace").splitlines()
    return {name: ground for name, _, ground in (line.partition(" ") for line in lines)}


def _name_of(environ: Mapping[str, str]) -> str:
    client = environ.get("SSH_CONNECTION", "").partition(" ")[0]
    facts = [environ.get(name, "") for name in _VARIABLES]
    return f"{crc32(chr(0).join((*facts, client)).encode(errors='surrogateescape')):08x}"
