"""Finds the exact range of a model's quotation in its passage."""

from __future__ import annotations

import re

from bookwheel.lazy_dataclass import dataclass

MAX_QUOTE_CHARS = 1_200
# Models put quotation marks around a quotation, and an ellipsis where they cut it.
_WRAPPING = "\"'“”„«»‘’ \t\r\n"
_ELLIPSIS = re.compile(r"^(?:\.{3}|…)\s*|\s*(?:\.{3}|…)$")
_SAME = {
    "'": "['‘’]",
    "’": "['‘’]",
    "‘": "['‘’]",
    '"': '["“”„]',
    "“": '["“”„]',
    "”": '["“”„]',
    "-": "[-‐‑–—]",
    "–": "[-‐‑–—]",
}


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """The range `start` to `end` of a quotation in its passage, and the passage's text in that range."""

    start: int
    end: int
    text: str


def find_quote(quote: str, passage: str) -> FoundQuote | None:
    """The range of `quote` in `passage`; None when the passage does not contain it.

    Only white space (a PDF breaks lines in mid-sentence) and the form of quotation marks and dashes may differ.
    """
    words = _ELLIPSIS.sub("", quote.strip(_WRAPPING)).strip(_WRAPPING).split()
    if not words or not any(c.isalnum() for word in words for c in word):
        return None
    exact = " ".join(words)
    start = passage.find(exact)
    if start >= 0 and _is_whole(passage, start, start + len(exact)):
        return FoundQuote(start, start + len(exact), exact)
    pattern = re.compile(r"\s+".join("".join(_SAME.get(c, re.escape(c)) for c in word) for word in words))
    for match in pattern.finditer(passage):
        if _is_whole(passage, match.start(), match.end()):
            return FoundQuote(match.start(), match.end(), match[0])
    return None


def _is_whole(passage: str, start: int, end: int) -> bool:
    """Whether the range starts and ends at word boundaries: "19" is not a quotation of "1997"."""
    before, after = passage[start - 1 : start], passage[end : end + 1]
    return not (_joins(before) and _joins(passage[start])) and not (_joins(after) and _joins(passage[end - 1]))


def _joins(character: str) -> bool:
    # Some scripts from U+0E00 on (Thai, Chinese, …) have no spaces between words.
    return bool(character) and character.isalnum() and ord(character) < 0x0E00
