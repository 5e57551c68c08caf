"""Text from outside made safe to draw: no control sequence, no bidi trick, nothing invisible.

Characters are mapped one by one and never recognised as sequences. That needs no memory, so a sequence that is cut
between two pieces of a stream cannot pass, and cleaned pieces joined together are clean.

    C0, DEL              shown as control pictures (␛); tab and newline stay
    C1, surrogates       �
    bidi overrides       �; the mere marks (LRM, RLM, ALM) are dropped
    CR, NEL, LS, PS      newline
    zero-width, tags     dropped; joiners and selectors stay inside emoji
    combining marks      at most 8 in a row

What a reader approves is shown by `reveal`, which drops nothing: what cannot be seen becomes a mark such as <U+200B>.
"""

from __future__ import annotations

import re
import unicodedata

from bookwheel.lazy_regex import lazy_regex

MAX_MARKS_IN_A_ROW = 8

_REPLACEMENT = "\ufffd"
_NEWLINES = "\r\x85\u2028\u2029"
_BIDI_CONTROLS = "\u202a-\u202e\u2066-\u2069"
_INVISIBLE = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2060-\u2065\u206a-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_JOINERS = "\u200d\ufe0e\ufe0f"
_EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2"
    "\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)

_HARMFUL = lazy_regex(
    f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff{_NEWLINES}{_BIDI_CONTROLS}{_INVISIBLE}{_JOINERS}]"
)
_INVISIBLE_RUN = lazy_regex(f"[{_INVISIBLE}]+")
# Kept: an emoji selector after its emoji or in a keycap, and a joiner that has an emoji on both sides.
_STRAY_JOINER = lazy_regex(
    f"(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|\u200d(?![{_EMOJI}])|(?<![{_EMOJI}])\ufe0e|(?<![{_EMOJI}0-9#*])\ufe0f"
    "|(?<=[0-9#*])\ufe0f(?!\u20e3)"
)
_UNSAFE = lazy_regex(f"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff\u2028\u2029{_BIDI_CONTROLS}]")
# Marks are not word characters to `re`; that finds the few runs worth a look in any script.
_LONG_RUN = lazy_regex(rf"[^\w\s\x00-\x7f]{{{MAX_MARKS_IN_A_ROW + 1},}}")
_LINE_BREAKS = lazy_regex(r"[\t\n]")
# What a terminal may show as nothing, as a blank or as any sign: unusual spaces and private characters too.
_UNSEEN_RUN = lazy_regex(
    f"([\\x00-\\x08\\x0b-\\x1f\\x7f-\\xa0\\ud800-\\udfff\\ufffe\\uffff\u2028\u2029{_BIDI_CONTROLS}{_INVISIBLE}{_JOINERS}"
    "\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\ue000-\uf8ff\U0001d159\U000f0000-\U0010ffff])\\1*"
)


def clean(text: str) -> str:
    """`text` safe to draw in several lines; tabs and newlines stay."""
    if not text.isascii():
        text = _limit_marks(_clean_unicode(text))
    elif _HARMFUL.search(text):
        text = _UNSAFE.sub(_visible, text.replace("\r\n", "\n"))
    return text


def clean_line(text: str) -> str:
    """`text` safe to draw in one line (titles, names, labels); tabs and newlines become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return _LINE_BREAKS.sub(" ", clean(text))


class StreamCleaner:
    """Cleans the pieces of one text as they come; the marks in a row are counted from one piece to the next."""

    def __init__(self) -> None:
        self._marks = ""

    def push(self, text: str) -> str:
        """The next piece, safe to draw after those before it."""
        if text.isascii():
            self._marks = "" if text else self._marks
            return clean(text)
        together = clean(self._marks + text)
        shown = together[len(self._marks) :]
        self._marks = _trailing_marks(together)
        return shown


def _trailing_marks(text: str) -> str:
    start = len(text)
    while start and unicodedata.category(text[start - 1]).startswith("M") and text[start - 1] not in _JOINERS:
        start -= 1
    return text[start:]


def reveal(text: str) -> str:
    """`text` in several lines with every character to be seen; a run of an invisible one is <U+200B ×400>."""
    if text.isascii() and text.isprintable():
        return text
    shown = _UNSEEN_RUN.sub(_named, _LONG_RUN.sub(_with_excess_counted, text))
    # Format characters of single scripts, and those that this version of Unicode does not know.
    odd = "".join(c for c in set(shown) if not c.isascii() and unicodedata.category(c) in ("Cf", "Cn"))
    return re.sub(f"([{re.escape(odd)}])\\1*", _named, shown) if odd else shown


def reveal_line(text: str) -> str:
    """As `reveal`, in one line: a newline becomes ⏎, a tab ␉."""
    return reveal(text).replace("\n", "⏎").replace("\t", "␉")


def _named(match: re.Match[str]) -> str:
    run = match.group()
    count = f" ×{len(run)}" if len(run) > 1 else ""
    return f"<U+{ord(run[0]):04X}{count}>"


def _with_excess_counted(match: re.Match[str]) -> str:
    kept, excess = _parted_marks(match.group())
    return f"{kept}<{excess} more marks>" if excess else kept


def _clean_unicode(text: str) -> str:
    if not _HARMFUL.search(text):
        return text
    text = _STRAY_JOINER.sub("", text.replace("\r\n", "\n"))
    return _UNSAFE.sub(_visible, _INVISIBLE_RUN.sub("", text))


def _visible(match: re.Match[str]) -> str:
    char = match.group()
    if char in _NEWLINES:
        return "\n"
    if char < " ":
        return chr(0x2400 + ord(char))
    return "\u2421" if char == "\x7f" else _REPLACEMENT


def _limit_marks(text: str) -> str:
    return _LONG_RUN.sub(_without_excess_marks, text)


def _without_excess_marks(match: re.Match[str]) -> str:
    return _parted_marks(match.group())[0]


def _parted_marks(run: str) -> tuple[str, int]:
    """The run without the marks above the limit, and how many these are."""
    kept: list[str] = []
    marks = 0
    for char in run:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        if marks <= MAX_MARKS_IN_A_ROW:
            kept.append(char)
    return "".join(kept), len(run) - len(kept)
