"""Finds a later document that changes an earlier one: both are quoted with their dates, the newer first."""

from __future__ import annotations

from collections.abc import Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.chosen.dated_notes import (
    LONGEST_TITLE,
    date_of,
    day_of,
    names_day,
    same_time,
    series_of,
)
from bookwheel.engine.llms.extractive.chosen.taken_back import FULL_NAME, with_leaving
from bookwheel.engine.llms.extractive.quotable.candidates import Candidate
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.quotable.release_sections import is_in_release
from bookwheel.engine.text.asked_values import has_value
from bookwheel.engine.text.exact_things import Day, days_in, is_of_month
from bookwheel.engine.text.question_terms import content_terms, terms
from bookwheel.engine.text.text_blocks import KEY_VALUE
from bookwheel.lazy_regex import lazy_regex

# An update is worded much like the text it changes, so its score must be near.
MIN_OF_FIRST = 0.55
MOST_LOOKED_AT = 12
FEWEST_IN_COMMON = 3
MOST_TAKEN_BACK = 30
LONGEST_POINT = 400

_CHANGES = lazy_regex(
    r"(?i)\b(?:no longer|not any ?more|not \d[\d.,]*(?=[;.!\n]|\Z)|instead of"
    r"|contrary to|in place of|replac\w+|supersed\w+|revok\w+|withdr[ae]w\w*"
    r"|cancel\w+|amend\w+|postpon\w+|overturn\w+|rescind\w+|correct(?:ed|ion)|from now on|as of now|until now|so far"
    r"|chang(?:ed|es) (?:to|from)|moved? (?:to|from)|rises? (?:to|from)"
    r"|(?:raised?|rose|lowered|reduced|increased|extended|shortened|put up|cut) (?:[^\W\d_]+ ){0,3}(?:to|from|by)"
    r"|takes? (?:it |this )?over|becomes?|now|(?:did|done) away with|abolish\w+|scrapped|waived"
    r"|nicht mehr|stattdessen|anstatt|statt|entgegen|ersetzt\w*|aufgehoben|widerrufen|abgesagt|verschoben|geändert"
    r"|ab sofort|künftig|nunmehr|jetzt|bisher\w*|berichtig\w+|erhöht|gesenkt|verlängert"
    r"|désormais|n'est plus|ne sont plus|au lieu d\w*|contrairement|remplac\w+|annul\w+|report[ée]\w*|modifi\w+"
    r"|ya no|en lugar de|en vez de|a partir de ahora|sustitu\w+|reemplaz\w+|anulad\w+|aplazad\w+|modificad\w+"
    r"|non è più|invece di|d'ora in poi|sostitui\w+|annullat\w+|rinviat\w+|modificat\w+|revocat\w+"
    r"|já não|em vez de|substitu\w+|adiad\w+|alterad\w+|niet meer|in plaats van|vervang\w+|uitgesteld|gewijzigd)\b"
    r"|取消|改为|改在|不再|推迟|変更|中止|延期|ではなく"
)
# Of those the words that each step of a recipe may have.
_SAYS_NOW = lazy_regex(r"(?i)\b(?:now|becomes?|jetzt|statt|instead of|so far|until now|désormais|replac\w+)\b")
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

# What tells of a change in a later point on the same topic.
_GOES_ON = lazy_regex(
    r"(?i)\b(?:again|so it is|stays? (?:at|with)|hands? over|gives? up|leaves|remains?|limited to|becomes?|goes to"
    r"|wieder"
    r"|bleibt|de nouveau|reste|devient|de nuevo|sigue|di nuovo|resta|diventa|weer|blijft)\b"
)
# "What became of the boat?" is answered by whatever is told last.
_ASKS_OUTCOME = lazy_regex(
    r"(?i)^\W*(?:what (?:became|has become|came|happened|has happened|will happen) (?:of|to|with)"
    r"|was (?:(?:ist|wurde|wird)\b.*\baus|(?:geschah|passierte|geschieht|passiert) mit)\b"
    r"|qu(?:e |['’])(?:devient|deviennent|est devenu|sont devenu)"
    r"|qué (?:pasó|ha pasado|fue|ha sido) (?:con|del?)\b|che (?:fine|cosa) (?:ha fatto|è successo)"
    r"|o que (?:aconteceu|foi feito)|wat (?:gebeurde|is er) (?:met|van))"
)
# "**Roof.** It leaks", "3. Roof. It leaks".
_RUN_IN = lazy_regex(
    r"\s*(?:(?:[-*+•]|\(?\d{1,2}[.)]|§+ ?\d{1,3})\s+(?:\*\*|__)?|(?:\*\*|__))(?P<label>[^.:*_\n]{2,50})(?:\*\*|__)?[.:]"
)
_FIGURE = lazy_regex(r"\d+(?:[.,]\d+)*")


