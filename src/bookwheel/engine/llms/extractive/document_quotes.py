"""Answers questions about a whole document (its subject, points or decisions) with its own sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bookwheel.engine.llms.extractive.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.candidates import Quote
from bookwheel.engine.llms.extractive.passage_view import PassageView, is_field
from bookwheel.engine.text.exact_things import is_of_month
from bookwheel.engine.text.passage_units import Unit
from bookwheel.engine.text.question_terms import content_terms, light_terms, terms
from bookwheel.lazy_regex import lazy_regex

MOST_ABOUT_CHARS = 420
MOST_POINT_CHARS = 800
MOST_WHOLE_CHARS = 200
MOST_POINTS = 10
MOST_RESOLUTIONS = 4
MOST_FIRST_ITEMS = 3
FEWEST_WORDS = 4

_OVERVIEW_FILE = lazy_regex(
    r"(?i)^(?:readme|index|about|overview|00[-_ ]|0[-_ ]|liesmich|lisezmoi|leeme|leggimi|introduction|intro)\b"
)
_DECISION = lazy_regex(
    r"(?i)\b(?:decid\w+|agreed|resolved|voted|approved|adopted|refused|rejected|withdrawn|from now on"
    r"|compulsory|must|may not|shall|rises?|stays?|instead|elected|appointed|turned down|bought"
    r"|(?:put off|moved?|moves|postponed|lowered|raised|reduced|increased|extended) (?:to|from|by|until)"
    r"|(?:put|moved|brought|pushed|gives?|gave|takes?) (?:back|forward)|orders?|ordered|buys?|hires?|rents?"
    r"|postponed|cancelled"
    r"|takes? (?:it )?over|hands? over|gives? up|sold|beschloss\w*|beschließ\w*|entschied\w*|genehmigt"
    r"|abgelehnt|künftig|décid\w+"
    r"|adopté\w*|refus\w+|approuv\w+|désormais|erhöht|gesenkt|verkauft|fixée?|décidé\w*"
    r"|decidi\w+|acord\w+|aprob\w+|rechaz\w+|deci(?:so|sa|de)|delibera\w*|approva\w*|respint\w+|aprovad\w+|recusad\w+"
    r"|besloten|goedgekeurd|afgewezen|реши\w+|постанови\w+|утвержд[её]н\w*|одобр\w+|отклон\w+|повыш\w+)\b"
)
_FINDING_HEADING = lazy_regex(
    r"(?i)\b(?:results?|findings?|conclusions?|summary|recommendations?|ergebnis\w*|fazit|schluss\w*"
    r"|empfehlung\w*|résultats?|conclusion\w*|recommandations?"
    r"|resultados?|conclusi\w+|recomendaci\w+|risultat\w+|raccomandazion\w+|resultaten|conclusies?|aanbeveling\w*)\b"
)
# Who was there is not what was discussed.
_PRESENT = lazy_regex(
    r"(?i)\W*(?:present|in attendance|attend(?:ing|ees)|apologies|absent|excused|chair|minutes|minute[- ]taker"
    r"|anwesend\w*|entschuldigt|abwesend|protokoll|teilnehmer\w*|leitung|présente?s|excusée?s|absents|secrétaire|presentes|asistentes"
    r"|ausentes|acta|presenti|assenti|verbale|aanwezig|afwezig|notulen|присутств\w+|отсутств\w+|протокол)\W{0,3}(?:\*\*)?:"
)
_RECOMMENDS = lazy_regex(r"(?i)\brecomm?\w+|\bempf[eo]hl\w*|\brecom\w+|\bshould\b|\bpropos\w+|\bsuggest\w+")
_FRAME = frozenset(
    terms(
        "folder drive document documents file files book notebook report minutes notes paper papers article "
        "page text summary summarise summarize"
        " overview main points results findings about content decided decision agreed meeting recommend "
        "conclude ordner dokument bericht protokoll buch"
        " zusammenfassung livre document rapport résumé libro documento informe resumen riassunto"
    )
)


def document_quotes(asked: AskedQuestion, passages: Sequence[PassageView]) -> list[Quote]:
    """The sentences that summarise the document of the question; empty when no passage is from that document."""
    if asked.is_of_folder:
        of_folder = [passage for passage in passages if _OVERVIEW_FILE.match(passage.file_name)]
        return _about(of_folder[:1]) if of_folder else []
    of_document = _document_of(asked, passages)
    if not of_document:
        return []
    if asked.is_about:
        return _about(of_document)
    if asked.topic:
        return _on_topic(asked.topic, of_document)
    if not asked.asks_for_decisions and (whole := _whole(of_document)):
        return whole
    if asked.asks_for_findings and (found := _findings(of_document)):
        return found
    points = _points(of_document, only_decisions=asked.asks_for_decisions)
    if not points and asked.asks_for_decisions:
        texts = [passage for passage in of_document if all(unit.kind != "row" for unit in passage.units)]
        points = _points(texts, only_decisions=False)
    return points or _about(of_document)


def _on_topic(topic: frozenset[str], passages: Sequence[PassageView]) -> list[Quote]:
    """What a document says on a topic, all words of which must stand together."""
    found: list[Quote] = []
    for passage in passages:
        units = [
            unit
            for at, unit in enumerate(passage.units)
            if unit.kind in ("sentence", "item", "line") and _is_on(passage, at, topic)
        ]
        if kept := _within(units, MOST_POINT_CHARS):
            found.append(Quote(passage.node, tuple(kept), 1.0))
    return found


def _is_on(passage: PassageView, at: int, topic: frozenset[str]) -> bool:
    """Whether a unit has all words of a topic, in a heading or in a decision; those of the title are of each unit."""
    if topic <= passage.heading_terms(at) - passage.title_terms:
        return True
    is_decision = _DECISION.search(passage.texts[at]) is not None
    return is_decision and topic <= passage.own(at) | (passage.heading_terms(at) - passage.title_terms)


def _document_of(asked: AskedQuestion, passages: Sequence[PassageView]) -> list[PassageView]:
    """The passages, in text order, of the document whose title, date and name fit best."""
    by_document: dict[str, list[PassageView]] = {}
    for passage in passages:
        by_document.setdefault(passage.document, []).append(passage)
    wanted = frozenset(content_terms(asked.completed)) - _FRAME
    kinds = frozenset(content_terms(asked.completed)) & _FRAME
    dated = frozenset(term for thing in asked.things for term in terms(thing.text))
    wanted -= dated | light_terms(asked.completed.split())
    best: tuple[float, list[PassageView]] = (0.0, [])
    for found in by_document.values():
        found.sort(key=lambda passage: passage.node.node.start_char_idx or 0)
        first = found[0]
        head = "\n".join((first.title, first.file_name, first.date, first.heading, first.node.node.text[:400]))
        if not all(thing.is_in(head) and not is_of_month(thing, head) for thing in asked.things):
            continue
        named = _share(wanted, first.title_terms | first.terms_of(first.heading) | first.terms_of(first.title))
        inside = _share(
            wanted, frozenset[str]().union(*(passage.own(at) for passage in found for at in range(len(passage.units))))
        )
        # "What does the report recommend?" where one document is called a report.
        is_of_kind = not wanted and not first.title_terms.isdisjoint(kinds)
        score = named + 0.4 * inside + (1.0 if asked.things or is_of_kind else 0.0)
        if (
            (named >= 0.5 or asked.things or not wanted)
            and (not wanted or named + inside >= 0.6 or asked.things)
            and score > best[0]
        ):
            best = (score, found)
    return best[1]


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _about(passages: Sequence[PassageView]) -> list[Quote]:
    """The first sentences of a document's text."""
    for passage in passages:
        is_title = passage.texts[:1] == [passage.title]
        chosen = [unit for unit in passage.units[:1] if unit.kind == "heading" or is_title]
        length = 0
        for at, unit in enumerate(passage.units):
            if unit in chosen:
                continue
            is_named = unit.kind == "line" and len(passage.texts[at].partition(":")[0].split()) < FEWEST_WORDS
            is_value = is_named and is_field(passage.texts[at])
            is_text = unit.kind in ("sentence", "line") and not is_value and len(passage.texts[at].split()) >= 5
            size = unit.end - unit.start
            if not is_text and length == 0:
                continue
            if not is_text or length + size > MOST_ABOUT_CHARS or len(chosen) == 4:
                break
            chosen.append(unit)
            length += size
        if length:
            return [Quote(passage.node, tuple(chosen), 1.0)]
        if passage is passages[0] and (headings := [unit for unit in passage.units if unit.kind == "heading"]):
            # A manual of lists and tables: its title and the headings say what it is about.
            first_items = [unit for unit in passage.units if unit.kind in ("item", "row")][:MOST_FIRST_ITEMS]
            shown = sorted({*headings[:4], *first_items}, key=lambda unit: unit.start)
            return [Quote(passage.node, tuple(shown), 1.0)]
    return []


