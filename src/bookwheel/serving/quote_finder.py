"""Finds a quotation in a text, ignoring spaces, line breaks, quotation marks and dashes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bookwheel.errors import UsageError

MIN_LENGTH = 8
MAX_LENGTH = 4_000

# Characters that have several forms: copying a text may change one into another.
_ALIKE = ("'‘’‚‛`´", '"“”„‟«»', "-‐‑‒–—−")
_CLASS_OF = {sign: f"[{re.escape(signs)}]" for signs in _ALIKE for sign in signs}
_INVISIBLE = "[\u00ad\u200b\u2060]*"


class QuoteFinder:
    """Finds `quote`; raises UsageError when it is too short to be found reliably, or longer than `MAX_LENGTH`."""

    def __init__(self, quote: str) -> None:
        self._words = quote.split()
        length = sum(map(len, self._words))
        if length < MIN_LENGTH:
            raise UsageError(
                f"The quotation is too short: {length} characters.", hint=f"Give at least {MIN_LENGTH} of them."
            )
        if length > MAX_LENGTH:
            raise UsageError(
                f"The quotation is too long: {length} characters.", hint=f"Look for parts of up to {MAX_LENGTH}."
            )
        self._pattern = re.compile(r"[\s\u00ad\u200b\u2060]+".join(map(_pattern_of, self._words)), re.IGNORECASE)
        self._quote = quote.strip()

    def ranges(self, text: str) -> Iterator[tuple[int, int, bool]]:
        """Where it stands in `text`: start, end, and whether it stands there character for character."""
        for match in self._pattern.finditer(text):
            yield match.start(), match.end(), match.group() == self._quote


def _pattern_of(word: str) -> str:
    return _INVISIBLE.join(_CLASS_OF.get(sign) or re.escape(sign) for sign in word)
