"""A sentence of another document that gives a new value in place of the one found: "so we play a week later"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.dated_notes import date_of, day_of, same_time
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.quotable.release_sections import is_in_release
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.exact_things import days_in
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.engine.text.value_patterns import UNITS, WORD_NUMBERS
from bookwheel.lazy_regex import lazy_regex

# How far around the sentence it may be said what it is about, and how much it must have in common with the first.
REACH, FEWEST_IN_COMMON = 2, 2
_CHANGES = lazy_regex(
    r"(?i)\b(?:do(?:es)? not hold|no longer (?:holds?|valid|applies)|does not apply|has now|have now|now (?:pays?"
    r"|costs?|is|are"
    r"|fixed|begins?|starts?|closes|opens)|(?:pays?|costs?|is|are) now|as (?:agreed|planned|announced|voted)"
    r"|(?:did|done) away with|any ?more|instead|put (?:off|back|forward)|postponed|brought forward|moves? to"
    r"|from now on"
    r"|has been (?:raised|lowered|changed|corrected|moved)|(?:not|cannot) [^.;]{1,60}\bbut (?:only )?"
    r"|wie (?:vereinbart|geplant|angekündigt)|gilt nicht mehr|nicht mehr|stattdessen|verschoben|vorverlegt|nunmehr"
    r"|neu"
    r"|ab jetzt|nicht [^.;]{1,60}\bsondern|comme (?:prévu|convenu|annoncé)|ne vaut plus|désormais|reporté\w*"
    r"|avancé\w*"
    r"|au lieu d\w*|como (?:estaba )?(?:previsto|acordado|anunciado)|ya no|a partir de ahora|aplazad\w+|en lugar de"
    r"|come (?:previsto|concordato)|non vale più|d'ora in poi|rinviat\w+|invece|como combinado|adiad\w+"
    r"|zoals (?:gepland"
    r"|afgesproken)|uitgesteld|voortaan|in plaats van)(?!\w)"
)
# "A week later" moves something beyond doubt.
_MOVES = lazy_regex(
    rf"(?i)\b(?:\d+|an?|{WORD_NUMBERS}) (?:{UNITS['duration']}) (?:later|earlier|sooner|später|früher|plus (?:tard|tôt)"
    r"|más (?:tarde|temprano)|dopo|prima|mais tarde|mais cedo|vroeger)\b"
)
_FIGURE = lazy_regex(r"\d+(?:[.,:]\d+)*")


def with_later_change(
    asked: AskedQuestion, first: Candidate, passages: Sequence[PassageView]
) -> list[tuple[Candidate, str]]:
    """The sentence that puts another value in the place of the first candidate's, and that one; empty without one."""
    value, day = asked.value, day_of(first.passage)
    if value is None or is_in_release(first.passage, first.at):
        return []
    matter = frozenset(asked.terms) - asked.light
    for passage in passages:
        their_day = day_of(passage)
        is_of_now = day is None or their_day is None or (their_day >= day and not same_time(day, their_day))
        if passage.document == first.passage.document or not is_of_now:
            continue
        for at in _changing(passage):
            text = passage.texts[at]
            is_new = not 0 < len(_figures(text)) <= len(_figures(text) & _figures(first.text))
            if is_new and has_value(value, asked.completed, text) and _is_of_first(passage, at, first, matter):
                return [(Candidate(passage, at, [at]), date_of(passage)), (first, date_of(first.passage))]
    return []


def says_change(text: str) -> bool:
    """Whether a sentence says that something is otherwise now: "any more", "but only", "a week later"."""
    return _CHANGES.search(text) is not None or _MOVES.search(text) is not None


def _changing(passage: PassageView) -> Iterator[int]:
    """The sentences of a passage that say that something is otherwise now."""
    for at, unit in enumerate(passage.units):
        if unit.kind not in ("sentence", "item") or passage.is_record(at) or is_in_release(passage, at):
            continue
        if says_change(passage.texts[at]):
            yield at


def _is_of_first(passage: PassageView, at: int, first: Candidate, matter: frozenset[str]) -> bool:
    """Whether a sentence is about the same as the first candidate: it, or what stands around it, says enough of it."""
    text = passage.texts[at]
    units = range(max(0, at - REACH), min(len(passage.units), at + REACH))
    around = frozenset[str]().union(
        *(passage.own(one) for one in units), passage.heading_terms(at), passage.title_terms
    )
    asked_there = matter & around
    if not asked_there:
        return False
    day = day_of(first.passage)
    is_day_named = day is not None and any(day[1:] == one[1:] for one in days_in(text) if one[2])
    if is_day_named or len(matter - asked_there) <= (len(matter) > FEWEST_IN_COMMON):
        return True
    near = frozenset(content_terms(" ".join(passage.texts[one] for one in units)))
    shared = {term for term in near.intersection(content_terms(first.text)) if term.isalpha()}
    fewest = FEWEST_IN_COMMON + (_MOVES.search(text) is None)
    return len(shared | asked_there) >= fewest and bool(shared - asked_there)


def _figures(text: str) -> frozenset[str]:
    return frozenset(_FIGURE.findall(text))
