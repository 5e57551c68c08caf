"""The state of one branch of a research run (a sub-question, its searches and notes), computed from its events."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, TypeAlias, assert_never

from bookwheel.engine.events.research_events import (
    BranchEnd,
    BranchFinished,
    BranchReflected,
    BranchSearched,
    BranchStarted,
    NoteRefused,
    NoteStale,
    NoteTaken,
    PlanItem,
    Steered,
)
from bookwheel.engine.schema import NumberedNode
from bookwheel.lazy_dataclass import dataclass

DEFAULT_ROUNDS = 3

BranchStatus: TypeAlias = Literal["planned", "running", "paused"] | BranchEnd
BranchEvent: TypeAlias = (
    BranchStarted | BranchSearched | NoteTaken | NoteRefused | NoteStale | BranchReflected | BranchFinished
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchSearch:
    """One search of a branch; `nodes` are the passages found, best first, `new` of them not seen before."""

    round: int
    query: str
    where: str
    nodes: tuple[NumberedNode, ...] = ()
    new: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One sub-question and its state.

    `round` counts the finished rounds, of at most `rounds`. `output` is a model reply whose notes are not all
    processed; `taken` counts the notes of the round that were taken or refused, `refusals` are all that were refused.
    `note_count` includes notes of an earlier wording, `stale` are the notes whose document has changed since. `ended`
    is how the branch ended, "" while it can continue. Times are seconds since the epoch, 0.0 while not set.
    """

    id: str
    question: str
    why: str = ""
    parent: str = ""
    rounds: int = DEFAULT_ROUNDS
    round: int = 0
    searches: tuple[BranchSearch, ...] = ()
    notes: tuple[NoteTaken, ...] = ()
    stale: tuple[NoteStale, ...] = ()
    note_count: int = 0
    taken: int = 0
    refusals: tuple[NoteRefused, ...] = ()
    hints: tuple[str, ...] = ()
    missing: str = ""
    next_query: str = ""
    output: str | None = None
    ended: BranchEnd | Literal[""] = ""
    error: str = ""
    is_dropped: bool = False
    is_paused: bool = False
    has_begun: bool = False
    began_t: float = 0.0
    ended_t: float = 0.0

    @property
    def status(self) -> BranchStatus:
        if self.is_dropped:
            return "dropped"
        if self.ended:
            return self.ended
        if self.is_paused:
            return "paused"
        return "running" if self.has_begun else "planned"

    @property
    def refused(self) -> int:
        return len(self.refusals)

    @property
    def is_open(self) -> bool:
        """Whether the branch may still search."""
        return not self.ended and not self.is_dropped

    @property
    def is_in_report(self) -> bool:
        return not self.is_dropped

    @property
    def query(self) -> str:
        """The query of the next round."""
        return self.next_query or (self.missing if self.round else "") or self.question

    def why_stale(self, note: str) -> str:
        """Why this note is marked stale; "" when it is not."""
        return next((mark.reason for mark in self.stale if mark.note == note), "")

    def searches_of(self, number: int) -> list[BranchSearch]:
        """The searches of round `number`."""
        return [search for search in self.searches if search.round == number]

    def has_searched_for(self, query: str) -> bool:
        """Whether an earlier search used the same words."""
        words = query.casefold().split()
        return any(search.query.casefold().split() == words for search in self.searches)

    def seen(self, before: int) -> set[str]:
        """The ids of the passages found in the rounds before round `before`."""
        return {node.node.id_ for search in self.searches if search.round < before for node in search.nodes}


def after_event(branch: Branch, event: BranchEvent, t: float) -> Branch:
    """The branch after one of its events, at time `t`."""
    match event:
        case BranchStarted():
            return replace(branch, has_begun=True, rounds=event.rounds, began_t=branch.began_t or t)
        case BranchSearched():
            search = BranchSearch(
                round=event.round, query=event.query, where=event.where, nodes=tuple(event.nodes), new=event.new
            )
            return replace(branch, searches=(*branch.searches, search), taken=0)
        case NoteTaken():
            notes = (*branch.notes, event)
            return replace(branch, notes=notes, note_count=branch.note_count + 1, taken=branch.taken + 1)
        case NoteRefused():
            return replace(branch, refusals=(*branch.refusals, event), taken=branch.taken + 1)
        case NoteStale():
            return replace(branch, stale=(*branch.stale, event))
        case BranchReflected():
            return replace(branch, round=event.round, missing=event.missing, next_query=event.next_query, output=None)
        case BranchFinished():
            return replace(branch, ended=event.status, error=event.error, ended_t=t)
        case _:
            assert_never(event)


def after_steering(branch: Branch, event: Steered) -> Branch:
    """The branch after the user changed it."""
    match event.kind:
        case "reword":
            return begun_anew(branch, event.text)
        case "drop":
            return replace(branch, is_dropped=True)
        case "restore":
            return replace(branch, is_dropped=False)
        case "deeper":
            rounds = max(branch.rounds, branch.round) + 1
            return replace(branch, rounds=rounds, ended="", error="", ended_t=0.0, is_dropped=False)
        case "hint":
            return replace(branch, hints=(*branch.hints, event.text))
        case "pause":
            return replace(branch, is_paused=True)
        case "go_on":
            return replace(branch, is_paused=False)
        case "add" | "up" | "down" | "plan_again" | "write_now":
            return branch
        case _:
            assert_never(event.kind)


def begun_anew(branch: Branch, question: str) -> Branch:
    """The branch with a new question and without the searches and notes of the old one."""
    fresh = Branch(id=branch.id, question=question, why=branch.why, parent=branch.parent, rounds=branch.rounds)
    return replace(fresh, note_count=branch.note_count, hints=branch.hints, began_t=branch.began_t)


def moved(branches: tuple[Branch, ...], branch_id: str, way: str) -> tuple[Branch, ...]:
    """The branches with one of them moved one position up or down."""
    order = list(branches)
    at = next((index for index, branch in enumerate(order) if branch.id == branch_id), None)
    if at is None:
        return branches
    to = at - 1 if way == "up" else at + 1
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    return tuple(order)


def branch_of(item: PlanItem, known: Branch | None) -> Branch:
    """The branch of an approved sub-question; it keeps its searches and notes unless the question was reworded."""
    if known is None:
        return Branch(id=item.id, question=item.question, why=item.why, parent=item.parent)
    if known.question != item.question:
        return begun_anew(known, item.question)
    return replace(known, is_dropped=False)
