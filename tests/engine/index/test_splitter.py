"""Passages: exact ranges, borders where a reader would cut, and linear time."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.growth import grows_linearly

from bookwheel.engine.index.directory_reader import SimpleDirectoryReader
from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.schema import Document, JsonValue
from bookwheel.errors import UsageError

WORDS = st.sampled_from(
    [
        "word",
        "Word.",
        "e.g. this",
        "§ 4.2",
        "\n",
        "\n\n",
        " ",
        ". ",
        "! ",
        "東京タワー。",
        "\ufeff",
        "a" * 90,
        "’ ",
        "…",
        "\u2028",
        "😀",
    ]
)
TEXTS = st.lists(WORDS, max_size=200).map("".join)


@given(text=TEXTS, size=st.integers(2, 60), marks=st.lists(st.integers(0, 3_000), max_size=8))
def test_each_passage_is_the_text_in_its_range(text: str, size: int, marks: list[int]) -> None:
    inside = sorted({mark for mark in marks if mark < len(text)})
    metadata: dict[str, JsonValue] = {"page_starts": [0, *inside[::2]], "headings": [[mark, 1, "H"] for mark in inside]}
    document = Document(text=text, metadata=metadata)
    nodes = SentenceSplitter(size, 0).get_nodes_from_documents([document])
    covered = set[int]()
    for node in nodes:
        assert node.start_char_idx is not None
        assert node.end_char_idx is not None
        assert text[node.start_char_idx : node.end_char_idx] == node.text == node.text.strip()
        assert 0 < len(node.text) <= size * 4
        covered.update(range(node.start_char_idx, node.end_char_idx))
    assert all(text[at].isspace() or text[at] == "\ufeff" for at in set(range(len(text))) - covered)


@given(text=TEXTS, size=st.integers(10, 60))
def test_passages_never_cross_a_page(text: str, size: int) -> None:
    starts = [0, *range(50, len(text), 50)]
    document = Document(text=text, metadata={"page_starts": starts})
    for start, end in SentenceSplitter(size, 0).passages(document):
        assert start // 50 == (end - 1) // 50


@given(text=TEXTS)
def test_overlapping_passages_go_forward_and_stay_in_size(text: str) -> None:
    passages = SentenceSplitter(20, 10).passages(Document(text=text))
    assert all(first[0] < second[0] and first[1] < second[1] for first, second in pairwise(passages))
    assert all(end - start <= 80 for start, end in passages)


def test_long_text_is_cut_after_sentences_and_not_inside_abbreviations() -> None:
    text = "The bookwheel was drawn by Dr. Ramelli in 1588. " * 40
    for passage in SentenceSplitter(64, 0).split_text(text):
        assert passage.startswith("The bookwheel")
        assert passage.endswith("1588.")


def test_a_heading_begins_a_passage_and_is_its_location() -> None:
    text = "# One\n" + "First part. " * 20 + "\n## Two\n" + "Second part. " * 20
    metadata: dict[str, JsonValue] = {"headings": [[0, 1, "One"], [text.index("## Two"), 2, "Two"]]}
    nodes = SentenceSplitter(256, 0).get_nodes_from_documents([Document(text=text, metadata=metadata)])
    assert [node.metadata["heading"] for node in nodes] == ["One", "One › Two"]
    assert nodes[1].text.startswith("## Two")


def test_a_passage_has_the_page_it_begins_on() -> None:
    text = "first page\n\nsecond page"
    document = Document(text=text, metadata={"page_starts": [0, 12]})
    assert [node.page for node in SentenceSplitter().get_nodes_from_documents([document])] == [1, 2]


@pytest.mark.parametrize(("piece", "count"), [("x", 500_000), (". ", 60_000), ("\n", 500_000), ("a.b", 60_000)])
def test_a_pathological_text_takes_linear_time(piece: str, count: int) -> None:
    assert grows_linearly(lambda text: SentenceSplitter(256, 0).passages(Document(text=text)), piece, count)


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (10, 10), (10, -1)])
def test_impossible_sizes_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(UsageError):
        SentenceSplitter(size, overlap)


ROWS = "\n".join(f"| Station {n} | {n * 137} riders | line {n % 7} |" for n in range(300))
CELLS = "\n".join(f"Station: {n}; Riders a day: {n * 137}; Line: {n % 7}" for n in range(300))
LOG = "\n".join(f"2026-05-02 10:{n % 60:02}:11 WARN pool-1 request {n} took {n} ms" for n in range(300))
POEM = "\n".join(
    f"The {word} sang to the sea of stone\nand left the harbour alone" for word in ["gull", "bell", "tide"] * 60
)
ITEMS = "\n".join(f"- Take part {n} from the shelf and\n  put it on the bench beside the lamp" for n in range(120))
CODE = "\n".join(f"value_{n} = compute({n}, other={n})" for n in range(300))


@pytest.mark.parametrize("text", [ROWS, CELLS, LOG, POEM, CODE], ids=["rows", "cells", "log", "poem", "code"])
@pytest.mark.parametrize("size", [60, 97, 384])
def test_a_passage_begins_and_ends_with_a_whole_line(text: str, size: int) -> None:
    lines = set(text.split("\n"))
    passages = SentenceSplitter(size, 0).split_text(text)
    assert len(passages) > 4
    assert all(line in lines for passage in passages for line in passage.split("\n"))


@pytest.mark.parametrize("size", [60, 97, 384])
def test_a_passage_holds_whole_items(size: int) -> None:
    for passage in SentenceSplitter(size, 0).split_text(ITEMS):
        assert passage.startswith("- Take")
        assert passage.endswith("beside the lamp")


@pytest.mark.parametrize("language", ["python", "c"])
def test_a_function_that_fits_stays_whole(language: str) -> None:
    body = "\n\n".join(f"    step_{at} = read(path, {at})" for at in range(6))
    inner = "    def inner(x):\n        return x + 1\n\n    return inner(step_0)"
    braces = "".join(f"    int v{at} = read(path, {at});\n\n" for at in range(6))
    pieces = {
        "python": [f'def load_{n}(path):\n    """Load {n}."""\n{body}\n\n{inner}' for n in range(12)],
        "c": [f"static int load_{n}(char *path) {{\n{braces}    return v0;\n}}" for n in range(12)],
    }[language]
    text = "\n\n\n".join(pieces)
    headings = [[text.index(piece), 1, f"def load_{n}"] for n, piece in enumerate(pieces)]
    inside = [[at, 2, "def inner"] for at in range(len(text)) if text.startswith("    def inner", at)]
    found: dict[str, JsonValue] = {"headings": sorted(headings + inside)}
    for metadata in ({}, found):
        passages = SentenceSplitter(200, 0).get_nodes_from_documents([Document(text=text, metadata=metadata)])
        for piece in pieces:
            assert sum(piece in passage.text for passage in passages) == 1


def test_a_heading_stays_with_its_text_and_a_lead_with_its_list() -> None:
    text = "\n\n".join(f"## Part {n}\n\nTake with you:\n\n- a rope of {n} metres\n- a lamp" for n in range(60))
    for passage in SentenceSplitter(70, 0).split_text(text):
        assert not passage.rstrip().splitlines()[-1].startswith("#")
        assert not passage.rstrip().endswith(":")


@pytest.mark.parametrize(
    "sentence",
    [
        "Der Kurs beginnt am 3. Oktober im 5. Stock und kostet 5 Mio. Euro bei Dr. med. Holm.",
        "See No. 7 and Fig. 2, e.g. Tom at Main St. 12 with Mr. Smith.",
        "Собрание прошло в г. Тверь на ул. Лесная и стоит 300 руб. в месяц.",
        "Il Dott. Bruno Sala parla di art. 4 e di pag. 12.",
    ],
)
def test_a_passage_ends_with_a_whole_sentence(sentence: str) -> None:
    for size in range(40, 120, 7):
        for passage in SentenceSplitter(size, 0).split_text(" ".join([sentence] * 60)):
            assert passage.replace(sentence, "").strip() == ""


def test_the_tables_of_the_shared_cases_are_cut_between_rows(shared: Path) -> None:
    folder = shared / "cases" / "table-long"
    if not folder.is_dir():
        pytest.skip("the shared cases are not there")
    for document in SimpleDirectoryReader(input_dir=folder, exclude=["README"]).load_data():
        lines = {line.strip() for line in document.text.split("\n")}
        for passage in SentenceSplitter(384, 0).split_text(document.text):
            ends = (passage.split("\n")[0].strip(), passage.split("\n")[-1].strip())
            assert all(end in lines for end in ends), (document.metadata["file_name"], ends)
