"""The result of a research run: the report with its sections, notes, sources and plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

from bookwheel.engine.events.research_events import NoteTaken, PlanItem
from bookwheel.engine.events.run_events import Citation
from bookwheel.engine.research.research_state import ResearchState, Section, Spending
from bookwheel.engine.schema import NumberedNode
from bookwheel.lazy_dataclass import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchReport:
    """A report in Markdown; "" when nothing was found for the question.

    `citations` are the sources in the order of their numbers; `stopped_by` names the limit that ended the search.
    `supported` is False when nothing was found.
    """

    text: str = ""
    sections: tuple[Section, ...] = ()
    notes: tuple[NoteTaken, ...] = ()
    citations: tuple[Citation, ...] = ()
    plan: tuple[PlanItem, ...] = ()
    usage: Spending = field(default_factory=Spending)
    stopped_by: str = ""
    supported: bool | None = None

    @property
    def response(self) -> str:
        """The report; the same attribute as on every other answer."""
        return self.text

    def __str__(self) -> str:
        return self.text

    def to_markdown(self) -> str:
        """The report, followed by the list of its sources with their pages and paths."""
        lines = [self.text.rstrip(), "", "## Sources", ""]
        for source in self.citations:
            page = f", page {source.page}" if source.page is not None else ""
            lines.append(f"{source.number}. {source.title or source.path}{page} ({source.path})")
        return "\n".join(lines) + "\n" if self.text else ""


def report_of(state: ResearchState, text: str, nodes: Sequence[NumberedNode]) -> ResearchReport:
    """The report of a run that ended in this state."""
    return ResearchReport(
        text=text.rstrip(),
        sections=state.sections,
        notes=tuple(state.notes),
        citations=tuple(Citation.of(node) for node in nodes),
        plan=tuple(PlanItem(id=b.id, question=b.question, why=b.why, parent=b.parent) for b in state.branches),
        usage=state.spent,
        stopped_by=state.limit,
        supported=False if state.has_nothing else None,
    )
