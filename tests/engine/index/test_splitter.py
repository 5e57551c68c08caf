"""Passages: exact places, borders where a reader would cut, and time that grows with the text only."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.index.splitter import SentenceSplitter
from bookwheel.engine.schema import Document
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
def test_each_passage_is_the_text_at_its_place(text: str, size: int, marks: list[int]) -> None:
    inside = sorted({mark for mark in marks if mark < len(text)})
    metadata = {"page_starts": [0, *inside[::2]], "headings": [[mark, 1, "H"] for mark in inside]}
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


def test_a_heading_begins_a_passage_and_tells_the_path() -> None:
    text = "# One\n" + "First part. " * 20 + "\n## Two\n" + "Second part. " * 20
    metadata = {"headings": [[0, 1, "One"], [text.index("## Two"), 2, "Two"]]}
    nodes = SentenceSplitter(256, 0).get_nodes_from_documents([Document(text=text, metadata=metadata)])
    assert [node.metadata["heading"] for node in nodes] == ["One", "One › Two"]
    assert nodes[1].text.startswith("## Two")


def test_a_passage_tells_the_page_it_begins_on() -> None:
    text = "first page\n\nsecond page"
    document = Document(text=text, metadata={"page_starts": [0, 12]})
    assert [node.page for node in SentenceSplitter().get_nodes_from_documents([document])] == [1, 2]


@pytest.mark.parametrize("text", ["x" * 10_000_000, ". " * 5_000_000, "\n" * 10_000_000, "a.b" * 3_000_000])
def test_a_pathological_text_takes_linear_time(text: str) -> None:
    started = time.process_time()
    SentenceSplitter(256, 0).passages(Document(text=text))
    assert time.process_time() - started < 10


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (10, 10), (10, -1)])
def test_impossible_sizes_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(UsageError):
        SentenceSplitter(size, overlap)
