"""Makes the answer of the embedded model: quotations for each part of the question, or what was not found."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bookwheel.engine.llms.extractive.asked.answered_subjects import (
    ENOUGH_ALONE,
    stands_for_category,
    stands_for_earlier,
    subjects_of,
)
from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.polite_padding import without_padding
from bookwheel.engine.llms.extractive.asked.usual_spelling import as_usually_written
from bookwheel.engine.llms.extractive.asked.wanted_terms import WantedTerms
from bookwheel.engine.llms.extractive.chosen.quote_selection import Selector
from bookwheel.engine.llms.extractive.quotable.candidates import Quote
from bookwheel.engine.llms.extractive.quotable.noted_terms import note_terms
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView, views_of
from bookwheel.engine.llms.extractive.quote_rendering import render_quotes
from bookwheel.engine.llms.extractive.whole_documents.asked_texts import (
    is_of_code,
    mentions,
    named_text,
    of_document,
    only_mentions,
    part_of_text,
    within_clause,
)
from bookwheel.engine.schema import NumberedNode
from bookwheel.engine.text.exact_things import nearest_things
from bookwheel.engine.text.follow_ups import completed, may_stand_alone
from bookwheel.engine.text.names import named
from bookwheel.engine.text.question_kinds import asks_for_rows
from bookwheel.engine.text.question_terms import content_words, words_of_terms
from bookwheel.errors import BookwheelError
from bookwheel.lazy_dataclass import dataclass
from bookwheel.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from bookwheel.engine.llms.extractive.meaning import Closeness
    from bookwheel.engine.llms.extractive.table_rows.row_answers import RowAnswer

NOTHING_FITS = "Nothing in the passages found answers this question."
_IS_CONDITION = lazy_regex(r"(?i)(?:is|are|was|were|do|does|did)\b")
_HAS_FIGURE = lazy_regex(r"\d")
OWN_WORDS = "Quoted, not summarised:"


@dataclass(frozen=True, slots=True)
class QuotedAnswer:
    """The text, and whether any passage supports it."""

    text: str
    is_supported: bool


def quoted_answer(
    question: str, earlier: Sequence[str], nodes: Sequence[NumberedNode], closeness: Closeness | None = None
) -> QuotedAnswer:
    """The answer to a question after the questions `earlier`. With `closeness` it blocks."""
    question, *earlier = (
        as_usually_written(one, lambda: [node.node.text for node in nodes])
        for one in (without_padding(question), *earlier)
    )
    whole = AskedQuestion(question, completed(question, earlier))
    if (of_whole := _of_texts(whole, question, nodes)) is not None:
        return of_whole
    parts = whole.parts()
    if len(parts) > 1 and _IS_CONDITION.match(parts[1]) and (rows := _of_all_conditions(whole, nodes)):
        return QuotedAnswer(render_quotes(rows), is_supported=True)
    if len(parts) > 1 and (answer := _in_parts(parts, earlier, nodes, closeness)) is not None:
        return answer
    if whole.is_comparison and (answer := _of_both_sides(question, earlier, nodes, closeness)) is not None:
        return answer
    quotes = _quotes(whole, nodes, closeness)
    if quotes and not only_mentions(question, quotes):
        return QuotedAnswer(render_quotes(quotes), is_supported=True)
    both = whole.coordinated()
    if both and (answer := _in_parts(both, earlier, nodes, closeness, needs_all=True)) is not None:
        return answer
    if quotes := mentions(question, nodes, at_all=True):
        return QuotedAnswer(render_quotes(quotes), is_supported=True)
    return QuotedAnswer(_nothing(whole, nodes), is_supported=False)


def _of_both_sides(
    question: str, earlier: Sequence[str], nodes: Sequence[NumberedNode], closeness: Closeness | None
) -> QuotedAnswer | None:
    """What is said of each of the two things that are compared by a measure; None where it is not said of both."""
    # Imported late: few questions compare.
    from bookwheel.engine.llms.extractive.asked.compared_halves import halves_of_comparison

    halves = halves_of_comparison(question)
    return _in_parts(halves, earlier, nodes, closeness, needs_all=True) if halves else None


def _of_texts(whole: AskedQuestion, question: str, nodes: Sequence[NumberedNode]) -> QuotedAnswer | None:
    """The answer to a question for a part of a text, for where a thing is mentioned, or about a whole document."""
    of_part = part_of_text(question, nodes)
    # "What is this folder about?" asks for no setting "folder".
    if quotes := (
        of_part
        or ([] if whole.is_of_folder else named_text(question, nodes))
        or within_clause(question, nodes, lambda rest, part: _quotes(AskedQuestion(rest, rest), [part], None))
    ):
        return QuotedAnswer(render_quotes(quotes), is_supported=True)
    if (whole.is_about or whole.is_summary or whole.asks_for_tasks) and not is_of_code(whole, nodes):
        if of_part is not None:
            # Its number is in none of the passages: the beginning of the document is not an answer.
            return QuotedAnswer(_nothing(whole, nodes), is_supported=False)
        if quotes := of_document(whole, nodes):
            return QuotedAnswer(f"{OWN_WORDS}\n\n{render_quotes(quotes)}", is_supported=True)
    return None


def select_quotes(question: str, completed: str, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The quotations that answer the question, best first; none when nothing fits.

    `completed` is the question with words of earlier questions, which count too.
    """
    asked = AskedQuestion(question, completed)
    views = views_of(nodes)
    if not asked.terms or not views:
        return []
    return Selector(asked, views, note_terms(asked, views)).quotes()


