"""The candidates that are whole lists and short sections, for how-to questions and questions for a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.on_and_off import OFF_WORDS, ON_WORDS, is_of_same_way
from bookwheel.engine.llms.extractive.quotable.candidates import (
    MAX_LIST_CHARS,
    MAX_STEPS_CHARS,
    Candidate,
    lead_of,
    lists_of,
    sections_of,
)
from bookwheel.engine.llms.extractive.quotable.heading_fit import (
    is_task_of,
    is_under_asked,
    needs_of,
    says_heading,
)
from bookwheel.engine.llms.extractive.quotable.passage_view import PassageView
from bookwheel.engine.llms.extractive.quotable.release_sections import cost_of_place
from bookwheel.engine.text.document_questions import TASK_HEADING
from bookwheel.engine.text.question_terms import content_terms
from bookwheel.lazy_regex import lazy_regex

# For the list under "To do" in minutes whose decisions are a list too.
TASKS_BONUS = HEADING_BONUS = 0.5
STEPS_BONUS = 0.4
FEWEST_STEPS = 3
NUMBERED = lazy_regex(r"\s*(?:\(?\d|#\.)")
_CLAUSE = lazy_regex(
    r"\s*(?:\(?\d{1,2}[.)]|§+ ?\d{1,3}[a-z]?\.?)\s+(?:\*\*)?[^.:\n]{2,40}[.:](?:\*\*)?\s+\S+\s+\S+\s+\S"
)
_ALL_OF = lazy_regex(
    r"(?i)\b(?:list|all|rules|points|items|clauses|conditions|terms|regeln|bedingungen|alle|règles|toutes|reglas|todas"
    r"|regole|tutte|regras|regels)\b"
)


def group_candidates(
    asked: AskedQuestion, weights: Mapping[str, float], passage: PassageView, introduced: frozenset[str] = frozenset()
) -> Iterator[Candidate]:
    """The lists of a passage, and for a how-to question its short sections; `weights` are those of the wanted terms.

    `introduced` are the terms of the first sentences of the document, which say what its steps do.
    """
    wanted = frozenset(weights)
    total = sum(weights.values()) or 1.0
    asks_for_any = asked.is_how_to or asked.is_list
    sections = [(run, False) for run in sections_of(passage) if _may_be_asked(asked, passage, run[0])]
    longest = MAX_STEPS_CHARS if asked.is_how_to else MAX_LIST_CHARS
    for group, is_list in [*((run, True) for run in lists_of(passage, longest)), *sections]:
        first = group[0]
        if passage.is_head_of_mail(first) and not asked.is_of_mail:
            continue
        if (
            not asks_for_any
            and not is_under_asked(asked, passage, first)
            and not (is_list and says_heading(asked, passage.heading_above(first)))
        ):
            continue
        own = wanted.intersection(term for at in group for term in passage.terms[at])
        lead = passage.lead_terms(first).union(*(passage.own(at) for at in lead_of(passage, first)))
        heading = passage.heading_terms(first)
        over = wanted & (heading | lead)
        of_paper = wanted & (passage.title_terms | introduced)
        are_steps = is_list and asked.is_how_to and _are_steps(asked, passage, group, of_paper, own | over)
        over |= of_paper if are_steps else frozenset[str]()
        if is_list and not asked.is_how_to and _are_clauses(asked, passage, group):
            continue
        if not over or not (over | passage.title_terms & wanted) - asked.light:
            continue
        is_named = bool(asked.category) and asked.category <= heading - passage.title_terms
        if not is_named and _is_in_one(asked, wanted, passage, group, over):
            continue
        seen: frozenset[str] = frozenset()
        covered = 0.0
        # Of a list under its own heading the rest of its page counts too: "For all who stay in the hut."
        above = passage.heading_above(first)
        fits = says_heading(asked, above) or is_task_of(asked, above) or is_under_asked(asked, passage, first)
        fits |= asked.is_how_to and _is_of_way(asked, above, passage.title_terms | introduced | own)
        page = frozenset[str]().union(*map(frozenset, passage.terms)) if fits else frozenset[str]()
        needs = needs_of(asked) & wanted if fits else frozenset[str]()
        layers = ((0.95, heading), (0.9, lead), (0.7, own | needs), (0.6, passage.title_terms), (0.5, page))
        layers = (*layers, (0.6, of_paper)) if are_steps else layers
        for share, there in layers:
            fresh = (there & wanted) - seen
            covered += share * sum(weights[term] for term in fresh)
            seen |= fresh
        units = [*lead_of(passage, first, quoted=True), *group]
        score = (
            covered / total
            + _bonus(asked, passage, first, is_list=is_list, fits=fits)
            + STEPS_BONUS * are_steps
            - cost_of_place(asked, passage, first)
        )
        yield Candidate(passage, first, units, seen, own, score)


def _is_of_way(asked: AskedQuestion, heading: str, there: frozenset[str]) -> bool:
    """Whether a section says how to switch on or off what its paper is about, as it is asked for."""
    things = frozenset(asked.terms) - asked.light - OFF_WORDS() - ON_WORDS()
    return bool(things) and things <= there and is_of_same_way(asked.text, heading)


def _may_be_asked(asked: AskedQuestion, passage: PassageView, first: int) -> bool:
    """Whether a section is of a how-to, or has the name of what is asked for: "Tools" of "Which tools do I need?"."""
    if not asked.is_list or asked.is_how_to:
        return asked.is_how_to and not passage.is_mail
    named = frozenset(content_terms(passage.heading_above(first)))
    return bool(named) and named <= asked.category | needs_of(asked)


def _bonus(asked: AskedQuestion, passage: PassageView, first: int, *, is_list: bool, fits: bool) -> float:
    bonus = 0.3 if is_list else 0.2
    if asked.is_how_to and is_list and not NUMBERED.match(passage.texts[first]):
        bonus = 0.1
    if fits:
        bonus += HEADING_BONUS
    is_of_tasks = asked.asks_for_tasks and TASK_HEADING.search(passage.above(first)) is not None
    return bonus + (TASKS_BONUS if is_of_tasks else 0.0)


def _are_steps(
    asked: AskedQuestion, passage: PassageView, group: Sequence[int], of_paper: frozenset[str], own: frozenset[str]
) -> bool:
    """Whether numbered items are the steps of what a paper is about: its title or first sentences have the question.

    "This sheet says how the pump is oiled", then "1. Switch it off." under "Steps".
    """
    matter = frozenset(asked.terms) - asked.light
    # A step of several sentences is an item and what follows it.
    items = [at for at in group if passage.units[at].kind == "item"]
    is_list = passage.units[group[0]].kind == "item" and len(items) >= FEWEST_STEPS
    is_numbered = is_list and all(NUMBERED.match(passage.texts[at]) for at in items)
    return is_numbered and bool(matter & of_paper) and matter <= own | of_paper


def _are_clauses(asked: AskedQuestion, passage: PassageView, group: Sequence[int]) -> bool:
    """Whether a list is of rules with labels, one of which answers: "4. Cancellation. Who cancels later pays half."."""
    labelled = sum(_CLAUSE.match(passage.texts[at]) is not None for at in group)
    is_of_one = not asked.asks_for_tasks and _ALL_OF.search(asked.text) is None
    return is_of_one and labelled >= FEWEST_STEPS and 3 * labelled >= 2 * len(group)


def _is_in_one(
    asked: AskedQuestion, wanted: frozenset[str], passage: PassageView, group: Sequence[int], over: frozenset[str]
) -> bool:
    """Whether one item has the words of a question that the line above the list lacks."""
    matter = wanted - asked.light
    return not (asked.is_how_to or matter <= over | passage.title_terms) and any(
        matter <= over | passage.own(at) for at in group
    )
