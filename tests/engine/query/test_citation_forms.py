"""Citations in the forms that models write become ours when they mean a passage."""

from __future__ import annotations

import pytest

from bookwheel.engine.query.citation_forms import CitationReader, canonical
from bookwheel.engine.query.citations import cited_numbers

KNOWN = 5


def streamed(pieces: list[str], known: int = KNOWN) -> str:
    reader = CitationReader(lambda: known)
    return "".join([*map(reader.push, pieces), reader.finish()])


def cuts(text: str) -> list[list[str]]:
    return [[text], list(text), *([text[:at], text[at:]] for at in range(1, len(text)))]


@pytest.mark.parametrize(
    ("written", "ours"),
    [
        ("The rack is there【1】. Paper is here【2】.", "The rack is there[1]. Paper is here[2]."),
        ("The rack【1†rooms.md】.", "The rack[1]."),
        ("The rack【4:2†source】.", "The rack[2]."),
        ("The rack [1†source].", "The rack [1]."),
        ("The rack [1†L3-L8].", "The rack [1]."),
        ("The rack [1, p. 3].", "The rack [1]."),
        ("The rack [2, pages 3-4].", "The rack [2]."),
        ("Das Regal [1, S. 3].", "Das Regal [1]."),
        ("The rack [1: rooms.md].", "The rack [1]."),
        ("The rack [1 rooms.md page 3].", "The rack [1]."),
        ("The rack[^1].", "The rack[1]."),
        ("The rack[^1^][^2^].", "The rack[1][2]."),
        ("The rack [Passage 1, Passage 2].", "The rack [1, 2]."),
        ("The rack [source:1, source:3].", "The rack [1, 3]."),
        ("The rack [1, page 3; 2, page 4].", "The rack [1, 2]."),
        ("The rack [1](rooms.md).", "The rack [1]."),
        ("The rack [1 (rooms.md)].", "The rack [1]."),
        ("The rack <cite>1</cite>.", "The rack [1]."),
        ("The rack is there ⁽¹⁾.", "The rack is there [1]."),
        ("The rack [1、2], [1，3], [1—3], [1 to 3].", "The rack [1, 2], [1, 3], [1-3], [1-3]."),
        ("The rack [Extract 1], [No. 2], [@3], [web:1], [фрагмент 2].", "The rack [1], [2], [3], [1], [2]."),
        ("The rack [passage 2].", "The rack [2]."),
        ("The rack [see passage 1], [cf. 1, 2], [siehe Quelle 2].", "The rack [1], [1, 2], [2]."),
        ('The rack [Passage 1: "the rack"], [source 2, “paper is here”].', "The rack [1], [2]."),
        ("The rack \\[1\\]. Paper.\\[2\\]", "The rack [1]. Paper.[2]"),
        ("The rack [1]–[3].", "The rack [1-3]."),
        ("The rack 〖1〗. Paper [(2)].", "The rack [1]. Paper [2]."),
        ("The rack <citation>1</citation>. Paper<source_id>2</source_id>.", "The rack [1]. Paper[2]."),
        ("The rack [result 1], [源2], [1, 第3页].", "The rack [1], [2], [1]."),
        ("The rack\ue200cite\ue202turn0search0\ue202turn1file3\ue201.", "The rack."),
        ("The rack [Source 1, p. 2].", "The rack [1]."),
        ("The rack [Passages 1 and 3].", "The rack [1, 3]."),
        ("The rack [passage 0a1b2c3d 2].", "The rack [2]."),
        ("Das Regal [Quelle: 1].", "Das Regal [1]."),
        ("机架在那里【1】。", "机架在那里[1]。"),
        ("The rack [[1]](rooms.md) is there.", "The rack [1] is there."),
        ("The rack [[2]].", "The rack [2]."),
        ("The rack <sup>1</sup>. Paper<sup>[2]</sup>.", "The rack [1]. Paper[2]."),
        ("B13 holds paper ¹.", "B13 holds paper [1]."),
        ("B13 holds the paper.¹²", "B13 holds the paper.¹²"),
        ("B13 holds the paper.²", "B13 holds the paper.[2]"),
        ("The rack is there (1). Paper is here (2).", "The rack is there [1]. Paper is here [2]."),
        ("The rack is there (1, 2)\nand here.", "The rack is there [1, 2]\nand here."),
        ("The rack is there (source 2).", "The rack is there [2]."),
        ("The rack is there (see passage 2, p. 4).", "The rack is there [2]."),
        ("The kiln is hot (see 2), old (cf. 3).", "The kiln is hot [2], old [3]."),
        ("The kiln (passage 1 and passage 2), (Source 1; Source 3).", "The kiln [1, 2], [1, 3]."),
        ("Der Ofen (vgl. Passage 2). L'horno (véase el pasaje 3).", "Der Ofen [2]. L'horno [3]."),
        ("The kiln is hot (1)(2).", "The kiln is hot [1][2]."),
        ("The kiln [(1), (2)].", "The kiln [1, 2]."),
        ("窯は熱い（1）。（来源2）[来源：3]", "窯は熱い[1]。[2][3]"),
        ("The kiln [¹], [², ³].", "The kiln [1], [2, 3]."),
        ("The kiln is hot ¹⁻³.", "The kiln is hot [1-3]."),
        ("The kiln ⟦1⟧.", "The kiln [1]."),
        ("The kiln [^1, ^2].", "The kiln [1, 2]."),
        ("The kiln [passage no. 2], [Source(s): 1], [ref. 3], [source n° 4].", "The kiln [2], [1], [3], [4]."),
        ("The kiln [1, ¶ 2], [2, slide 4], [3, p. 3 et 4].", "The kiln [1], [2], [3]."),
        ("The kiln <<passage 0a1b2c3d 2>> is <<1>>.", "The kiln [2] is [1]."),
        ("The kiln 【1:0†kiln.md】.", "The kiln [1]."),
        ('The kiln <ref id="1"/>.', "The kiln [1]."),
        ("The kiln is hot $^{1}$ and $^{[2]}$, or ^3^.", "The kiln is hot [1] and [2], or [3]."),
        ("The kiln \\cite{1}.", "The kiln [1]."),
    ],
)
def test_a_form_that_means_a_passage_becomes_ours(written: str, ours: str) -> None:
    for pieces in cuts(written):
        assert streamed(pieces) == ours, pieces


