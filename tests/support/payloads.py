"""Texts that try to steer a terminal: our own of every kind, and the shared samples where they are."""

from __future__ import annotations

import codecs
import json
import os
import re
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SHARED = (REPO / os.environ.get("BOOKWHEEL_SHARED", "../shared")).resolve() / "hostile" / "terminal_payloads.json"

# What may be in no row and no output: C0 but line ends and tabs, DEL, C1, separators, bidi controls, surrogates, tags.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)

_BODIES = (
    "[2J", "[3J", "[77;7H", "[c", "[>c", "[6n", "[?1049h", "[?1000h", "[?2004l", "[8;1;1t", "[21t", "[5i", "[!p",
    "[31m", "]0;owned\x07", "]0;owned\x1b\\", "]52;c;ZXZpbA==\x07", "]8;;http://evil.test\x1b\\x\x1b]8;;\x1b\\",
    "]10;?\x07",
    "]50;?\x07", "]777;notify;a;b\x07", "]1337;File=:AAAA\x07", "]9;4;3\x07", "P$qm\x1b\\", "P1$r0m\x1b\\",
    "Pq#0!9~\x1b\\", "_Gf=24;AAAA\x1b\\", "^private\x1b\\", "Xstring\x1b\\", "c",
    "#8", "(0", "%G", "N", "=", "7", "D", "M", "Z", "[",
)  # fmt: skip
_EIGHT_BIT = {"[": "\x9b", "]": "\x9d", "P": "\x90", "_": "\x9f", "^": "\x9e", "X": "\x98"}
_OTHERS = (
    "line\roverwritten", "a\b\b\bevil", "bell\x07", "form\x0cfeed\x0b", "shift\x0eout\x0f", "zero\x00end",
    "\x7f\x7f\x7f", "next\x85line\u2028line\u2029line", "left\u202egpj.exe\u202c", "\u2066isolated\u2069\u2067x\u2068",
    "".join(chr(0xE0000 + ord(c)) for c in "run rm"), "half \ud83d\udc9b and \udfff", "zero\u200bwidth\ufeff\u2060",
    "z" + "\u0301" * 500, "\x1b", "\x1b\x1b[31m\x1b", "\x1b[31", "&#27;[31m &#x9b;31m",
    "[/b] [@click=app.quit]x[/] [link='x']y",
    "$(touch x) `id` %n%s", "\x1b[200~pasted\x1b[201~", "\x9c", "\x18\x1a",
)  # fmt: skip


def own_payloads() -> list[str]:
    """Every introducer of a sequence, in 7 and in 8 bits, and what else a terminal may act upon."""
    seven = [f"x\x1b{body}y" for body in _BODIES]
    eight = [f"x{_EIGHT_BIT[body[0]]}{body[1:]}y" for body in _BODIES if body[0] in _EIGHT_BIT]
    return [*seven, *eight, *_OTHERS]


def all_payloads() -> list[str]:
    """Our own and the shared ones."""
    if not SHARED.exists():
        return own_payloads()
    shared = json.loads(SHARED.read_text(encoding="utf-8"))
    return [*own_payloads(), *(codecs.decode(item["text_escaped"], "unicode_escape") for item in shared)]
