"""Regular expressions that are compiled when they are first used, not when their module is imported.

To compile the 400 patterns of Bookwheel takes as long as ten bare interpreters, and a run uses fewer than half of them.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, AnyStr, cast

from bookwheel.pattern_cache import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Callable


def lazy_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, compiled on first use; an error in `pattern` is raised then.

    Its methods and attributes are those of a pattern; functions such as `re.search(pattern, …)` do not take it.
    """
    # `re.Pattern` cannot be subclassed.
    return cast("re.Pattern[AnyStr]", _LazyRegex(partial(PATTERNS.compiled, pattern, flags)))


_NAMES = (
    "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn",
    "flags", "groups", "groupindex", "pattern",
)  # fmt: skip


class _LazyRegex:
    def __init__(self, compiled: Callable[[], object]) -> None:
        self._compiled = compiled
        self._known: object = None

    def __getattr__(self, name: str) -> object:
        # Only the first use of a name comes here: it sets the name, so that later ones cost what they cost with `re`.
        if name not in _NAMES:
            raise AttributeError(name)
        if self._known is None:
            self._known = self._compiled()
        value: object = getattr(self._known, name)
        self.__dict__[name] = value
        return value
