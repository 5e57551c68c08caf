"""Words that exclude each other beside the same word, as data: the first and the last page, the left and the right."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from bookwheel.engine.text.folding import fold
from bookwheel.engine.text.languages import ENGLISH
from bookwheel.lazy_dataclass import dataclass

_SPAN_MARK, _BETWEEN = "~", "|"
_PREFIXES = {
    ENGLISH: ("un", "non", "in", "im", "ir", "dis"),
    "german": ("un", "nicht"),
    "french": ("in", "im", "ir", "non"),
    "spanish": ("in", "im", "ir", "des", "no"),
    "italian": ("in", "im", "ir", "non"),
    "portuguese": ("in", "im", "ir", "des", "não"),
    "dutch": ("on", "niet"),
    "russian": ("не",),
}
_SHORTEST_ROOT = 4
_WITHOUT, _WITH = "less", "ful"


@dataclass(frozen=True, slots=True)
class Opposites:
    """The words that exclude a word; `of_span` those of them that a span of time or length says as well."""

    words: frozenset[str]
    of_span: frozenset[str] = frozenset()


@lru_cache(maxsize=4_096)
def opposites_of(word: str, language: str) -> Opposites:
    """What excludes a folded word in a language: by the list, and by a prefix ("paid", "unpaid")."""
    listed = _listed(word, language)
    return Opposites(listed.words | _by_affix(word, language), listed.of_span)


def _by_affix(word: str, language: str) -> frozenset[str]:
    found: set[str] = set()
    for prefix in _PREFIXES.get(language, ()):
        if len(word) >= _SHORTEST_ROOT:
            found |= {f"{prefix}{word}", f"{prefix}-{word}"}
        root = word.removeprefix(prefix).removeprefix("-")
        if root != word and len(root) >= _SHORTEST_ROOT:
            found.add(root)
    if language == ENGLISH and word.endswith((_WITHOUT, _WITH)):
        found |= (
            {f"{word[: -len(_WITHOUT)]}{_WITH}"} if word.endswith(_WITHOUT) else {f"{word[: -len(_WITH)]}{_WITHOUT}"}
        )
    return frozenset(found)


def _listed(word: str, language: str) -> Opposites:
    """By the list, which is searched: to make an entry for each word of a language takes 3 ms."""
    words, of_span = frozenset[str](), frozenset[str]()
    for line in _section(language):
        if word not in line:
            continue
        groups = [frozenset(group.split()) for group in line.removeprefix(_SPAN_MARK).split(_BETWEEN)]
        for group in groups:
            if word in group:
                others = frozenset[str]().union(*groups) - group
                words |= others
                of_span |= others if line.startswith(_SPAN_MARK) else frozenset()
    return Opposites(words, of_span)


@cache
def _section(language: str) -> list[str]:
    """The lines of a language, folded."""
    text = Path(__file__).with_name("opposites.txt").read_text("utf-8")
    section = text.partition(f"[{language}]\n")[2].partition("\n[")[0]
    return [line for line in fold(section).splitlines() if not line.startswith("#")]
