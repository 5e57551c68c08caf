"""The result of a research run: the report with its sections, notes, sources and plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field

from bookwheel.engine.events.research_events import NoteTaken, PlanItem
from bookwheel.engine.events.run_events import Citation
from bookwheel.engine.index.source_facts import SourceFacts, facts_of_metadata
from bookwheel.engine.research.research_state import ResearchState, Section, Spending
from bookwheel.engine.schema import Document, NumberedNode
from bookwheel.lazy_dataclass import dataclass
from bookwheel.markup.sanitize import clean_line

_ANCHOR = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchReport:
    """A report in Markdown; "" when nothing was found for the question.

    `citations` are the sources in the order of their numbers, `facts` what their documents say of themselves, by path;
    `stopped_by` names the limit that ended the search. `supported` is False when nothing was found. `t` is when the run
    ended (seconds since the epoch).
    """

    text: str = ""
    question: str = ""
    sections: tuple[Section, ...] = ()
    notes: tuple[NoteTaken, ...] = ()
    citations: tuple[Citation, ...] = ()
    plan: tuple[PlanItem, ...] = ()
    usage: Spending = field(default_factory=Spending)
    stopped_by: str = ""
    supported: bool | None = None
    facts: Mapping[str, SourceFacts] = field(default_factory=dict[str, SourceFacts])
    t: float = 0.0

    @property
    def response(self) -> str:
        """The report; the same attribute as on every other answer."""
        return self.text

    def __str__(self) -> str:
        return self.text

    def to_markdown(self) -> str:
        """The report, followed by the list of its sources with their pages and paths."""
        lines = [self.text.rstrip(), "", "## Sources", ""]
        lines += [f"{source.number}. {_named(source)}" for source in self.citations]
        return "\n".join(lines) + "\n" if self.text else ""

    def to_html(self, theme: str = "") -> str:
        """The report with its sources as one page with print rules, without scripts; it loads nothing.

        It is in the colours of `theme`, the name of a theme, else dark or light as its reader's system is. Blocks on
        the disk, where the themes are.
        """
        from bookwheel.markup.markdown_html import MarkdownHtml, html_page, html_source

        if not self.text:
            return ""
        sources = [html_source(_ANCHOR, each.number, _named(each), each.text) for each in self.citations]
        body = [MarkdownHtml(self.text, _ANCHOR).html(), *(["<h2>Sources</h2>", *sources] if sources else [])]
        return html_page(self.question or "Research report", "\n".join(body), theme)

    def to_bibtex(self, documents: Iterable[Document] = ()) -> str:
        """The cited documents as BibTeX, only with facts that were found; what is unknown is left out.

        Passages carry the metadata of their document. `documents` are searched for the facts on their first pages too,
        such as a DOI.
        """
        from bookwheel.engine.index.bibliography import sources_of, to_bibtex
        from bookwheel.engine.index.source_facts import facts_in

        known = {**self.facts, **{str(each.metadata.get("file_path")): facts_in(each) for each in documents}}
        return to_bibtex(sources_of(((citation, self.t) for citation in self.citations), known.get))


def _named(source: Citation) -> str:
    """Such as `On windows, page 3 (/papers/windows.pdf)`."""
    page = f", page {source.page}" if source.page is not None else ""
    return clean_line(f"{source.title or source.path}{page} ({source.path})")


def report_of(state: ResearchState, text: str, nodes: Sequence[NumberedNode], question: str) -> ResearchReport:
    """The report of a run that ended in this state."""
    return ResearchReport(
        text=text.rstrip(),
        question=question,
        facts=_facts(nodes),
        t=state.last_t,
        sections=state.sections,
        notes=tuple(state.notes),
        citations=tuple(Citation.of(node) for node in nodes),
        plan=tuple(PlanItem(id=b.id, question=b.question, why=b.why, parent=b.parent) for b in state.branches),
        usage=state.spent,
        stopped_by=state.limit,
        supported=False if state.has_nothing else None,
    )


def _facts(nodes: Sequence[NumberedNode]) -> dict[str, SourceFacts]:
    """What the passages know of their documents, by path; documents without a fact are left out."""
    facts = {node.node.path or "": facts_of_metadata(node.node.metadata) for node in nodes}
    return {path: each for path, each in facts.items() if each != SourceFacts()}
