"""Answers "What are the sections of the handbook?" with the headings of the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.locations import SECTIONS
from bookwheel.engine.text.passage_units import Unit
from bookwheel.engine.text.question_terms import content_terms, lazy_terms, terms
from bookwheel.lazy_regex import lazy_regex

FEWEST_HEADINGS, FEWEST_TITLED, FEWEST_WORDS = 2, 3, 4
# "What are the values of the company?"; what the title need not name.
_ASKS_FOR_ALL = lazy_regex(
    r"(?i)^\W*(?:what are|which are|was sind|welche sind|quels? sont|quelles sont|cuáles son|quali sono)"
    r" (?:the |our |your |my |unsere |die |les |nos |los |las |i |le |gli )?(?P<of>[^,;?]{3,40}s?)\W*$"
)
_US = lazy_terms(
    "company firm club society association team house core main firma verein gesellschaft entreprise empresa"
)
# The kinds of documents, which their titles need not repeat.
_KINDS = lazy_terms(
    "document documents file text book handbook manual guide report paper article page notes contract agreement lease"
    " policy thesis letter minutes this my here"
    " dokument datei buch handbuch anleitung leitfaden bericht artikel seite vertrag richtlinie"
    " livre manuel guide rapport contrat libro manual guía informe contrato libro manuale guida rapporto contratto"
)
_MARKS = lazy_regex(r"\s*(?P<marks>#{1,6}|={1,6}|\*{1,6}) ")
_NUMBER = lazy_regex(r"\s*(?:§ ?|[^\W\d_]+ )?(?P<number>\d{1,3}(?:\.\d{1,3})*)[.):]?\s")


def outline_quotes(of: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The headings of one level in the document that is named, or that is the only one; empty where it has none."""
    ordered = sorted(passages, key=lambda passage: passage.node.node.start_char_idx or 0)
    of_document = [passage for passage in ordered if passage.document == _named(of, passages)]
    found = [(passage, list(_sections(passage))) for passage in of_document]
    if not any(sections for _, sections in found):
        found = _by_marks(of_document)
    quotes = [Quote(passage.node, tuple(sections), 1.0) for passage, sections in found if sections]
    return quotes if sum(len(quote.units) for quote in quotes) >= FEWEST_HEADINGS else []


def titled_outline(question: str, passages: Sequence[PassageView]) -> list[Quote]:
    """The headings of the document that is named for what is asked: "Our core values" of "What are our values?"."""
    match = _ASKS_FOR_ALL.match(question)
    wanted = frozenset(content_terms(match["of"])) if match is not None else frozenset[str]()
    if not wanted:
        return []
    documents = {passage.document: content_terms(passage.title) for passage in passages if passage.title}
    named = [
        one for one, title in documents.items() if title[-1:] and title[-1] in wanted and wanted <= {*title, *_US()}
    ]
    if len(named) != 1:
        return []
    of_document = [passage for passage in passages if passage.document == named[0]]
    ordered = sorted(of_document, key=lambda passage: passage.node.node.start_char_idx or 0)
    found = [(passage, units) for passage, units in _by_marks(ordered) if units]
    headings = [passage.node.node.text[unit.start : unit.end] for passage, units in found for unit in units]
    # "Treat others well" is a value; "Quiet hours" is no rule.
    say_something = 2 * sum(len(heading.split()) >= FEWEST_WORDS for heading in headings) >= len(headings)
    are_all = len(headings) >= FEWEST_TITLED and say_something
    return [Quote(passage.node, tuple(units), 1.0) for passage, units in found] if are_all else []


def _sections(passage: PassageView) -> Iterator[Unit]:
    """The titles that the search noted, each as a line of its own."""
    places = passage.node.node.metadata.get(SECTIONS)
    for place in places if isinstance(places, list) else ():
        match place:
            case [int(start), int(end)]:
                yield Unit("line", start, end, 0)
            case _:
                return


def _by_marks(passages: Sequence[PassageView]) -> list[tuple[PassageView, list[Unit]]]:
    """The headings of the outermost level that has several, as they are marked in the text."""
    headings = [
        (passage, at) for passage in passages for at, unit in enumerate(passage.units) if unit.kind == "heading"
    ]
    levels = Counter(_level(passage, at) for passage, at in headings)
    level = min((each for each, count in levels.items() if count >= FEWEST_HEADINGS), default=None)
    return [
        (passage, [passage.units[at] for one, at in headings if one is passage and _level(passage, at) == level])
        for passage in passages
    ]


def _named(of: str, passages: Sequence[PassageView]) -> str:
    """The document whose title or file name has the words; the only one where they say what kind it is; else ""."""
    wanted = frozenset(content_terms(of)) - _KINDS()
    documents = dict.fromkeys(passage.document for passage in passages)
    if not wanted and len(documents) == 1:
        return next(iter(documents))
    all_words = frozenset(content_terms(of))
    for passage in passages:
        names = frozenset(terms(f"{passage.title} {passage.file_name.replace('-', ' ').replace('_', ' ')}"))
        names |= frozenset(terms(passage.texts[0])) if not passage.node.node.start_char_idx else frozenset()
        if all_words and 2 * len(all_words & names) >= len(all_words) and wanted <= names | _KINDS():
            return passage.document
    return ""


def _level(passage: PassageView, at: int) -> int:
    """1 for the title alone at the beginning, then by the marks or the number of the heading."""
    text = passage.texts[at]
    if (marks := _MARKS.match(text)) is not None:
        return len(marks["marks"])
    is_title = at == 0 and not passage.node.node.start_char_idx
    if is_title and (not passage.title or text.strip().casefold() == passage.title.strip().casefold()):
        return 1
    number = _NUMBER.match(text)
    return 2 + (number["number"].count(".") if number is not None else 0)