@pytest.mark.parametrize(
    "text",
    [
        "It is so [see below], [see chapter 4], [see 2019], [passage 1: it is so].",
        "The rack [1]. Paper [2][3], both [1, 2], all [1-3].",
        "A [1](https://example.org) link, and \\[2\\] a quoted bracket.",
        "There are two reasons: (1) it is cheap and (2) it is near.",
        "(1) First this.\n(2) Then that.",
        "Within thirty (3) days, or step (2).",
        "An area of 3 m² or 10² or x²; 5<sup>2</sup> is 25.",
        "He wrote [in 1999, p. 3] and [see the manual] and (about 3).",
        "The rack is there [1]; the count is low (2).",
        "Passage nine (9).",
        "In code: `a[^1]` and `f(1).`\n```\nx【1】 and (1).\n```\n",
        "A [link](there), an [unfinished one",
        "An open (parenthesis and <sub>2</sub> and <supper>",
        "[12, 2004] and [1.5] and [x1]",
        "It costs $5, or $10^2$, or x^2^, and 2^3^ is 8.",
        "The tool (ver 2) and (see section 2), 1 <2> and {1} and <<x>>.",
        "Set ^ and $ and \\c or \\cite{key}.",
    ],
)
def test_brackets_that_cite_no_passage_are_left_unchanged(text: str) -> None:
    for pieces in cuts(text):
        assert streamed(pieces) == text, pieces


@pytest.mark.parametrize("text", ["It is there (7).", "Paper ⁷.", "The rack [7, p. 3]."])
def test_a_number_without_a_passage_is_left_in_forms_that_may_mean_something_else(text: str) -> None:
    assert canonical(text, KNOWN) == text


def test_a_footnote_that_lists_the_source_is_not_a_citation() -> None:
    text = canonical("The rack[^1].\n\n[^2]: rooms.md", KNOWN)
    assert cited_numbers(text) == [1]


def test_an_answer_of_another_library_is_read_with_its_own_forms() -> None:
    assert cited_numbers("The rack【1†rooms.md】, paper [^3], and [passage 2].") == [1, 3, 2]


def test_a_long_answer_is_passed_on_at_once() -> None:
    reader = CitationReader(lambda: KNOWN)
    pieces = ["The ", "rack ", "(of ", "oak) ", "is ", "there [", "1", "]."]
    assert [reader.push(piece) for piece in pieces] == ["The ", "rack ", "(of ", "oak) ", "is ", "there ", "", "[1]."]
