"""Answers questions about a whole document (its subject, points or decisions) with its own sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.whole_documents.summary_points import (
    DECISION,
    FEWEST_WORDS,
    MOST_POINT_CHARS,
    points_of,
)
from bookwheel.engine.text.document_questions import TASK_HEADING
from bookwheel.engine.text.exact_things import day_of_document, days_in, is_of_month
from bookwheel.engine.text.passage_units import Unit, is_field
from bookwheel.engine.text.question_terms import content_terms, light_terms, terms
from bookwheel.lazy_regex import lazy_regex

MOST_ABOUT_CHARS = 420
MOST_WHOLE_CHARS = 200
MOST_FIRST_ITEMS = 3
LONGEST_TITLE, MOST_DAYS = 100, 2
# How far into a document its author is named, and how many words a title has that names it in a question.
MOST_TO_AUTHOR, SHORTEST_TITLE, TITLE_IN_QUESTION = 600, 2, 1.0
FEWEST_TITLES, MOST_TITLES, MOST_ABOVE_TITLE = 2, 8, 8

_OVERVIEW_FILE = lazy_regex(
    r"(?i)^(?:\W*(?:0{1,2}[-_ ]+)?(?:read[-_ ]?me|index|about|overview|start(?:[-_ ]?here)?|contents|welcome|willkommen"
    r"|bienvenue?|bienvenid[oa]s?|benvenut[oi]|bem[-_ ]?vind[oa]s?|welkom|lies[-_ ]?mich|lisez[-_ ]?moi|l[eé]e[-_ ]?me"
    r"|leggi[-_ ]?mi|leia[-_ ]?me|lees[-_ ]?mij|inhalt|sommaire|introduction|intro)(?![^\W_])|0{1,2}[-_ ])"
)
_FINDING_HEADING = lazy_regex(
    r"(?i)\b(?:results?|findings?|conclusions?|summary|recommendations?|proposals?|outcomes?|lessons|what came out"
    r"|advice|suggestions?|(?:what|which) (?:i|we) (?:found|find|propose|recommend|conclude|learnt|learned|suggest)"
    r"|ergebnis\w*|fazit|schluss\w*"
    r"|empfehlung\w*|résultats?|conclusion\w*|recommandations?"
    r"|resultados?|conclusi\w+|recomendaci\w+|risultat\w+|raccomandazion\w+|resultaten|conclusies?|aanbeveling\w*)\b"
)
_ABSTRACT = lazy_regex(
    r"(?i)^\W*(?:abstract|(?:executive )?summary|zusammenfassung|kurzfassung|résumé|resumen|riassunto|sommario|resumo"
    r"|samenvatting)\W*$"
)
# "What does the paper recommend?" asks for the section of that name, not for the results.
_ASKS_FOR_ADVICE = lazy_regex(
    r"(?i)\b(?:recomm?[ea]nd\w*|advi[sc]es?|suggest\w*|propos\w+|empf[ieo]hl\w*|rät|aconsej\w+|conseill\w+"
    r"|consigli\w+)\b"
)
_ADVICE_HEADING = lazy_regex(
    r"(?i)\b(?:recommendations?|advice|proposals?|suggestions?|(?:what|which) (?:i|we) (?:recommend|propose|suggest"
    r"|advise)"
    r"|empfehlung\w*|vorschl\w+|recommandations?|propositions?|recomendaci\w+|raccomandazion\w+|aanbeveling\w*)\b"
)
_DOCSTRING = lazy_regex(
    r"\s*(?:#!.*\n|# -\*-.*\n)*\s*(?:[rR]?(?:\"\"\"|''\')\s*(?P<doc>\S(?:.|\n)*?)\s*(?:\"\"\"|''\')"
    r"|/\*+\s*(?P<block>\S(?:.|\n)*?)\s*\*/|(?P<lines>(?:(?:#|//|--|;;)[^\n]*\n)+))"
)
_YEAR = lazy_regex(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_BY = lazy_regex(
    r"\b(?:[Bb]y|[Vv]on|[Pp]ar|[Pp]or|[Dd]i|[Dd]oor|(?:[Aa]uthor|[Aa]utor(?:in)?|[Aa]uteur|[Aa]utore|[Aa]utora):?)"
    r" ((?:[^\W\d_a-zß-ÿ][\w.'’-]*,? ?){1,4})"
)
_WITH_COMMENTS = tuple(".py .sh .rb .pl .r .js .ts .c .h .cpp .java .go .rs .sql .lua".split())
_RECOMMENDS = lazy_regex(r"(?i)\brecomm?\w+|\bempf[eo]hl\w*|\brecom\w+|\bshould\b|\bpropos\w+|\bsuggest\w*|\badvis\w+")
_A_YEAR = lazy_regex(r"(?<![\d.,-])(?:1[5-9]|20)\d\d(?![\d,]|\.\d)")
_MAIL = frozenset(terms("mail email"))
_LETTER = _MAIL | frozenset(terms("letter message brief nachricht lettre courriel carta correo"))
_FRAME = frozenset(
    terms(
        "folder drive document documents file files book notebook report minutes notes paper papers article "
        "page text letter notice mail email message circular memo say story advice give summary summarise summarize"
        " overview main points results findings about content decided decision agreed meeting recommend "
        "conclude advise suggest propose task action to-do todo list put ordner dokument bericht protokoll buch"
        " zusammenfassung livre document rapport résumé libro documento informe resumen riassunto"
    )
)


def document_quotes(asked: AskedQuestion, passages: Sequence[PassageView]) -> list[Quote]:
    """The sentences that summarise the document of the question; empty when no passage is from that document."""
    if asked.is_of_folder and len({passage.document for passage in passages}) > 1:
        return _of_folder(passages)
    if asked.is_of_folder:
        of_document = _in_text_order(passages)
        # A table or a program has no sentences: its first rows or lines say what it is.
        return _of_one(asked, of_document) or _beginning(of_document)
    return _of_one(asked, _document_of(asked, passages))


def _of_one(asked: AskedQuestion, of_document: Sequence[PassageView]) -> list[Quote]:
    """What is asked of one document, whose passages are in text order."""
    if not of_document:
        return []
    if asked.is_about:
        return _about(of_document)
    if asked.asks_for_tasks:
        return _tasks(of_document)
    if asked.topic:
        return _on_topic(asked.topic, of_document)
    if not asked.asks_for_decisions and (whole := _abstract(of_document) or _whole(of_document)):
        return whole
    if _ASKS_FOR_ADVICE.search(asked.text) and (found := _under(_ADVICE_HEADING, of_document)):
        return found
    if asked.asks_for_findings and (found := _findings(of_document)):
        return found
    points = _points(of_document, only_decisions=asked.asks_for_decisions)
    if not points and asked.asks_for_decisions:
        texts = [passage for passage in of_document if all(unit.kind != "row" for unit in passage.units)]
        points = _points(texts, only_decisions=False)
    return points or _about(of_document)


def _beginning(passages: Sequence[PassageView]) -> list[Quote]:
    units = [unit for unit in passages[0].units if unit.kind not in ("front", "rule", "header")] if passages else []
    kept = _within(units, MOST_ABOUT_CHARS)
    return [Quote(passages[0].node, tuple(kept), 1.0)] if kept else []


def _of_folder(passages: Sequence[PassageView]) -> list[Quote]:
    of_folder = [p for p in passages if _OVERVIEW_FILE.match(p.file_name) or _OVERVIEW_FILE.match(p.title)]
    # The overview nearest to the top is of all of the folder, and its first passage says what it is.
    of_folder.sort(key=lambda passage: (_depth(passage), passage.node.node.start_char_idx or 0))
    return _about(of_folder[:1]) if of_folder else _titles(passages)


def _in_text_order(passages: Iterable[PassageView]) -> list[PassageView]:
    return sorted(passages, key=lambda passage: passage.node.node.start_char_idx or 0)


def _titles(passages: Sequence[PassageView]) -> list[Quote]:
    """The titles, or the first texts, of the documents among the passages: a folder may have no overview."""
    found: dict[str, Quote] = {}
    for passage in passages:
        if passage.units and not passage.node.node.start_char_idx:
            quotable = [unit for unit in passage.units if unit.kind not in ("front", "rule", "header")]
            # Fields of front matter may stand above the heading.
            headings = [unit for unit in quotable[:MOST_ABOVE_TITLE] if unit.kind == "heading"]
            for first in (headings or quotable)[:1]:
                found.setdefault(passage.document, Quote(passage.node, (first,), 1.0))
    return list(found.values())[:MOST_TITLES] if len(found) >= FEWEST_TITLES else []


def _tasks(passages: Sequence[PassageView]) -> list[Quote]:
    """The list or table under the heading for tasks."""
    for passage in passages:
        listed = [at for at, unit in enumerate(passage.units) if unit.kind in ("item", "row")]
        tasks = [at for at in listed if TASK_HEADING.search(passage.above(passage.run_of(at)[0]))]
        if tasks:
            return [Quote(passage.node, tuple(passage.units[at] for at in passage.run_of(tasks[0])), 1.0)]
    return []


def _depth(passage: PassageView) -> int:
    return (passage.node.node.path or "").replace("\\", "/").count("/")


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
    is_decision = DECISION.search(passage.texts[at]) is not None
    return is_decision and topic <= passage.own(at) | (passage.heading_terms(at) - passage.title_terms)


def _document_of(asked: AskedQuestion, passages: Sequence[PassageView]) -> list[PassageView]:
    """The passages, in text order, of the document whose title, date and name fit best."""
    wanted = frozenset(content_terms(asked.completed)) - _FRAME
    kinds = frozenset(content_terms(asked.completed)) & _FRAME
    dated = frozenset(term for thing in asked.things for term in terms(thing.text))
    wanted -= dated | light_terms(asked.completed.split())
    months = [day[1] for day in days_in(asked.text) if not day[2]]
    best: tuple[float, list[PassageView]] = (0.0, [])
    for found in _by_document(asked, passages):
        first = found[0]
        names, head = _names_of(first), _head_of(first)
        if asked.named.years and (years := frozenset(_YEAR.findall(head))) and years.isdisjoint(asked.named.years):
            continue
        if months and (day := day_of_document(*names, *first.texts[:1])) is not None and day[1] not in months:
            continue
        if not all(thing.is_in(head) and not is_of_month(thing, head) for thing in asked.things):
            continue
        if asked.named.years and asked.named.years.isdisjoint(terms(head)) and _A_YEAR.search(head):
            # The minutes of 2024 do not say what was decided in 2023.
            continue
        named = _share(
            wanted,
            first.title_terms | first.terms_of(first.heading) | first.terms_of(first.title) | _author_terms(first),
        )
        if first.is_mail or not (first.title or first.heading):
            # A mail, or a letter without a title, says in its first lines whose it is.
            named = max(named, _share(wanted, first.terms_of(first.node.node.text[:400])))
        inside = _share(
            wanted, frozenset[str]().union(*(passage.own(at) for passage in found for at in range(len(passage.units))))
        )
        if wanted and not named and not inside and all(thing.kind == "date" for thing in asked.things):
            # A letter of the day of a meeting does not say what the meeting decided.
            continue
        if asked.asks_for_decisions and first.is_mail and _LETTER.isdisjoint(content_terms(asked.completed)):
            continue
        # "What does the report recommend?" where one document is called a report.
        is_of_kind = not wanted and not first.title_terms.isdisjoint(kinds)
        score = named + 0.4 * inside + (1.0 if asked.things or is_of_kind else 0.0)
        score += TITLE_IN_QUESTION * _is_titled_in(asked.completed, first)
        # "The inspection report on Ada Rook" has her name in its text.
        is_of_kind |= bool(named) and inside == 1.0 and not first.title_terms.isdisjoint(kinds)
        if (
            (named >= 0.5 or asked.things or not wanted or is_of_kind)
            and (not wanted or named + inside >= 0.6 or asked.things)
            and score > best[0]
        ):
            best = (score, found)
    return best[1]


def _by_document(asked: AskedQuestion, passages: Sequence[PassageView]) -> list[list[PassageView]]:
    """The passages of each document, in text order; of mails alone where a mail is asked for."""
    # "What is field-notes.rst about?": other papers name the file too.
    files = frozenset(thing.text.casefold() for thing in asked.things if thing.kind == "file")
    passages = [passage for passage in passages if passage.file_name.casefold() in files] or passages
    asks_for_mail = not _MAIL.isdisjoint(content_terms(asked.text)) and any(passage.is_mail for passage in passages)
    found: dict[str, list[PassageView]] = {}
    for passage in passages:
        if passage.is_mail or not asks_for_mail:
            found.setdefault(passage.document, []).append(passage)
    return [_in_text_order(each) for each in found.values()]


def _author_terms(first: PassageView) -> frozenset[str]:
    """The terms of the names of its author: "What is the book by Ada Rook about?"."""
    author = first.node.node.metadata.get("author")
    said = (match[1] for match in _BY.finditer(first.node.node.text[:MOST_TO_AUTHOR]))
    return frozenset(terms(" ".join((author if isinstance(author, str) else "", *said))))


def _is_titled_in(question: str, first: PassageView) -> bool:
    """Whether the question holds the whole title, which a text without one may hold too."""
    words = terms(first.title)
    return len(words) >= SHORTEST_TITLE and f" {' '.join(words)} " in f" {' '.join(terms(question))} "


def _names_of(first: PassageView) -> tuple[str, ...]:
    return first.title, first.file_name, first.date, first.heading


def _head_of(first: PassageView) -> str:
    """What names a document: its title, file and date, its first unit, and first lines that may have its date."""
    names = _names_of(first)
    head = "\n".join((*names, *first.texts[:1]))
    day = day_of_document(*names, *(text[:LONGEST_TITLE] for text in first.texts[:1]))
    start = first.node.node.text[:400]
    if day is not None and not day[2]:
        # "minutes-2026-05.txt" names its day below the title.
        head += "\n".join(("", *[line for line in start.splitlines() if line.strip()][:2]))
    if day is None or first.is_mail:
        # Minutes that are dated have that date alone; others may have it in their first lines. A log has many days.
        head += start if len(frozenset(days_in(start))) <= MOST_DAYS else ""
    return head


def _share(wanted: frozenset[str], there: frozenset[str]) -> float:
    return len(wanted & there) / len(wanted) if wanted else 0.0


def _about(passages: Sequence[PassageView]) -> list[Quote]:
    """The first sentences of a document's text; of code what it says of itself at its beginning."""
    if passages and (described := _described(passages[0])):
        return described
    for passage in passages:
        chosen = [unit for unit in passage.units[:1] if unit.kind == "heading" or _is_title_line(passage)]
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


