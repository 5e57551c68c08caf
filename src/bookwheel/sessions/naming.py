"""Names of sessions: the title from the first question, and an id that sorts by date and can be read."""

from __future__ import annotations

import os
import re
import time
import unicodedata

MAX_TITLE = 80

_MAX_SLUG = 32
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def title_from(question: str) -> str:
    """The question in one line, cut at a word."""
    line = " ".join(question.split())
    if len(line) <= MAX_TITLE:
        return line
    cut = line[: MAX_TITLE - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[MAX_TITLE // 2 :] else cut) + "…"


def new_session_id(title: str, now: float) -> str:
    """Such as `20261123-1402-sliding-window-attention-k3fp`; local time."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", letters))[:_MAX_SLUG].strip("-")
    suffix = "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(4))
    stamp = time.strftime("%Y%m%d-%H%M", time.localtime(now))
    return "-".join(part for part in (stamp, words, suffix) if part)


def is_session_id(text: str) -> bool:
    """Whether `text` can be the name of a session's folder and of nothing else."""
    return _ID.fullmatch(text) is not None