def _of_all_conditions(asked: AskedQuestion, nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The rows for all conditions of "Which rooms are free and have a window?"."""
    views = views_of(nodes)
    if not asked.terms or not views:
        return []
    note_terms(asked, views)
    of_rows = _of_rows(asked, views)
    return of_rows.quotes if of_rows is not None else []


def _quotes(
    asked: AskedQuestion, nodes: Sequence[NumberedNode], closeness: Closeness | None, *, within: bool = True
) -> list[Quote]:
    """The quotations by the words of the question, else by other everyday words, else by meaning.

    With `within`, words for the surroundings may be left out: "at the desk" in the papers of the desk.
    """
    views = views_of(nodes)
    if not asked.terms or not views:
        return []
    wanted = note_terms(asked, views)
    selector = Selector(asked, views, wanted)
    by_words = selector.quotes()
    of_rows = _of_rows(asked, views)
    if of_rows is not None and not _is_said_in(by_words, of_rows.said_by):
        return of_rows.quotes
    if in_range := _of_ranges(asked, views):
        return in_range
    if of_rows is None and _is_of_any_row(asked, by_words):
        return []
    if by_words or (by_words := _of_cells(asked, views) or _of_topic(asked, views)):
        return _with_limit(asked, by_words, views)
    if (spelt := _spelt_as_there(asked, wanted, views)) is not None:
        return _quotes(spelt, nodes, closeness, within=within)
    weighed = dict(selector.weighed)
    if (in_other_words := _with_synonyms(asked, views)) is not None:
        if found := in_other_words.quotes():
            return found
        for unit, weight in in_other_words.weighed.items():
            weighed[unit] = max(weight, weighed.get(unit, weight))
    found = _within_surroundings(asked, views) if within else []
    return found or (_by_meaning(asked, nodes, wanted, weighed, closeness) if closeness is not None else [])


def _within_surroundings(asked: AskedQuestion, views: Sequence[PassageView]) -> list[Quote]:
    """The quotations without the words for the folder or the letter, from there."""
    # Imported late: most questions are answered with all their words.
    from bookwheel.engine.llms.extractive.whole_documents.named_surroundings import within_surroundings

    def ask(rest: AskedQuestion, place: Sequence[PassageView]) -> list[Quote]:
        return _quotes(rest, _scored_for(rest, [view.node for view in place]), None, within=False)

    return within_surroundings(asked, views, ask)


def _spelt_as_there(asked: AskedQuestion, wanted: WantedTerms, views: Sequence[PassageView]) -> AskedQuestion | None:
    """The question without its typing errors, which patterns do not look through; None where it has none."""
    words = frozenset[str]().union(*(view.words for view in views))
    spelt = wanted.spelt_as_there(asked.text, words)
    return AskedQuestion(spelt, wanted.spelt_as_there(asked.completed, words)) if spelt != asked.text else None


def _with_synonyms(asked: AskedQuestion, views: Sequence[PassageView]) -> Selector | None:
    """Weighs the units in other everyday words; None where the passages have no such words."""
    # Imported late: most questions are answered in their own words.
    from bookwheel.engine.text.thesaurus.related_words import RelatedWords

    related = RelatedWords(asked.completed)
    if not any(related.found_in(words_of_terms(view.node.node.text)) for view in views):
        return None
    wanted = note_terms(asked, views, related)
    # Imported late, as above.
    from bookwheel.engine.llms.extractive.quotable.synonym_scores import rescored

    return Selector(asked, rescored(views, wanted.terms), wanted, by_synonyms=True)


def _by_meaning(
    asked: AskedQuestion,
    nodes: Sequence[NumberedNode],
    wanted: WantedTerms,
    weighed: Mapping[tuple[int, int], float],
    closeness: Closeness,
) -> list[Quote]:
    """The quotations by meaning, also from passages that the search by words did not find."""
    from bookwheel.engine.llms.extractive.meaning import quotes_by_meaning

    for view in (views := [PassageView(node, rank) for rank, node in enumerate(nodes)]):
        view.look_for(wanted)
    try:
        return quotes_by_meaning(asked, views, closeness, weighed)
    except BookwheelError:
        # The search has already reported that the embedding model cannot be used.
        return []


def _with_limit(asked: AskedQuestion, quotes: list[Quote], views: Sequence[PassageView]) -> list[Quote]:
    if not asked.limits:
        return quotes
    # Imported late: few questions name a limit.
    from bookwheel.engine.llms.extractive.table_rows.limit_lines import with_limit

    return with_limit(asked, quotes, views)


def _of_rows(asked: AskedQuestion, views: Sequence[PassageView]) -> RowAnswer | None:
    if not asks_for_rows(asked.text) and not asked.is_comparison:
        return None
    # Imported late: five modules that most questions do without, a fifth of a bare interpreter.
    from bookwheel.engine.llms.extractive.table_rows.row_answers import row_answer

    return row_answer(asked, views)


def _is_of_any_row(asked: AskedQuestion, quotes: Sequence[Quote]) -> bool:
    """Whether rows are quoted for the greatest or least of a table whose columns could not be compared."""
    are_rows = bool(quotes) and all(unit.kind in ("row", "header") for quote in quotes for unit in quote.units)
    if not are_rows or asked.is_yes_no or not asks_for_rows(asked.text):
        return False
    # Imported late, as above.
    from bookwheel.engine.llms.extractive.table_rows.asked_rows import extreme_of

    extreme = extreme_of(asked.text)
    # "Highest point: Crow Hill" says it itself.
    return extreme is not None and not any(
        re.search(rf"(?i)\b(?:{extreme.pattern})", text) for quote in quotes for text in quote.texts
    )


def _of_cells(asked: AskedQuestion, views: Sequence[PassageView]) -> list[Quote]:
    if not any(unit.kind == "row" for view in views for unit in view.units):
        return []
    # Imported late, as above.
    from bookwheel.engine.llms.extractive.table_rows.named_cells import cell_quotes

    return cell_quotes(asked, views)


def _of_topic(asked: AskedQuestion, views: Sequence[PassageView]) -> list[Quote]:
    if asked.value is None:
        return []
    # Imported late, as above.
    from bookwheel.engine.llms.extractive.chosen.topic_sentences import topic_quotes

    return topic_quotes(asked, views)


def _of_ranges(asked: AskedQuestion, views: Sequence[PassageView]) -> list[Quote]:
    if not _HAS_FIGURE.search(asked.completed) or not any(unit.kind == "row" for view in views for unit in view.units):
        return []
    # Imported late, as above.
    from bookwheel.engine.llms.extractive.table_rows.ranges_in_cells import row_of_range

    return row_of_range(asked, views)


def _is_said_in(quotes: Sequence[Quote], said_by: re.Pattern[str]) -> bool:
    """Whether the first quotation says it itself: "120 routes", "the oldest engine"."""
    return bool(quotes) and said_by.search(" ".join(quotes[0].texts)) is not None


def _in_parts(
    parts: Sequence[str],
    earlier: Sequence[str],
    nodes: Sequence[NumberedNode],
    closeness: Closeness | None,
    *,
    needs_all: bool = False,
) -> QuotedAnswer | None:
    """Answers for all parts, with a line for the parts not found; None when none, or not all needed, was found."""
    known = list(earlier)
    found: list[list[Quote]] = []
    for at, part in enumerate(parts):
        before = (parts[at - 1], found[-1]) if found and stands_for_earlier(part) and not needs_all else None
        quotes = _of_same_row(parts[at - 1], part, found[-1], nodes) if at and before is None and not needs_all else []
        is_of_unknown = bool(found) and not found[-1] and stands_for_category(parts[at - 1], part)
        quotes = quotes or ([] if is_of_unknown else _of_part(part, known, before, nodes, closeness))
        known.append(part)
        found.append(quotes[:2])
    if not any(found) or (needs_all and not all(found)):
        return None
    missing = [part for part, quotes in zip(parts, found, strict=True) if not quotes]
    text = render_quotes([quote for quotes in found for quote in quotes])
    if missing:
        text += f"\n\nNot found among the passages: {' '.join(missing).rstrip('?').strip()}?"
    return QuotedAnswer(text, is_supported=True)


def _of_same_row(first: str, second: str, quotes: Sequence[Quote], nodes: Sequence[NumberedNode]) -> list[Quote]:
    """The row that answered the first part where it answers the second too: "and how many have we got in stock?"."""
    if len(quotes) != 1 or not any(unit.kind == "row" for unit in quotes[0].units) or named(second).groups:
        return []
    asked = AskedQuestion(second, f"{' '.join(content_words(first))} {second}")
    found = _quotes(asked, _scored_for(asked, nodes), None)
    rows = [quote for quote in found if quote.node is quotes[0].node and quote.units == quotes[0].units]
    return rows[:1]


def _of_part(
    part: str,
    known: Sequence[str],
    before: tuple[str, list[Quote]] | None,
    nodes: Sequence[NumberedNode],
    closeness: Closeness | None,
) -> list[Quote]:
    """The quotations for one part; `before` is the part that a pronoun in this one refers to, with its quotations."""

    def found_for(whole: str) -> list[Quote]:
        asked = AskedQuestion(part, whole)
        return _quotes(asked, _scored_for(asked, nodes), closeness)

    whole = completed(part, known)
    if before is not None:
        subjects = subjects_of(before[0], part, [text for quote in before[1] for text in quote.texts])
        for words in [*(f"{subject} {part}" for subject in subjects), whole]:
            if quotes := found_for(words):
                return quotes
    # "What does its service cost?" says enough by itself; "who painted it?" does not.
    alone = AskedQuestion(part, part)
    says_enough = len(alone.own_terms) >= ENOUGH_ALONE or bool(alone.things) or whole == part or may_stand_alone(part)
    quotes = found_for(part) if says_enough else []
    return quotes or (found_for(whole) if whole != part else [])


def _scored_for(asked: AskedQuestion, nodes: Sequence[NumberedNode]) -> list[NumberedNode]:
    """The passages with scores for one part of the question; the search scored them for all parts together."""
    wanted = WantedTerms(asked.terms, asked.text)
    there: list[frozenset[str]] = []
    for node in nodes:
        view = PassageView(node, 0)
        view.look_for(wanted)
        there.append(view.title_terms.union(*map(frozenset, view.terms)))
    counts = Counter(term for terms in there for term in terms)
    weights = {term: math.log1p(len(nodes) / (counts[term] or 1)) for term in wanted.terms}
    return [
        NumberedNode(
            node.number,
            node.node,
            node.score,
            None if node.word_score is None and node.score is None else sum(weights.get(term, 0.0) for term in terms),
        )
        for node, terms in zip(nodes, there, strict=True)
    ]


def _nothing(asked: AskedQuestion, nodes: Sequence[NumberedNode]) -> str:
    """Says that nothing fits; for a code, number or date that is not found, names the nearest ones."""
    scopes = ["\n".join((node.node.text, *_names(node))) for node in nodes]
    for thing in asked.things:
        if any(thing.is_in(scope) for scope in scopes):
            continue
        nearest = nearest_things(thing, scopes)
        if nearest:
            return f"Not found among the passages: {thing.text}. The nearest there: {', '.join(nearest)}."
        return f"Not found among the passages: {thing.text}."
    return NOTHING_FITS


def _names(node: NumberedNode) -> list[str]:
    values = (node.node.metadata.get(key) for key in ("title", "heading", "date", "file_name"))
    return [value for value in values if isinstance(value, str)]
