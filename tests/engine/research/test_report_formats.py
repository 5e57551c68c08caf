"""A research report as Markdown, HTML and BibTeX, written by the library alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from html.parser import HTMLParser

from tests.engine.research.conftest import BRIDGE, follow

from bookwheel import Document, DocumentIndex, ExtractiveLLM, ResearchWorkflow
from bookwheel.engine.research.research_report import ResearchReport

HOSTILE = "Tom & <b>Jerry</b> {x}_1"


class Tags(HTMLParser):
    """The links, anchors and tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.ids += [value or "" for name, value in attrs if name == "id"]


async def report_over(*documents: Document) -> ResearchReport:
    workflow = ResearchWorkflow(DocumentIndex.from_documents(documents).as_retriever(), ExtractiveLLM(), approve="auto")
    outcome = await follow(workflow.run("Who built the bridge, and what did it cost?"))
    assert outcome.report is not None, outcome.error
    return outcome.report


def bridge(**metadata: str) -> Document:
    return Document(BRIDGE, {"file_path": "/docs/bridge.md", "file_name": "bridge.md", **metadata}, "bridge.md")


async def test_citations_of_the_page_lead_to_its_sources() -> None:
    report = await report_over(bridge(title="The bridge"))
    html = await asyncio.to_thread(report.to_html)
    page = Tags(html)
    assert page.ids == ["source-1"]
    assert page.links
    assert set(page.links) == {"#source-1"}
    assert "Anna Weber" in html
    assert "@media print" in html
    assert "The bridge (/docs/bridge.md)" in html


async def test_hostile_text_is_neither_a_tag_nor_a_link() -> None:
    report = await report_over(bridge(title=HOSTILE))
    report = replace(
        report,
        question="<script>alert(1)</script>",
        text=f"{report.text}\n\n<script>alert(2)</script> [a](javascript:alert(3)) ![b](https://example.org/b.png)\x1b[31m",
    )
    html = await asyncio.to_thread(report.to_html)
    page = Tags(html)
    assert not {"script", "img", "b"} & set(page.tags)
    assert set(page.links) == {"#source-1"}
    assert "\x1b" not in html
    assert "\x1b" not in report.to_markdown().partition("## Sources")[2]


async def test_a_bibliography_has_only_what_is_known() -> None:
    unknown = (await report_over(bridge())).to_bibtex()
    assert unknown == "@misc{bridge,\n  title = {{bridge.md}},\n  file = {bridge.md},\n}\n"

    known = await report_over(bridge(title=HOSTILE, author="Weber, Anna", date="1893-05-01", citekey="weber1893"))
    entry = known.to_bibtex()
    assert entry.startswith("@misc{weber1893,\n")
    assert r"title = {{Tom \& <b>Jerry</b> \{x\}\_1}}" in entry
    assert "author = {Weber, Anna}" in entry
    assert "year = {1893}" in entry
    assert "doi" not in entry

    document = bridge(title=HOSTILE)
    document.text = f"doi: 10.1234/bridge.5\n{document.text}"
    assert "doi = {10.1234/bridge.5}" in known.to_bibtex([document])


def test_a_run_that_found_nothing_has_no_page_and_no_entry() -> None:
    nothing = ResearchReport()
    assert (nothing.to_markdown(), nothing.to_html(), nothing.to_bibtex()) == ("", "", "")
