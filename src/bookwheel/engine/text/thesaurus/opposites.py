"""Words that exclude each other beside the same word, as data: the first and the last page, the left and the right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
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


_NONE = Opposites(frozenset())


def opposites_of(word: str, language: str) -> Opposites:
    """What excludes a folded word in a language: by the list, and by a prefix ("paid", "unpaid")."""
    listed = _listed(language).get(word, _NONE)
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


@cache
def _listed(language: str) -> Mapping[str, Opposites]:
    found: dict[str, Opposites] = {}
    for line in _sections().get(language, ()):
        groups = [frozenset(group.split()) for group in line.removeprefix(_SPAN_MARK).split(_BETWEEN)]
        every = frozenset[str]().union(*groups)
        for group in groups:
            others = every - group
            for word in group:
                known = found.get(word, _NONE)
                of_span = others if line.startswith(_SPAN_MARK) else frozenset[str]()
                found[word] = Opposites(known.words | others, known.of_span | of_span)
    return found


@cache
def _sections() -> Mapping[str, list[str]]:
    """The lines of each language, folded."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in fold(Path(__file__).with_name("opposites.txt").read_text("utf-8")).splitlines():
        if line.startswith("["):
            lines = sections.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            lines.append(line)
    return sections