def _whole(passages: Sequence[PassageView]) -> list[Quote]:
    """All sentences of a document, if it is as short as a summary."""
    if any(unit.kind in ("item", "row", "code") for passage in passages for unit in passage.units):
        return []
    found = [
        Quote(passage.node, tuple(unit for unit in passage.units if unit.kind == "sentence"), 1.0)
        for passage in passages
    ]
    length = sum(unit.end - unit.start for quote in found for unit in quote.units)
    is_most = 5 * length >= 2 * sum(len(passage.node.node.text) for passage in passages)
    return [quote for quote in found if quote.units] if is_most and 0 < length <= MOST_WHOLE_CHARS else []


def _findings(passages: Sequence[PassageView]) -> list[Quote]:
    """The results section, and sentences with recommendations."""
    found: list[Quote] = []
    for passage in passages:
        chosen = [
            unit
            for at, unit in enumerate(passage.units)
            if unit.kind in ("sentence", "item", "line", "row")
            and (_FINDING_HEADING.search(unit.heading or passage.heading) or _RECOMMENDS.search(passage.texts[at]))
        ]
        if kept := _within(chosen, MOST_POINT_CHARS):
            found.append(Quote(passage.node, tuple(kept), 1.0))
    return found[:2]


def _points(passages: Sequence[PassageView], *, only_decisions: bool) -> list[Quote]:
    """One sentence per section, preferably a decision; for a document of items, the items."""
    found: list[Quote] = []
    left = MOST_POINT_CHARS
    for passage in passages:
        chosen: list[Unit] = []
        for at in _units_with_content(passage, only_decisions=only_decisions):
            unit = passage.units[at]
            if unit.end - unit.start <= left and len(chosen) < MOST_POINTS:
                chosen.append(unit)
                left -= unit.end - unit.start
        if chosen:
            found.append(Quote(passage.node, tuple(chosen), 1.0))
    return found


