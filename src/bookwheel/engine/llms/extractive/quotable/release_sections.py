"""Finds the release that a unit of a changelog belongs to: the version or day in the heading above it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bookwheel.engine.llms.extractive.asked.asked_question import AskedQuestion
from bookwheel.engine.llms.extractive.asked.release_headings import (
    RELEASING,
    asks_for_changes,
    is_heading_of_others,
    is_release_heading,
    plain_heading,
)
from bookwheel.engine.llms.extractive.quotable.candidates import MAX_LIST_CHARS, Candidate
from bookwheel.engine.llms.extractive.quotable.passage_view import BETWEEN_HEADINGS, PassageView
from bookwheel.engine.text.asked_values import has_value

# Against each passage that the search found later, and against what once changed, where nobody asks what changed.
BY_RANK, OF_RELEASE = 0.02, 0.3
# For the whole section of the release that is asked for, against single items of it.
SECTION_BONUS = 0.6


def heading_of_release(passage: PassageView, at: int) -> int | None:
    """The index of the heading that names the release of a unit; None where none is in the passage."""
    around = passage.units[at].heading
    for above in range(at - 1, -1, -1):
        if passage.units[above].kind != "heading" or not is_release_heading(passage.texts[above]):
            continue
        return above if plain_heading(passage.texts[above]) in around else None
    return None


def release_above(passage: PassageView, at: int) -> str:
    """The heading that names the release of a unit and stands in an earlier passage; "" where there is none."""
    if heading_of_release(passage, at) is not None:
        return ""
    path = passage.heading_over(at).split(BETWEEN_HEADINGS)
    return next((plain_heading(part) for part in reversed(path) if is_release_heading(part)), "")


def cost_of_place(asked: AskedQuestion, passage: PassageView, at: int) -> float:
    """What counts against a unit for where it stands: in a passage found late, or among the changes of a release."""
    is_of_releases = (
        (asked.value is not None and asked.value.kind in ("version", "date"))
        or asks_for_changes(asked.text)
        or any(thing.is_number for thing in asked.things)
        or not RELEASING().isdisjoint(asked.terms)
    )
    return BY_RANK * passage.rank + (OF_RELEASE if not is_of_releases and is_in_release(passage, at) else 0.0)


def is_in_release(passage: PassageView, at: int) -> bool:
    """Whether a unit is among the changes of a release."""
    own = heading_of_release(passage, at) is not None
    return own or any(map(is_release_heading, passage.heading_over(at).split(BETWEEN_HEADINGS)))


def needs_release(asked: AskedQuestion, passage: PassageView, at: int) -> bool:
    """Whether the heading of the release is part of the answer: it says in which version, or when."""
    if asked.value is None or passage.units[at].kind in ("heading", "row", "header", "code"):
        return False
    if asked.value.kind == "version":
        return True
    return asked.asks_when_it_came and not has_value(asked.value, asked.completed, passage.texts[at])


def name_product_of_releases(asked: AskedQuestion, passages: Sequence[PassageView]) -> None:
    """Count a name of the question as one of a changelog's title where another passage of the changelog has it.

    Only the beginning of a changelog names the program; the passages below speak of no other.
    """
    for passage in passages if asked.named.terms else ():
        if any(map(is_release_heading, (*passage.heading.split(BETWEEN_HEADINGS), *passage.headings))):
            beside = (other.vocabulary for other in passages if other.document == passage.document)
            passage.title_terms |= asked.named.terms & frozenset[str]().union(*beside)


def release_candidates(asked: AskedQuestion, weights: Mapping[str, float], passage: PassageView) -> Iterator[Candidate]:
    """For "What is new in 2.3?", the part of a passage that is about that release; `weights` as elsewhere."""
    wanted = frozenset(weights)
    for first, run in _sections(passage):
        named = passage.texts[first] if first is not None else release_above(passage, run[0])
        if not named or not all(thing.is_in(named) for thing in asked.things):
            continue
        kept = [
            at
            for at in run
            if not is_heading_of_others(asked.text, f"{passage.units[at].heading} {passage.heading}"[-200:])
        ]
        group = [first, *kept] if first is not None else kept
        items = [at for at in kept if passage.units[at].kind != "heading"]
        if not items or passage.units[kept[-1]].end - passage.units[kept[0]].start > MAX_LIST_CHARS:
            continue
        own = wanted.intersection(term for at in group for term in passage.terms[at]) | (asked.thing_terms & wanted)
        yield Candidate(passage, items[0], group, own, own, 1.0 + SECTION_BONUS - 0.02 * passage.rank)


def _sections(passage: PassageView) -> Iterator[tuple[int | None, list[int]]]:
    """The units of each release in a passage, with the index of its heading; None where that is in an earlier one."""
    heading: int | None = None
    run: list[int] = []
    for at, unit in enumerate(passage.units):
        if unit.kind == "heading" and is_release_heading(passage.texts[at]):
            if run:
                yield heading, run
            heading, run = at, []
        elif unit.kind != "rule":
            run.append(at)
    if run:
        yield heading, run
