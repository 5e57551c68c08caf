"""Finds a later document that changes an earlier one: both are quoted with their dates, the newer first."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.candidates import Candidate
from bookwheel.engine.llms.extractive.passage_view import PassageView
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.exact_things import Day, day_of_document
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.engine.text.text_blocks import KEY_VALUE
from bookwheel.lazy_regex import lazy_regex

# An update is worded much like the text it changes, so its score must be near.
MIN_OF_FIRST = 0.55
MOST_LOOKED_AT = 12
LONGEST_TITLE = 80
FEWEST_IN_COMMON = 3
MOST_TAKEN_BACK = 30

_CHANGES = lazy_regex(
    r"(?i)\b(?:no longer|not any ?more|instead of|contrary to|in place of|replac\w+|supersed\w+|revok\w+|withdr[ae]w\w*"
    r"|cancel\w+|amend\w+|postpon\w+|overturn\w+|rescind\w+|correct(?:ed|ion)|from now on|as of now|until now|so far"
    r"|chang(?:ed|es) (?:to|from)|moved? (?:to|from)|r(?:ai|o)sed? (?:to|from)|rises? (?:to|from)"
    r"|(?:lowered|reduced|increased|extended|shortened) (?:to|from|by)|takes? (?:it |this )?over|now"
    r"|nicht mehr|stattdessen|anstatt|statt|entgegen|ersetzt\w*|aufgehoben|widerrufen|abgesagt|verschoben|geändert"
    r"|ab sofort|künftig|nunmehr|jetzt|bisher\w*|berichtig\w+|erhöht|gesenkt|verlängert"
    r"|désormais|n'est plus|ne sont plus|au lieu d\w*|contrairement|remplac\w+|annul\w+|report[ée]\w*|modifi\w+"
    r"|ya no|en lugar de|en vez de|a partir de ahora|sustitu\w+|reemplaz\w+|anulad\w+|aplazad\w+|modificad\w+"
    r"|non è più|invece di|d'ora in poi|sostitui\w+|annullat\w+|rinviat\w+|modificat\w+|revocat\w+"
    r"|já não|em vez de|substitu\w+|adiad\w+|alterad\w+|niet meer|in plaats van|vervang\w+|uitgesteld|gewijzigd)\b"
    r"|取消|改为|改在|不再|推迟|変更|中止|延期|ではなく"
)
# What takes back an earlier note beyond doubt.
_TAKES_BACK = lazy_regex(
    r"(?i)\b(?:put (?:off|back|forward)|postponed|cancelled|called off|brought forward|(?:released|allowed|open|in"
    r" use|working|works"
    r"|available) again|reopen(?:ed|s)|superseded|replaces? the|is lifted|taken back|withdrawn|verschoben|vorverlegt"
    r"|abgesagt"
    r"|aufgehoben|entfällt|wieder (?:freigegeben|geöffnet|erlaubt|in betrieb)|reporté\w*|avancé\w*|annulé\w*|de"
    r" nouveau (?:ouvert|autorisé"
    r"|permis)\w*|aplazad\w+|adelantad\w+|cancelad\w+|de nuevo (?:abiert|permitid)\w+|rinviat\w+|anticipat\w+"
    r"|annullat\w+|riapert\w+"
    r"|adiad\w+|antecipad\w+|reabert\w+|uitgesteld|vervroegd|afgelast|weer (?:open|toegestaan)|перенес[её]н\w*"
    r"|отмен[её]н\w*)\b"
)

_FIGURE = lazy_regex(r"\d+(?:[.,]\d+)*")


def with_update(
    asked: AskedQuestion, candidates: Sequence[Candidate], others: Sequence[Candidate] = ()
) -> list[tuple[Candidate, str]]:
    """The first candidate and one that changes it, or that it changes, newest first; empty without one.

    With each the date of its document in ISO format, "" without one. `others` are those that do not answer themselves.
    """
    if not candidates or asked.named.years or asked.is_how_to or asked.is_list or asked.is_comparison:
        return []
    first = candidates[0]
    if first.passage.is_record(first.at):
        return []
    day = _day_of(first.passage)
    matter = frozenset(asked.terms) - asked.light
    for other in candidates[1:MOST_LOOKED_AT]:
        their_day = _day_of(other.passage)
        if their_day is None or other.passage.document == first.passage.document:
            continue
        if day is not None and _same_time(day, their_day):
            continue
        of_other = other.near | other.passage.title_terms
        is_of_subject = first.near & matter <= of_other or _has_label_of(first, other)
        if other.score < MIN_OF_FIRST * first.score or not is_of_subject:
            continue
        dated = [(first, _iso(day or ())), (other, _iso(their_day))]
        if day is None or their_day > day:
            dated.reverse()
        newer, older = (candidate for candidate, _ in dated)
        if _CHANGES.search(newer.text) or (day is not None and _have_other_values(asked, newer, older)):
            return dated
    return _taken_back(first, others, matter)


def _taken_back(first: Candidate, others: Sequence[Candidate], matter: frozenset[str]) -> list[tuple[Candidate, str]]:
    """The first candidate and a note of another day that puts it off, calls it off or allows it again, newest first.

    Both have a word of the question, and three in common: "The firm moves to the Old Dairy", "The Old Dairy is not
    finished in time; the move is put off".
    """
    day = _day_of(first.passage)
    for other in others[:MOST_TAKEN_BACK]:
        their_day = _day_of(other.passage)
        is_later = day is not None and their_day is not None and not _same_time(day, their_day)
        if not is_later or other.passage.document == first.passage.document:
            continue
        shared = frozenset(content_terms(first.text)) & frozenset(content_terms(other.text))
        asked = first.own & other.own & matter
        dated = sorted([(first, _iso(day or ())), (other, _iso(their_day or ()))], key=lambda one: one[1], reverse=True)
        if asked and len(shared | asked) >= FEWEST_IN_COMMON and _TAKES_BACK.search(dated[0][0].text):
            return dated
    return []


def _have_other_values(asked: AskedQuestion, newer: Candidate, older: Candidate) -> bool:
    if asked.value is None or newer.text == older.text:
        return False
    value = asked.value
    if 0 < len(_figures(newer)) and _figures(newer) <= _figures(older):
        return False
    return all(has_value(value, asked.completed, _with_before(one)) for one in (newer, older))


def _figures(candidate: Candidate) -> frozenset[str]:
    return frozenset(_FIGURE.findall(_with_before(candidate)))


def _with_before(candidate: Candidate) -> str:
    """The text of a candidate with the sentences that it refers to."""
    passage = candidate.passage
    return "\n".join((*(passage.texts[at] for at in passage.before(candidate.at)), candidate.text))


def _has_label_of(first: Candidate, other: Candidate) -> bool:
    """Whether both are lines of notes with the same label: "Boiler: …"."""
    labels = [one.text.partition(":")[0].strip(" *-") if KEY_VALUE.match(one.text) else "" for one in (first, other)]
    return bool(labels[0]) and labels[0] == labels[1]


def _day_of(passage: PassageView) -> Day | None:
    # A note without a title begins with its date.
    first = passage.texts[0] if passage.texts and len(passage.texts[0]) <= LONGEST_TITLE else ""
    return day_of_document(passage.date, passage.title, passage.file_name, passage.heading, first)


def _same_time(one: Day, other: Day) -> bool:
    return all(a == b for a, b in zip(one, other, strict=True) if a and b)


def _iso(day: Day | tuple[()]) -> str:
    if not day:
        return ""
    year, month, number = day
    return "-".join(
        part for part in (f"{year:04}" if year else "", f"{month:02}", f"{number:02}" if number else "") if part
    )