def _described(passage: PassageView) -> list[Quote]:
    """The docstring or comment at the beginning of a file of code."""
    # In Markdown "#" is a heading.
    has_comments = passage.file_name.lower().endswith(_WITH_COMMENTS)
    is_code = has_comments or any(unit.kind == "code" for unit in passage.units)
    is_first = is_code and not passage.node.node.start_char_idx
    match = _DOCSTRING.match(passage.node.node.text) if is_first else None
    named = ("doc", "block", "lines") if has_comments else ("doc", "block")
    group = match and next((name for name in named if match[name]), None)
    if match is None or not group or match.end(group) - match.start(group) > MOST_POINT_CHARS:
        return []
    return [Quote(passage.node, (Unit("sentence", *match.span(group), 0),), 1.0)]


def _is_title_line(passage: PassageView) -> bool:
    """Whether a passage begins with the title of its document: a short line alone, such as "Order 7: Repairs"."""
    is_alone = passage.units[0].kind == "line" and len(passage.run_of(0)) == 1 < len(passage.units)
    return is_alone and not passage.node.node.start_char_idx and len(passage.texts[0]) <= LONGEST_TITLE


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
    """The results section, and sentences with recommendations; without such a section the points say what came out."""
    has_section = any(
        _FINDING_HEADING.search(f"{unit.lead}\n{unit.heading or passage.heading}")
        for passage in passages
        for unit in passage.units
    )
    return _under(_FINDING_HEADING, passages) if has_section else []


