"""Content written into a file of any format is read completely, in passages with exact ranges."""

import re
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.written_files import WRITTEN, Section

from bookwheel.engine.index.readers.reader import Source
from bookwheel.engine.index.readers.reader_registry import HEAD_BYTES, format_of, reader_of
from bookwheel.engine.index.splitter import CHARACTERS_A_TOKEN, SentenceSplitter
from bookwheel.engine.locations import HEADING_SEPARATOR
from bookwheel.engine.schema import Document, TextNode

LATIN = ["wheel", "Ramelli", "the", "reads", "slowly.", "books!", "Why?", "é", "Straße", "naïve,", "1588", "x" * 150]
ALPHABETS = [*LATIN, "колесо", "Книга.", "τροχός", "λόγος."]
ALL = [
    *ALPHABETS,
    "图书轮是十六世纪发明的。",
    "本の車輪",
    "책바퀴",
    "วงล้อหนังสือ",
    "पुस्तक",
    "चक्र।",
    "عجلة",
    "الكتب؟",
    "汉" * 120,
]
SCRIPTS = {"latin": LATIN, "alphabets": ALPHABETS, "all": ALL}
PROPERTY = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
every_format = pytest.mark.parametrize("name", WRITTEN)


@st.composite
def contents(draw: st.DrawFn, words: list[str]) -> list[Section]:
    """Sections whose headings and paragraphs are all unlike each other; some are empty, some have a table."""
    text = st.lists(st.sampled_from(words), min_size=1, max_size=60).map(" ".join)
    cells = st.lists(st.lists(st.sampled_from(words), min_size=2, max_size=2), max_size=3)
    sections: list[Section] = []
    for number in range(draw(st.integers(1, 5))):
        paragraphs = draw(st.lists(text, max_size=3))
        marked = [f"p{number}q{place}p {paragraph}" for place, paragraph in enumerate(paragraphs)]
        level = draw(st.integers(1, min(len(sections) + 1, 3)))
        sections.append(Section(f"h{number}h", level, marked, draw(cells)))
    return sections


def read(name: str, data: bytes) -> Document:
    format_name = format_of(name, data[:HEAD_BYTES])
    assert format_name is not None
    return reader_of(format_name)(Source(f"/desk/{name}", data))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def passages_of(document: Document, size: int) -> list[TextNode]:
    return SentenceSplitter(size, 0).get_nodes_from_documents([document])


@every_format
@given(data=st.data(), size=st.integers(8, 120))
@PROPERTY
def test_passages_are_exact_complete_within_size_and_know_their_location(
    name: str, data: st.DataObject, size: int
) -> None:
    written = WRITTEN[name]
    sections = data.draw(contents(SCRIPTS[written.scripts]))
    document = read(name, written.write(sections))
    nodes = passages_of(document, size)
    all_text_is_covered(document, sections)
    each_character_is_in_one_passage(document, nodes)
    each_is_as_long_as_it_may_be(document, nodes, size * CHARACTERS_A_TOKEN)
    if written.headings != "none":
        levelled = in_order_of_use(sections) if name.endswith(".rst") else sections
        each_has_the_headings_above_it(document, nodes, levelled, nested=written.headings == "nested")
    if written.pages:
        each_has_its_page(nodes, sections)


def all_text_is_covered(document: Document, sections: list[Section]) -> None:
    """All that was written is there, in its order; in a table the names of the columns stand before each value."""
    text, at = squeezed(document.text), 0
    for section in sections:
        for block in (section.heading, *section.paragraphs):
            found = text.find(squeezed(block), at)
            assert found >= 0, block
            at = found + len(squeezed(block))
        below = text[at:]
        for cell in (cell for row in section.rows for cell in row):
            assert squeezed(cell) in below, cell


def each_character_is_in_one_passage(document: Document, nodes: list[TextNode]) -> None:
    covered = 0
    for node in nodes:
        start, end = node.start_char_idx, node.end_char_idx
        assert start is not None
        assert end is not None
        assert node.text == document.text[start:end] != ""
        assert not document.text[covered:start].strip(" \t\n\ufeff\u00a0\f")
        covered = end
    assert not document.text[covered:].strip(" \t\n\ufeff\u00a0\f")


def each_is_as_long_as_it_may_be(document: Document, nodes: list[TextNode], longest: int) -> None:
    """And a word is cut only when it fills half a passage by itself."""
    for node in nodes:
        assert len(node.text) <= longest
        after = document.text[node.end_char_idx : (node.end_char_idx or 0) + 1]
        if after.isalnum() and node.text[-1].isalnum():
            assert not re.search(r"\s", node.text[-(longest // 4) :])


def each_has_the_headings_above_it(
    document: Document, nodes: list[TextNode], sections: list[Section], *, nested: bool
) -> None:
    text = document.text
    locations = [re.search(rf"{section.heading}(?!\w)", text) for section in sections]
    lines = [text.rfind("\n", 0, place.start()) + 1 for place in locations if place is not None]
    for node in nodes:
        above = [section for section, line in zip(sections, lines, strict=True) if line <= (node.start_char_idx or 0)]
        told = str(node.metadata.get("heading", "")).replace("def ", "")
        assert told == path_of(above if nested else above[-1:])


def in_order_of_use(sections: list[Section]) -> list[Section]:
    """reStructuredText has no numbered levels: an underline that comes later is a deeper one."""
    order = list(dict.fromkeys(section.level for section in sections))
    return [replace(section, level=order.index(section.level) + 1) for section in sections]


def path_of(above: list[Section]) -> str:
    path: list[str] = []
    level = 9
    for section in reversed(above):
        if section.level < level:
            path.insert(0, section.heading)
            level = section.level
    return HEADING_SEPARATOR.join(path)


def each_has_its_page(nodes: list[TextNode], sections: list[Section]) -> None:
    for number, section in enumerate(sections, 1):
        for mark in (section.heading, *(paragraph.split()[0] for paragraph in section.paragraphs)):
            pages = {node.page for node in nodes if re.search(rf"(?<!\w){mark}(?!\w)", node.text)}
            assert pages == {number}
