"""The interface of what plans, reads and writes in a research run: a language model, or the embedded quoting model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import field
from typing import Protocol

from bookwheel.engine.events.research_events import Estimate, PlanItem
from bookwheel.engine.research.branch_state import Branch
from bookwheel.engine.research.slot_reading import RoundReading
from bookwheel.engine.schema import NumberedNode, Usage
from bookwheel.lazy_dataclass import dataclass

MAX_NOTES = 6
SECTION_WORDS = 400
SUMMARY_WORDS = 200


@dataclass(slots=True)
class SectionCall:
    """The call that writes one section; its fields are set when the text has ended.

    `asked` says whether a model was called. `cut` says why the text ends early.
    """

    input: str = ""
    asked: bool = False
    usage: Usage | None = None
    estimated: bool = False
    cost: float = 0.0
    cut: str = ""


@dataclass(frozen=True, slots=True)
class Sources:
    """The numbered sources of a report, by passage id."""

    by_id: Mapping[str, NumberedNode] = field(default_factory=dict[str, NumberedNode])

    def number(self, node_id: str) -> int | None:
        found = self.by_id.get(node_id)
        return found.number if found is not None else None


class Researcher(Protocol):
    """Fills the slots of a run. Every model call is reserved in the ledger before it and logged after it."""

    @property
    def has_summary(self) -> bool:
        """Whether the report ends with a summary."""
        ...

    async def plan(
        self, question: str, found: Sequence[NumberedNode], before: Sequence[PlanItem], feedback: str
    ) -> list[tuple[str, str]]:
        """The sub-questions as pairs of (question, why); empty when the reply cannot be read."""
        ...

    def plan_of(self, output: str) -> list[tuple[str, str]]:
        """The sub-questions in a logged reply."""
        ...

    async def read(self, question: str, branch: Branch, number: int, passages: Sequence[NumberedNode]) -> RoundReading:
        """The notes of round `number`, from the logged reply when there is one."""
        ...

    def section(
        self, question: str, branch: Branch, sources: Sources, call: SectionCall
    ) -> AsyncGenerator[tuple[str, str], None]:
        """Stream the text of a branch's section, in pieces of (text, thought)."""
        ...

    def summary(
        self, question: str, sections: Sequence[str], sources: Sources, call: SectionCall
    ) -> AsyncGenerator[tuple[str, str], None]:
        """Stream the text of the summary, in pieces of (text, thought)."""
        ...

    def estimate(self, branches: int, rounds: int) -> Estimate:
        """The most that a plan with this many branches and rounds can cost."""
        ...
