"""Answers cut into sentences: every kind of Markdown, several scripts, and never a place outside the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookwheel.engine.text.answer_sentences import split_sentences


def cut(text: str) -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text)]


def kinds(text: str) -> list[tuple[str, str]]:
    return [(sentence.kind, text[sentence.start : sentence.end]) for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One is so [1]. Two is not [2].", ["One is so [1].", "Two is not [2]."]),
        ("One is so. [1] Two is not.[2] Three.", ["One is so. [1]", "Two is not.[2]", "Three."]),
        ("It is so. [1] says more.", ["It is so.", "[1] says more."]),
        ("It fell, e.g. by 3.2 percent, cf. Fig. 4. Dr. J. R. Smith saw it.",
         ["It fell, e.g. by 3.2 percent, cf. Fig. 4.", "Dr. J. R. Smith saw it."]),
        ("Ein Minus von 2,35 Mrd. € war es. Am 3. November begann z. B. der Streik. Es war nicht gut.",
         ["Ein Minus von 2,35 Mrd. € war es.", "Am 3. November begann z. B. der Streik.", "Es war nicht gut."]),
        ("He said “It is. I know it.” Then he left.", ["He said “It is. I know it.”", "Then he left."]),
        ("Really?! Yes… and no. **Bold ends.** Next.", ["Really?!", "Yes… and no.", "**Bold ends.**", "Next."]),
        ("Call `a.b. C` now. See [x](http://a.b/c.D) there.", ["Call `a.b. C` now.", "See [x](http://a.b/c.D) there."]),
        ("一つ目です[1]。二つ目です。[2]三つ目！", ["一つ目です[1]。", "二つ目です。[2]", "三つ目！"]),
        ("他说：“好。走吧。”然后走了。", ["他说：“好。走吧。”", "然后走了。"]),
        ("यह सच है। वह नहीं।", ["यह सच है।", "वह नहीं।"]),
        ("a line\nthat goes on\n\nand another", ["a line\nthat goes on", "and another"]),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_ends_them(text: str, sentences: list[str]) -> None:
    assert cut(text) == sentences


def test_every_block_of_markdown_is_known() -> None:
    text = """# Head. Of it

- one is so. And more [1].
- [x] two

3. three
   goes on

> quoted words
> in two lines [2]

| a | b |
|---|---|
| 1 | 2 [3] |

```python
x = 1. + 2.
```

    indented()

---
last"""
    assert kinds(text) == [
        ("heading", "# Head. Of it"),
        ("item", "one is so."),
        ("item", "And more [1]."),
        ("item", "two"),
        ("item", "three\n   goes on"),
        ("quotation", "quoted words\n> in two lines [2]"),
        ("heading", "| a | b |"),
        ("row", "| 1 | 2 [3] |"),
        ("code", "x = 1. + 2."),
        ("code", "indented()"),
        ("text", "last"),
    ]


def test_a_list_and_the_line_that_opens_it_are_one_paragraph() -> None:
    text = "There are two:\n\n- one\n- two [1]\n\nAnother paragraph.\n\n# Head\nText."
    assert [sentence.paragraph for sentence in split_sentences(text)] == [0, 0, 0, 1, 2, 3]


_PIECES = st.lists(
    st.sampled_from(
        ["a", "B", " ", "\n", "\n\n", ".", "!", "[1]", "[", "]", "(", ")", '"', "“", "”", "«", "»", "`", "```\n", "|",
         "> ", "- ", "1. ", "    ", "#", "---\n", "1,200", "e.g.", "。", "数", "「", "」", "*", "_", "\r\n", "\t", "é"]
    ),
    max_size=60,
)  # fmt: skip


@given(st.one_of(st.text(max_size=200), _PIECES.map("".join)))
def test_sentences_lie_in_order_within_the_text_and_leave_out_no_word(text: str) -> None:
    sentences = split_sentences(text)
    done = 0
    for sentence in sentences:
        assert done <= sentence.start < sentence.end <= len(text)
        piece = text[sentence.start : sentence.end]
        assert piece == piece.strip()
        done = sentence.end
    assert split_sentences(text) == sentences


@given(st.lists(st.text("aB1 .!…。“”«»[]()*", min_size=1, max_size=40), max_size=5).map("\n".join))
def test_no_letter_of_a_paragraph_is_left_out(text: str) -> None:
    inside = "".join(text[sentence.start : sentence.end] for sentence in split_sentences(f"x{text}"[1:]))
    assert sum(map(str.isalpha, inside)) == sum(map(str.isalpha, text))
