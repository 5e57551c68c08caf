"""Regular expressions that are compiled when they are first used, not when their module is imported.

To compile the 400 patterns of Bookwheel takes as long as ten bare interpreters, and a run uses fewer than half of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, AnyStr

from bookwheel.pattern_cache import PATTERNS

_NAMES = (
    "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn",
    "flags", "groups", "groupindex", "pattern",
)  # fmt: skip


class _LazyRegex:
    """What `re.compile` gives, compiled on first use; an error in the pattern is raised then.

    Its methods and attributes are those of a pattern; functions such as `re.search(pattern, …)` do not take it.
    """

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._source = pattern, flags
        self._known: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> object:
        # Only the first use of a name comes here: it sets the name, so that later ones cost what they cost with `re`.
        if name not in _NAMES:
            raise AttributeError(name)
        if self._known is None:
            self._known = PATTERNS.compiled(*self._source)
        value: object = getattr(self._known, name)
        self.__dict__[name] = value
        return value


if TYPE_CHECKING:

    def lazy_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
        """See `_LazyRegex`; `re.Pattern` cannot be subclassed."""
        ...
else:
    # Not a function that makes one: modules make 800 while a question imports them.
    lazy_regex = _LazyRegex
