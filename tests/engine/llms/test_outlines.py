"""The sections of a document are quoted when they are asked for, also those far apart in a long one."""

from __future__ import annotations

import pytest

from bookwheel.engine.index.document_index import DocumentIndex
from bookwheel.engine.llms.extractive.model import ExtractiveLLM
from bookwheel.engine.llms.extractive.quoted_answer import quoted_answer
from bookwheel.engine.locations import Heading, Locations
from bookwheel.engine.schema import Document, NumberedNode, TextNode

BEES = "# Bee manual\n\nRead.\n\n## Hives\n\nWood.\n\n### Floors\n\nFlat.\n\n## Smoke\n\nLittle.\n\n## Honey\n\nMuch.\n"
PLAIN = "Goats\n\nWhat they eat.\n\nMilk\n\nTwice a day.\n\nCheese\n\nAged for a week."
CHAPTERS = "ash birch cedar elm fir hazel larch maple oak pine".split()


def document(text: str, title: str, headings: list[tuple[str, int]]) -> Document:
    found = [Heading(text.index(written), level, written.lstrip("# ")) for written, level in headings]
    return Document(text=text, metadata={"title": title, **Locations(headings=found).to_metadata()})


BOOK = document(
    "# Tree book\n\n" + "".join(f"## The {name}\n\n{f'Much is known of the {name}. ' * 90}\n\n" for name in CHAPTERS),
    "Tree book",
    [("# Tree book", 1), *((f"## The {name}", 2) for name in CHAPTERS)],
)
OTHERS = [
    document(PLAIN, "Goats", [("Milk", 2), ("Cheese", 2)]),
    Document(text="Rain fell.", metadata={"title": "Diary"}),
]


def answer(question: str, text: str = BEES) -> str | None:
    node = TextNode(text, {"file_name": "bees.md", "title": text.splitlines()[0].lstrip("# ")}, start_char_idx=0)
    quoted = quoted_answer(question, [], [NumberedNode(1, node, 5.0)])
    return quoted.text if quoted.is_supported else None


@pytest.mark.parametrize(
    "question",
    [
        "What are the sections of the bee manual?",
        "Which chapters does the manual have?",
        "Show me the table of contents",
        "How is the manual organised?",
        "Welche Kapitel hat das Handbuch?",
        "Wie ist das Handbuch gegliedert?",
        "Quelles sont les sections du manuel ?",
        "¿Qué capítulos tiene el manual?",
        "Quali capitoli ha il manuale?",
    ],
)
def test_headings_of_one_level_answer_what_the_sections_are(question: str) -> None:
    assert answer(question) == "## Hives\n\n## Smoke\n\n## Honey [1]"


@pytest.mark.parametrize("question", ["What are the sections of the railway?", "Welche Kapitel hat der Atlas?"])
def test_sections_of_another_document_are_not_an_answer(question: str) -> None:
    assert answer(question) is None


def test_all_chapters_of_a_long_book_are_found_among_other_documents() -> None:
    engine = DocumentIndex.from_documents([*OTHERS, BOOK]).as_query_engine(llm=ExtractiveLLM(), similarity_top_k=2)
    text = str(engine.query("What are the chapters of the tree book?"))
    assert [line.rpartition(" [")[0] for line in text.splitlines() if line] == [f"The {name}" for name in CHAPTERS]


def test_titles_without_marks_are_known_from_the_reader() -> None:
    engine = DocumentIndex.from_documents([*OTHERS, BOOK]).as_query_engine(llm=ExtractiveLLM())
    assert str(engine.query("What are the sections of the goats document?")) == "Milk\nCheese [1]"