def _units_with_content(passage: PassageView, *, only_decisions: bool) -> Iterator[int]:
    found = [
        (at, unit)
        for at, unit in enumerate(passage.units)
        if _is_point(passage, at) and _says_something(passage.texts[at])
    ]
    # Without headings each paragraph is a section.
    has_headings = len({unit.heading for _, unit in found}) > 1
    sections: dict[str | int, list[int]] = {}
    for at, unit in found:
        sections.setdefault(unit.heading if has_headings else unit.block, []).append(at)
    for section in sections.values():
        items = [at for at in section if passage.units[at].kind == "item"]
        lines = [at for at in section if passage.units[at].kind == "line"]
        decisions = [at for at in section if _DECISION.search(passage.texts[at])]
        if len(items) >= 2 and (not decisions or set(decisions) & set(items)):
            yield from items
        elif len(lines) >= 2 and not only_decisions:
            yield from lines
        elif decisions and only_decisions:
            yield from _resolutions(passage, section, decisions[0])
        elif decisions:
            # The first sentence says what the section is about: "The new pump will cost 90 pounds."
            yield from sorted({section[0], *decisions[:2]})
        elif not only_decisions:
            yield section[0]


def _is_point(passage: PassageView, at: int) -> bool:
    """Whether a unit may be a point of a summary: a field of a record is none."""
    kind = passage.units[at].kind
    if _PRESENT.match(passage.texts[at]):
        return False
    return kind in ("sentence", "item", "row") or (
        kind == "line" and not is_field(passage.texts[at]) and not passage.is_record(at)
    )


def _says_something(text: str) -> bool:
    """Whether a text has some words, or a figure with its name: "Dues: 25"."""
    words = text.split()
    return len(words) >= FEWEST_WORDS or (len(words) > 1 and any(map(str.isdigit, text)))


def _resolutions(passage: PassageView, section: Sequence[int], first: int) -> list[int]:
    """The first decision of a section and what follows in its paragraph, which are decisions too."""
    block = passage.units[first].block
    return [at for at in section if at >= first and passage.units[at].block == block][:MOST_RESOLUTIONS]


def _within(units: Sequence[Unit], most: int) -> list[Unit]:
    kept: list[Unit] = []
    for unit in units:
        if sum(other.end - other.start for other in kept) + unit.end - unit.start <= most:
            kept.append(unit)
    return kept
