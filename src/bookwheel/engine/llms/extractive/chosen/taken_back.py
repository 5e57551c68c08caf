"""A later note that takes back who or what answers: "Ada Rook leaves us", "no longer at 22:00 but at 23:00"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.dated_notes import date_of, day_of, series_of
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.quotable.release_sections import is_in_release
from bookwheel.lazy_regex import lazy_regex

SHORTEST_NAME, MOST_LOOKED_AT = 4, 12
_LEAVES = lazy_regex(
    r"(?i)\b(?:leaves?|is leaving|left us|retires?|is retiring|withdr(?:ew|awn|aws?)|resigns?|hands? over|gives? up"
    r"|steps? down|is replaced|stops?"
    r"|moves? away"
    r"|hört auf|verlässt|gibt .{2,40} ab|tritt zurück|quitte|démissionne|deja|renuncia|lascia|si dimette|sai"
    r"|vertrekt)\b"
)
_NO_LONGER = lazy_regex(
    r"(?i)\b(?:no longer|not any ?more|instead of|rather than|nicht mehr|statt|anstatt|n['’]\w+ plus|ne \w+ plus"
    r"|au lieu d\w*"
    r"|ya no|en lugar de|en vez de|non \w+ più|invece di|já não|em vez de|niet meer|in plaats van)\b"
)
FULL_NAME = lazy_regex(r"\b[^\W\d_a-zß-ÿ][^\W\d_]+ [^\W\d_a-zß-ÿ][^\W\d_]+")
_FIRM = lazy_regex(r"\b([^\W\d_a-zß-ÿ][^\W\d_]{3,})(?= (?:&|and|und|et|y|e) (?:Co\b|Sons?\b|Söhne|Partner|Fils|Hijos))")
_NAME = lazy_regex(r"(?:\A|(?<=\w) )[^\W\d_a-zß-ÿ][^\W\d_]+")
_FIGURE = lazy_regex(r"\d+(?:[.,:]\d+)*")


def with_correction(asked: AskedQuestion, candidates: Sequence[Candidate]) -> list[tuple[Candidate, str]]:
    """A note that takes the value of the first candidate back in so many words, and that candidate; empty without one.

    What "no longer" says is newer, whatever the dates of the files are.
    """
    matter = frozenset(asked.terms) - asked.light
    notes = (one for one in candidates[1:MOST_LOOKED_AT] if not is_in_release(one.passage, one.at))
    found = (one for one in notes if _corrects(one, candidates[0], matter))
    correction = next(found, None)
    if correction is None or asked.named.years:
        return []
    return [(one, date_of(one.passage)) for one in (correction, candidates[0])]


def _corrects(other: Candidate, first: Candidate, matter: frozenset[str]) -> bool:
    """Whether a note of another document takes the value of the first one back: "no longer at 22:00 but at 23:00"."""
    asked_first = (first.near | first.own) & matter
    shared = asked_first & (other.near | other.own)
    if other.passage.document == first.passage.document or not _NO_LONGER.search(other.text) or not shared:
        return False
    figures, others = (frozenset(_FIGURE.findall(one.text)) for one in (first, other))
    return shared == asked_first and not figures.isdisjoint(others)


def with_leaving(
    asked: AskedQuestion, first: Candidate, passages: Sequence[PassageView]
) -> list[tuple[Candidate, str]]:
    """A later note that says that who answers leaves, hands over or withdraws, and the first candidate."""
    asks_for_name = asked.kind == "who" or (asked.value is not None and asked.value.kind == "firm")
    names = [*FULL_NAME.findall(first.text), *_FIRM.findall(first.text)] if asks_for_name else []
    day = day_of(first.passage)
    for passage in passages if names and not asked.named.years else ():
        their_day = day_of(passage)
        if their_day is None or passage.document == first.passage.document or (day is not None and their_day <= day):
            continue
        # Among papers of one folder "Ada" is Ada Rook.
        is_short = len(names) == 1 and series_of(passage)[0] == series_of(first.passage)[0]
        known = re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in _spoken(names, short=is_short))})\b")
        for at, unit in enumerate(passage.units):
            text = passage.texts[at]
            if unit.kind in ("sentence", "item") and _LEAVES.search(text) and known.search(text):
                newer = Candidate(passage, at, [at, *_successor(passage, at)])
                return [(newer, date_of(passage)), (first, date_of(first.passage))]
    return []


def _spoken(names: Sequence[str], *, short: bool) -> list[str]:
    """Names as they are; with `short` also each of their words of four letters or more."""
    return [*names, *(word for name in names for word in name.split() if short and len(word) >= SHORTEST_NAME)]


def _successor(passage: PassageView, at: int) -> list[int]:
    """The next sentence where it is of the same paragraph: it names who comes in the place of who leaves."""
    following = at + 1
    if following >= len(passage.units) or passage.units[following].block != passage.units[at].block:
        return []
    return [following] if _NAME.search(passage.texts[following]) else []