def with_update(
    asked: AskedQuestion, candidates: Sequence[Candidate], others: Sequence[Candidate] = ()
) -> list[tuple[Candidate, str]]:
    """The first candidate and one that changes it, or that it changes, newest first; empty without one.

    With each the date of its document in ISO format, "" without one. `others` are those that do not answer themselves.
    """
    first = candidates[0] if candidates else None
    if first is None or _is_of_one_time(asked) or first.passage.is_record(first.at) or not _may_be_note(first):
        return []
    day = day_of(first.passage)
    # That the things of the question are in both is known.
    matter = frozenset(asked.terms) - asked.light - asked.thing_terms or frozenset(asked.terms) - asked.light
    for other in filter(_may_be_note, candidates[1:MOST_LOOKED_AT]):
        their_day = day_of(other.passage)
        if their_day is None or other.passage.document == first.passage.document:
            continue
        if day is not None and same_time(day, their_day):
            continue
        of_other = other.near | other.passage.title_terms
        # "Eggs in the french toast": another recipe has eggs too.
        of_first = first.near | first.passage.title_terms
        is_of_subject = of_first & matter <= of_other or _has_label_of(first, other)
        is_of_subject |= _is_nearly_of_subject(first, other, matter)
        if other.score < MIN_OF_FIRST * first.score or not is_of_subject:
            continue
        dated = [(first, date_of(first.passage)), (other, date_of(other.passage))]
        if day is None or their_day > day:
            dated.reverse()
        newer, older = (candidate for candidate, _ in dated)
        if not _follow_each_other(newer, older):
            if _CHANGES.search(_SAYS_NOW.sub("", newer.text)) or _TAKES_BACK.search(newer.text):
                return dated
            continue
        says_change = any(pattern.search(newer.text) for pattern in (_CHANGES, _TAKES_BACK))
        # A row of a table does not take back what a sentence says.
        are_alike = newer.is_row == older.is_row
        if says_change or (day is not None and are_alike and _have_other_values(asked, newer, older)):
            return dated
    return _taken_back(first, others, matter)


def _may_be_note(candidate: Candidate) -> bool:
    """Whether it may be a note that another one changes: what changed in a release is history."""
    return not is_in_release(candidate.passage, candidate.at)


def _is_nearly_of_subject(first: Candidate, other: Candidate, matter: frozenset[str]) -> bool:
    """Whether a later note that says it changes something lacks one word, as the verb, of the first one's."""
    asked = first.near & matter
    shared = asked & (other.near | other.own)
    day, their_day = day_of(first.passage), day_of(other.passage)
    is_newer = their_day is not None and (day is None or their_day > day)
    says_change = any(pattern.search(other.text) for pattern in (_CHANGES, _TAKES_BACK))
    return is_newer and bool(shared) and len(asked - shared) <= 1 and says_change


def _taken_back(first: Candidate, others: Sequence[Candidate], matter: frozenset[str]) -> list[tuple[Candidate, str]]:
    """The first candidate and a note of another day that puts it off, calls it off or allows it again, newest first.

    Both have a word of the question, and three in common: "The firm moves to the Old Dairy", "The Old Dairy is not
    finished in time; the move is put off".
    """
    day = day_of(first.passage)
    for other in others[:MOST_TAKEN_BACK]:
        their_day = day_of(other.passage)
        is_later = day is not None and their_day is not None and not same_time(day, their_day)
        if not is_later or other.passage.document == first.passage.document:
            continue
        shared = frozenset(content_terms(first.text)) & frozenset(content_terms(other.text))
        asked = first.own & other.own & matter
        dated = [(first, date_of(first.passage)), (other, date_of(other.passage))]
        if day is not None and their_day is not None and their_day > day:
            dated.reverse()
        if asked and len(shared | asked) >= FEWEST_IN_COMMON and _TAKES_BACK.search(dated[0][0].text):
            return dated
    return []


def _is_of_one_time(asked: AskedQuestion) -> bool:
    return bool(asked.named.years) or asked.is_how_to or asked.is_list or asked.is_comparison