def _abstract(passages: Sequence[PassageView]) -> list[Quote]:
    """The abstract that a paper has of itself, as far as it is short enough."""
    for passage in passages:
        chosen = [unit for unit in passage.units if unit.kind in ("sentence", "line") and _ABSTRACT.match(unit.heading)]
        if kept := _within(chosen, MOST_POINT_CHARS):
            return [Quote(passage.node, tuple(kept), 1.0)]
    return []


def _under(heading: re.Pattern[str], passages: Sequence[PassageView]) -> list[Quote]:
    """What stands under a heading, and sentences with recommendations."""
    found: list[Quote] = []
    for passage in passages:
        chosen = [
            unit
            for at, unit in enumerate(passage.units)
            if unit.kind in ("sentence", "item", "line", "row")
            and (
                heading.search(f"{unit.lead}\n{unit.heading or passage.heading}")
                or _RECOMMENDS.search(passage.texts[at])
            )
        ]
        if kept := _within(chosen, MOST_POINT_CHARS):
            found.append(Quote(passage.node, tuple(kept), 1.0))
    return found[:2]


def _points(passages: Sequence[PassageView], *, only_decisions: bool) -> list[Quote]:
    found = points_of(passages, only_decisions=only_decisions)
    return [Quote(passage.node, tuple(chosen), 1.0) for passage, chosen in found]


def _within(units: Sequence[Unit], most: int) -> list[Unit]:
    kept: list[Unit] = []
    for unit in units:
        if sum(other.end - other.start for other in kept) + unit.end - unit.start <= most:
            kept.append(unit)
    return kept
