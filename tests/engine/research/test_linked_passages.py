"""Quotations in two steps: a passage whose title is named in a quotation, or beside another title in the question."""

from __future__ import annotations

import pytest
from tests.engine.research.conftest import follow

from bookwheel import Document, DocumentIndex, ExtractiveLLM, ResearchWorkflow
from bookwheel.engine.research.linked_passages import linked_quotes
from bookwheel.engine.schema import NumberedNode, TextNode

BRIDGE = ("Tovar Bridge", "Tovar Bridge crosses the river Wend. Its engineer was Runa Halden, from the north.")
HALDEN = (
    "Runa Halden (engineer)",
    "Runa Halden planned four works. The engineer of bridges was born in Ostby in 1851.",
)
MILL = ("Ilm Mill", "Ilm Mill was opened in 1877 and burnt down. Nobody was hurt.")
FERRY = ("Ferry", "The ferry is painted green each spring.")


def passages(*documents: tuple[str, str]) -> list[NumberedNode]:
    nodes = [TextNode(text, {"title": title, "file_path": f"/{title}.md"}) for title, text in documents]
    return [NumberedNode(number, node, 1.0) for number, node in enumerate(nodes, start=1)]


@pytest.mark.parametrize(
    ("question", "quoted", "found"),
    [
        ("Where was the engineer of Tovar Bridge born?", ["Its engineer was Runa Halden."], [2]),
        ("Where was the engineer of Tovar Bridge born?", [], []),  # one title alone is not an answer
        ("Which was opened first, Tovar Bridge or Ilm Mill?", [], [3]),  # nothing of the bridge is about opening
        ("What was painted by Runa Halden and Ferry?", [], [4]),
        ("What is the weather?", ["Its engineer was Runa Halden."], []),  # no word in common beside the title
    ],
)
def test_a_title_links_only_where_its_passage_speaks_of_what_is_asked(
    question: str, quoted: list[str], found: list[int]
) -> None:
    nodes = passages(BRIDGE, HALDEN, MILL, FERRY)
    assert [number for number, _ in linked_quotes(question, quoted, nodes, {1} if quoted else set())] == found


def test_a_file_name_and_a_short_title_link_nothing() -> None:
    named = passages(("n1.md", "The engineer was born here."), ("Ilm", "The engineer was born there."))
    named[0].node.metadata["file_path"] = "/notes/n1.md"
    assert list(linked_quotes("Where was the engineer born?", ["n1.md names the Ilm."], named, set())) == []


async def test_research_without_a_model_takes_the_second_step() -> None:
    documents = [
        Document(text, {"file_path": f"/{title}.md", "title": title}, title)
        for title, text in (BRIDGE, HALDEN, MILL, FERRY)
    ]
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=8)
    workflow = ResearchWorkflow(retriever, ExtractiveLLM(), approve="auto")
    outcome = await follow(workflow.run("Who was the engineer of Tovar Bridge, and where was the engineer born?"))
    assert outcome.report is not None, outcome.error
    assert {note.path for note in outcome.report.notes} >= {f"/{title}.md" for title, _ in (BRIDGE, HALDEN)}
    texts = {f"/{title}.md": text for title, text in (BRIDGE, HALDEN, MILL, FERRY)}
    assert all(note.quote in texts[note.path] for note in outcome.report.notes)
    assert "born in Ostby in 1851" in outcome.report.text


async def test_a_clause_that_points_back_is_read_with_the_words_of_the_one_before() -> None:
    texts = (
        "The lock of Wend was built in 1799 by Marta Quill. It cost 310 euros.",
        "The mill of Oste cost 900 euros in 1801.",
    )
    documents = [Document(text, {"file_path": f"/n{number}.md"}, f"n{number}") for number, text in enumerate(texts)]
    retriever = DocumentIndex.from_documents(documents).as_retriever(similarity_top_k=8)
    workflow = ResearchWorkflow(retriever, ExtractiveLLM(), approve="auto")
    outcome = await follow(workflow.run("Who built the lock of Wend, and what did it cost?"))
    assert outcome.report is not None, outcome.error
    assert "310 euros" in outcome.report.text
    assert "900 euros" not in outcome.report.text