def with_later_point(
    asked: AskedQuestion, first: Candidate, passages: Sequence[PassageView]
) -> list[tuple[Candidate, str]]:
    """A point on the same topic in later minutes of the series, and the first candidate; empty without one.

    "2. Oil. Put off to September" has the topic of "The gearbox oil is changed in June", and none of its other words.
    """
    day = day_of(first.passage)
    if leaving := with_leaving(asked, first, passages):
        return leaving
    # "From January 2026" in papers of 2025 is the time of the matter.
    is_of_year = day is not None and str(day[0]) in asked.named.years
    if day is None or is_of_year or asked.is_how_to or asked.is_list or asked.is_comparison:
        return []
    if first.unit.kind not in ("sentence", "item"):
        return []
    if any(thing.is_in(_names_of(first.passage)) for thing in asked.things):
        return []
    topic = frozenset(content_terms(f"{_label_of(first.passage, first.at)} {first.text}")) | asked.own_terms
    later = [(their_day, passage) for passage in passages if (their_day := _later(first.passage, day, passage))]
    for _, passage in sorted(later, key=lambda pair: pair[0], reverse=True):
        on_topic = [group for group in _points(passage) if (label := _topic_of(passage, group)) and label <= topic]
        # What the question names comes before what only the older paper names.
        named = [group for group in on_topic if _topic_of(passage, group) & asked.own_terms]
        on_topic = sorted(named or on_topic, key=lambda group: -len(_topic_of(passage, group) & asked.own_terms))
        points = (Candidate(passage, group[0], group) for group in on_topic)
        newer = next((point for point in points if _says_more(asked, point, first)), None)
        if newer is not None:
            return [(newer, date_of(newer.passage)), (first, date_of(first.passage))]
    return []


def _topic_of(passage: PassageView, group: Sequence[int]) -> frozenset[str]:
    label = _label_of(passage, group[0])
    # "Van" is a word of Dutch, but a topic.
    return frozenset(content_terms(label) or terms(label))


def _later(first: PassageView, day: Day, passage: PassageView) -> Day | None:
    """The day of a later document of the same series: "board-2025-06.md" after "board-2025-02.md"."""
    their_day = day_of(passage)
    if their_day is None or their_day <= day or same_time(day, their_day):
        return None
    return their_day if series_of(first) == series_of(passage) else None


def _points(passage: PassageView) -> list[list[int]]:
    """The points of minutes with a label: items, paragraphs with a bold run-in heading, and short sections."""
    found: dict[tuple[int, str], list[int]] = {}
    item = 0
    for at, unit in enumerate(passage.units):
        if unit.kind not in ("sentence", "item"):
            continue
        item = at if unit.kind == "item" else item
        is_of_item = unit.kind == "item" or passage.units[item].block == unit.block
        found.setdefault((item if is_of_item else -unit.block - 1, unit.heading), []).append(at)
    return [group for group in found.values() if _length(passage, group) <= LONGEST_POINT]


def _length(passage: PassageView, group: Sequence[int]) -> int:
    return passage.units[group[-1]].end - passage.units[group[0]].start


def _label_of(passage: PassageView, at: int) -> str:
    """The topic of a unit: the run-in heading of its item or paragraph, else the heading right above it."""
    while passage.units[at].kind == "sentence" and at > 0 and passage.units[at - 1].block == passage.units[at].block:
        at -= 1
    text = passage.node.node.text[passage.units[at].start :][: LONGEST_TITLE + 10]
    if run_in := _RUN_IN.match(text):
        return run_in["label"]
    heading = next((passage.texts[other] for other in range(at, -1, -1) if passage.units[other].kind == "heading"), "")
    heading = (heading or passage.heading.rpartition("›")[2]).strip(" #*=\n")
    return "" if heading == passage.title else heading


def _says_more(asked: AskedQuestion, newer: Candidate, older: Candidate) -> bool:
    """Whether a later point says that something changes, or has another value or name of the kind asked for."""
    says_change = any(pattern.search(newer.text) for pattern in (_CHANGES, _TAKES_BACK, _GOES_ON))
    if says_change or _have_other_values(asked, newer, older) or _ASKS_OUTCOME.match(asked.text):
        return True
    if asked.kind == "who":
        return bool(frozenset(FULL_NAME.findall(newer.text)) - frozenset(FULL_NAME.findall(older.text)))
    return asked.is_yes_no


def _names_of(passage: PassageView) -> str:
    return "\n".join((passage.title, passage.file_name, passage.date, passage.heading))


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


def is_of_another_day(asked: AskedQuestion, candidate: Candidate) -> bool:
    """Whether the paragraph of a sentence names another day than the one asked for, and only its month is there."""
    passage, at = candidate.passage, candidate.at
    days = [thing for thing in asked.things if thing.kind == "date"]
    if len(days) != 1 or asked.is_comparison or candidate.unit.kind != "sentence":
        return False
    paragraph = "\n".join(passage.texts[other] for other in passage.run_of(at) if other <= at)
    is_month = is_of_month(days[0], paragraph) and is_of_month(days[0], passage.scope_of(at))
    return is_month and any(day[2] for day in days_in(paragraph))


def _follow_each_other(newer: Candidate, older: Candidate) -> bool:
    """Whether they are notes: a list in a text that has its date in its front matter alone may be of a recipe."""
    if all(one.unit.kind == "sentence" for one in (newer, older)):
        return True
    if series_of(newer.passage) == series_of(older.passage):
        return True
    return names_day(newer.passage) or names_day(older.passage)
