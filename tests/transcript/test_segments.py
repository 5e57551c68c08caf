"""Answers cut into segments: independent of the pieces, and the same Markdown as the whole text."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bookwheel.transcript import segments as segments_module
from bookwheel.transcript.segments import LIST_CHUNK, MAX_SEGMENT, Segment, Segmenter, segments_of

ANSWER = """# Head

A paragraph with [1] and
a second line.

- one
- two

  with a paragraph

```python
x = 1

y = 2
```
| a | b |
|---|---|
| 1 | 2 |

> quoted
lazily
"""


@pytest.fixture
def examples(shared: Path) -> list[str]:
    file = shared / "conformance" / "commonmark-0.31.json"
    return [example["markdown"] for example in json.loads(file.read_text(encoding="utf-8"))]


def fed(pieces: list[str]) -> list[Segment]:
    segmenter = Segmenter()
    segments = [segment for piece in pieces for segment in segmenter.feed(piece)]
    return segments + segmenter.finish()


def html(text: str) -> str:
    return _parser().render(text)


def html_of(segments: list[Segment]) -> str:
    pieces: list[str] = []
    for segment in segments:
        if segment.kind == "code":
            pieces.append(html(f"~~~~~~~~~~~~ {segment.info}\n{segment.text}~~~~~~~~~~~~\n"))
        else:
            pieces.append(html(segment.text))
    return "".join(pieces)


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(["reference"])


def test_an_answer_is_cut_at_its_blocks_and_code_stands_alone() -> None:
    segments = segments_of(ANSWER)

    assert [segment.kind for segment in segments] == [
        "markdown",
        "markdown",
        "markdown",
        "code",
        "markdown",
        "markdown",
    ]
    assert segments[3] == Segment(kind="code", text="x = 1\n\ny = 2\n", info="python")


@pytest.mark.fault("T9")
def test_every_prefix_of_every_commonmark_example_ends_as_read_at_once(examples: list[str]) -> None:
    for text in examples:
        whole = segments_of(text)
        for cut in range(len(text) + 1):
            segmenter = Segmenter()
            first = segmenter.feed(text[:cut])
            assert segmenter.tail is None or segmenter.tail.text
            assert first + segmenter.feed(text[cut:]) + segmenter.finish() == whole


@pytest.mark.fault("T9")
def test_every_commonmark_example_letter_by_letter_ends_as_read_at_once(examples: list[str]) -> None:
    for text in examples:
        assert fed(list(text)) == segments_of(text)


def test_segments_read_as_the_whole_does(examples: list[str]) -> None:
    chance = random.Random(7)
    mixed = ["\n\n".join(chance.sample(examples, 4)) for _ in range(200)]
    mixed += ["\n".join(chance.sample(examples, 4)) for _ in range(200)]
    for text in examples + mixed:
        # An open fence with nothing in it is not shown as a listing.
        expected = html(text).removesuffix("<pre><code></code></pre>\n")
        assert html_of(segments_of(text)) in {expected, html(text)}


PARTS = [
    "- x\n", "- a longer item\n", "* y\n", "1. one\n", "2. two\n", "  below\n", "  - nested\n", "\n", "text\n", "> q\n",
    "# h\n", "```\n", "  ```\n", "---\n", "-\n", "   ", "+ z", "\r\n", "|a|\n|-|\n",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), min_size=8, max_size=40), st.integers(1, 30))
def test_pieces_make_no_difference_to_where_lists_are_cut(parts: list[str], size: int) -> None:
    text = "".join(parts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments_module, "LIST_CHUNK", 20)
        whole = segments_of(text)
        assert fed([text[start : start + size] for start in range(0, len(text), size)]) == whole
    lines = ["".join(segment.text for segment in some).split() for some in (whole, segments_of(text))]
    assert lines[0] == lines[1], "nothing is lost or doubled"


@pytest.mark.parametrize("gap", ["", "\n"], ids=["tight", "loose"])
def test_a_long_list_is_cut_between_items_and_counts_on(gap: str) -> None:
    items = [f"{number}. An item with [1]\n      - and one below it\n{gap}" for number in range(1, 1_001)]
    text = "".join(items)
    segments = segments_of(text)

    assert len(segments) > 20
    assert {segment.kind for segment in segments} == {"markdown"}
    assert max(len(segment.text) for segment in segments) < LIST_CHUNK + len(items[-1])
    assert [segment.continues for segment in segments] == [False, *[not gap] * (len(segments) - 1)]
    assert [segment.number for segment in segments[1:]] == [int(segment.text.split(".")[0]) for segment in segments[1:]]
    assert all(text[segment.start :].startswith(segment.text.rstrip()) for segment in segments)
    assert fed([text[start : start + 700] for start in range(0, len(text), 700)]) == segments
    segmenter = Segmenter()
    segmenter.feed(text)
    assert segmenter.tail is not None
    assert segmenter.tail.number is not None
    assert len(segmenter.tail.text) < 2 * LIST_CHUNK, "what is drawn again with each piece stays short"


@given(
    st.lists(
        st.sampled_from(["a\n", "b ", "\n", "- x\n", "  ", "```\n", "~~~\n", "> q\n", "# h\n", "|a|\n", "|-|\n", "\r"])
    ),
    st.integers(1, 7),
)
def test_pieces_make_no_difference(parts: list[str], size: int) -> None:
    text = "".join(parts)
    assert fed([text[start : start + size] for start in range(0, len(text), size)]) == segments_of(text)


def test_closed_segments_come_while_the_answer_is_written() -> None:
    segmenter = Segmenter()

    closed = segmenter.feed("First.\n\nSecond.\n\nThi")

    assert [segment.text for segment in closed] == ["First.\n"]
    assert segmenter.tail is not None
    assert segmenter.tail.text == "Second.\n\nThi"


def test_a_long_listing_is_closed_chunk_by_chunk() -> None:
    segmenter = Segmenter()

    closed = segmenter.feed("```py\n" + "x = 1\n" * 200)

    assert [segment.text.count("\n") for segment in closed] == [64, 64, 64]
    assert [segment.continues for segment in closed] == [False, True, True]
    tail = segmenter.tail
    assert tail is not None
    assert tail.kind == "code"
    assert tail.text == "x = 1\n" * 8


def test_a_dash_below_a_paragraph_is_not_yet_a_heading() -> None:
    segmenter = Segmenter()
    segmenter.feed("Some text\n-")

    assert segmenter.tail is not None
    assert segmenter.tail.text == "Some text\n"
    assert [segment.text for segment in segmenter.feed(" item\n")] == ["Some text\n"]
    assert [segment.text for segment in segmenter.finish()] == ["- item\n"]


def test_an_unfinished_closing_fence_is_not_drawn_as_code() -> None:
    segmenter = Segmenter()
    segmenter.feed("```\nx = 1\n``")

    assert segmenter.tail is not None
    assert segmenter.tail.text == "x = 1\n"


def test_a_carriage_return_and_its_newline_may_arrive_apart() -> None:
    assert fed(["one\r", "\n\r", "\ntwo\r"]) == segments_of("one\n\ntwo\n")


@pytest.mark.parametrize(
    "bomb",
    [
        "- item\n" + "  - item\n" * 30_000,
        "|a|b|\n|-|-|\n" + "|1|2|\n" * 30_000,
        "> a\n" * 40_000,
        "word\n" * 40_000,
        "x" * 300_000,
    ],
    ids=["item", "table", "quote", "paragraph", "line"],
)
def test_a_block_too_long_becomes_plain_text_and_nothing_is_lost(bomb: str) -> None:
    segments = segments_of(bomb)

    assert {segment.kind for segment in segments} == {"plain"}
    assert max(len(segment.text) for segment in segments) <= 2 * MAX_SEGMENT
    assert "".join(segment.text for segment in segments).replace("\n", "") == bomb.replace("\n", "")
    assert fed([bomb[start : start + 999] for start in range(0, len(bomb), 999)]) == segments


def test_markdown_goes_on_after_a_block_that_was_too_long() -> None:
    segments = segments_of("word\n" * 20_000 + "\n# Head\n")

    assert segments[-1] == Segment(kind="markdown", text="# Head\n")
